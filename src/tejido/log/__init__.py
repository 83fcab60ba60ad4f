"""The signed log: identity, spaces, events, order, forks, erasure. No Django, no I/O."""
