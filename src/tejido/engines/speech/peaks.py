"""How loud a recording is, step by step, for a picture of it; runs in the decoding process."""

from collections.abc import Mapping
from pathlib import Path

from tejido.engines.speech.decode import Tally, decoded
from tejido.engines.speech.probe import opened
from tejido.engines.speech.records import Limits


def in_child(request: Mapping[str, object]) -> dict[str, object]:
    """Peaks for the sandbox: plain values in and out."""
    import numpy as np

    limits, columns = Limits(**request["limits"]), int(str(request["columns"]))  # type: ignore[arg-type]
    with opened(Path(str(request["source"])), None) as probe:
        sound = np.concatenate(list(decoded(probe, limits.seconds, Tally())))
    edges = np.linspace(0, len(sound), columns + 1).astype(int)[:-1]
    loud = np.maximum.reduceat(np.abs(sound), edges)
    return {"peaks": [int(value) for value in np.round(100 * loud / max(float(loud.max()), 1e-6))]}
