"""The disguise of a whole recording, in the decoding process: read, change at 16 kHz, encode as a preview."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.speech import cutting, decode, voice
from tejido.engines.speech.probe import opened
from tejido.engines.speech.records import Limits

if TYPE_CHECKING:
    import av

    from tejido.engines.speech.decode import Samples


def in_child(request: Mapping[str, object]) -> dict[str, object]:
    """Disguise for the sandbox: plain values in, nothing out, least of all what was drawn."""
    limits = Limits(**request["limits"])  # type: ignore[arg-type]
    with opened(Path(str(request["source"])), None) as probe:
        sound = cutting.whole(probe, limits)
        length, removed = len(sound), probe.tags
    secret = voice.drawn(random.Random(int(str(request["seed"]))))  # noqa: S311 - the seed is from `secrets`
    changed = voice.disguised(resampled(sound, decode.RATE, voice.RATE), str(request["method"]), secret)
    del sound
    wide = resampled(changed, voice.RATE, decode.RATE)
    cutting.write(cutting.fitted(wide, length), Path(str(request["target"])), removed)
    return {}


def resampled(sound: "Samples", rate: int, wanted: int) -> "Samples":
    """Mono samples at another rate."""
    import av
    import numpy as np

    resampler = av.AudioResampler("flt", "mono", wanted)
    return np.concatenate(
        [part.to_ndarray()[0] for frame in _frames(sound, rate) for part in resampler.resample(frame)]
    )


def _frames(sound: "Samples", rate: int) -> "Iterator[av.AudioFrame | None]":
    import av

    for start in range(0, len(sound), rate):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + rate], format="flt", layout="mono")
        frame.sample_rate, frame.pts = rate, start
        yield frame
    yield None
