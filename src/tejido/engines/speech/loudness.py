"""Loudness of speech, and one gain that brings a recording to it.

One gain for the whole recording and a limiter for its peaks: the street, the pauses and the voice's own movement
stay as they were. Nothing is denoised. Mono is counted as it is heard, from two loudspeakers.

Measured as EBU R 128 (ITU-R BS.1770-4: 400 ms blocks, gates at -70 LUFS and 10 below the mean), with one change:
blocks are capped a little above the loud tenth. Without it one bump against the phone outweighs minutes of whisper,
the gate drops the whisper, and the recording is made *quieter*.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tejido.engines.speech.filters import filtered

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from av.audio.frame import AudioFrame

    from tejido.engines.speech.decode import Samples

TARGET_LUFS = -16.0  # usual for speech on phones and in podcasts
MOST_GAIN_DB = 30.0  # more would lift nothing but hiss
PEAK = 0.84  # -1.5 dBFS: room for what the codec adds
SILENCE_LUFS = -70.0
GATE_LU = 10.0
LOUD_TENTH = 90
CAP_LU = 6.0  # ordinary speech stays below the loud tenth plus this


def measured(chunks: Iterable["Samples"]) -> float | None:
    """Loudness in LUFS; None for silence or less than 0.4 s."""
    import numpy as np

    frames = filtered(chunks, ("ebur128", "metadata=1:dualmono=1"))
    blocks = [float(frame.metadata.get("lavfi.r128.M", "-120")) for frame in frames]
    return integrated(np.array(blocks, np.float64))


def integrated(blocks: "npt.NDArray[np.float64]") -> float | None:
    """Gated mean of 400 ms blocks' loudness (LUFS), outliers capped; None where all are silent."""
    import numpy as np

    audible = blocks[blocks > SILENCE_LUFS]
    if not audible.size:
        return None
    capped = np.minimum(audible, np.percentile(audible, LOUD_TENTH) + CAP_LU)
    return _mean(capped[capped > _mean(capped) - GATE_LU])


def _mean(blocks: "npt.NDArray[np.float64]") -> float:
    import numpy as np

    return float(10 * np.log10(np.mean(10 ** (blocks / 10))))


def gain_db(loudness: float | None) -> float:
    """The gain in dB that brings `loudness` to the target, at most 30 dB; 0 for silence."""
    return 0.0 if loudness is None else min(TARGET_LUFS - loudness, MOST_GAIN_DB)


def levelled(chunks: Iterable["Samples"], gain: float) -> Iterator["AudioFrame"]:
    """The same samples, `gain` dB louder, peaks held below -1.5 dBFS."""
    limiter = ("alimiter", f"limit={PEAK}:level=0:attack=5:release=50:latency=1")
    return filtered(chunks, ("volume", f"{gain:.2f}dB:precision=float"), limiter)
