"""Events, payloads, the projector; `append()` is the only signer."""
