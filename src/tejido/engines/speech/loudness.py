"""Integrated loudness (ITU-R BS.1770-4, EBU R 128), and one gain that brings a recording to it.

One gain for the whole recording and a limiter for its peaks: the street, the pauses and the voice's own movement
stay as they were. Nothing is denoised. Mono is counted as it is heard, from two loudspeakers.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tejido.engines.speech.filters import filtered

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

    from tejido.engines.speech.decode import Samples

TARGET_LUFS = -16.0  # usual for speech on phones and in podcasts
MOST_GAIN_DB = 30.0  # more would lift nothing but hiss
PEAK = 0.84  # -1.5 dBFS: room for what the codec adds
SILENCE_LUFS = -69.0  # R 128 measures nothing below -70


def measured(chunks: Iterable["Samples"]) -> float | None:
    """Integrated loudness in LUFS; None for silence or less than 0.4 s."""
    loudness = None
    for frame in filtered(chunks, ("ebur128", "metadata=1:dualmono=1")):
        loudness = frame.metadata.get("lavfi.r128.I", loudness)
    return float(loudness) if loudness and float(loudness) > SILENCE_LUFS else None


def gain_db(loudness: float | None) -> float:
    """The gain in dB that brings `loudness` to the target, at most 30 dB; 0 for silence."""
    return 0.0 if loudness is None else min(TARGET_LUFS - loudness, MOST_GAIN_DB)


def levelled(chunks: Iterable["Samples"], gain: float) -> Iterator["AudioFrame"]:
    """The same samples, `gain` dB louder, peaks held below -1.5 dBFS."""
    limiter = ("alimiter", f"limit={PEAK}:level=0:attack=5:release=50:latency=1")
    return filtered(chunks, ("volume", f"{gain:.2f}dB:precision=float"), limiter)
