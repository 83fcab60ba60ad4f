"""Nothing here is a read model: only local work."""

from tejido.practices.relay.redaction.drafts import Marking, Voicing, Waveform

__all__ = ["Marking", "Voicing", "Waveform"]
