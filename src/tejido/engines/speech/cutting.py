"""Takes spans out of a recording, or covers them with a tone, to the sample; runs in the decoding process.

Both sides of a joint are faded over five milliseconds, so that nothing clicks; what lies within a span is written by
nobody: the new recording is encoded from decoded samples in which it no longer is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.speech import preview, tags
from tejido.engines.speech.decode import RATE, Tally, decoded
from tejido.engines.speech.errors import BadSpans, NothingLeft
from tejido.engines.speech.filters import filtered
from tejido.engines.speech.placing import drafts
from tejido.engines.speech.probe import Probe, opened
from tejido.engines.speech.records import Limits, Tag
from tejido.engines.speech.timeline import TONE, Span, Timeline, merged

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

A_MS = RATE // 1000
FADE = 5 * A_MS
TONE_HZ = 500.0
TONE_LEVEL = 0.08  # softer than speech at -16 LUFS, and clearly there


@dataclass(frozen=True, slots=True)
class Cut:
    """The new recording (`type` as a preview's), its length in ms, and what maps old times to new ones."""

    path: Path
    type: str
    duration: int
    timeline: Timeline


def in_child(request: Mapping[str, object]) -> dict[str, object]:
    """Cut for the sandbox: plain values in and out; the target appears whole or not at all."""
    source, target = Path(str(request["source"])), Path(str(request["target"]))
    limits = Limits(**request["limits"])  # type: ignore[arg-type]
    with opened(source, None) as probe:
        sound = whole(probe, limits)
    duration = len(sound) // A_MS
    spans = tuple((int(start), int(end)) for start, end in request["spans"])  # type: ignore[attr-defined]
    if merged(spans, duration) != spans:
        raise BadSpans(duration_ms=duration)
    done = edited(sound, spans, str(request["mode"]))
    if not len(done):
        raise NothingLeft
    write(done, target, probe.tags)
    return {"duration": duration, "new": len(done) // A_MS}


def whole(probe: Probe, limits: Limits) -> "Samples":
    """All 48 kHz samples of a recording; of an MP4 without what the codec appended to fill its last packet."""
    import numpy as np

    sound = np.concatenate(list(decoded(probe, limits.seconds, Tally())))
    stated = probe.exact_s if probe.kind == "mp4" else None
    return sound if stated is None else sound[: round(stated * RATE)]


def fitted(sound: "Samples", length: int) -> "Samples":
    """Exactly `length` samples: cut, or with silence behind."""
    import numpy as np

    return np.pad(sound[:length], (0, max(0, length - len(sound))))


def edited(sound: "Samples", spans: Sequence[Span], mode: str) -> "Samples":
    """48 kHz samples without what lies in `spans` (ms), or with a tone in their place."""
    import numpy as np

    parts: list[Samples] = []
    place = 0
    for start, end in [*((start * A_MS, end * A_MS) for start, end in spans), (len(sound), len(sound))]:
        parts.append(faded(sound[place:start], before=place > 0, after=end > start))
        if mode == TONE and end > start:
            parts.append(faded(tone(end - start), before=True, after=True))
        place = end
    return np.concatenate(parts)


def faded(part: "Samples", *, before: bool, after: bool) -> "Samples":
    """A copy that rises from silence where something was cut before it and falls to silence where after it."""
    import numpy as np

    part = part.copy()
    length = min(FADE, len(part))
    ramp = np.linspace(0, 1, length, endpoint=False, dtype=np.float32)
    if before:
        part[:length] *= ramp
    if after and length:
        part[-length:] *= ramp[::-1]
    return part


def tone(length: int) -> "Samples":
    """A soft sine of so many samples."""
    import numpy as np

    turns = 2 * np.pi * TONE_HZ / RATE * np.arange(length)
    return np.asarray(TONE_LEVEL * np.sin(turns), np.float32)


def write(sound: "Samples", target: Path, removed: Iterable[Tag]) -> None:
    """Encode 48 kHz samples as a preview at `target`, which appears whole or not at all."""
    thin = target.with_name(f"{target.name}.samples")
    try:
        with drafts(target) as (draft,):
            preview.write(filtered(_chunks(sound), ("anull", "")), draft, thin)
            tags.check(draft.read_bytes(), removed)
    finally:
        thin.unlink(missing_ok=True)


def _chunks(sound: "Samples") -> Iterator["Samples"]:
    for start in range(0, len(sound), RATE):
        yield sound[start : start + RATE]
