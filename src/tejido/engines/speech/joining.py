"""A recording that was interrupted is several whole files, one after the other; here they become one.

A phone opens the microphone anew after a call, or after its browser was killed, and each time the recorder writes a
file with a head of its own. Where such a head stands in the middle, readers stop (MP4) or may stumble (WebM), so the parts are
decoded one by one.
FLAC, because what may be kept as the original must not lose anything on the way.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.speech.decode import RATE, Tally, decoded
from tejido.engines.speech.errors import NotAudio, NothingDecoded
from tejido.engines.speech.placing import drafts
from tejido.engines.speech.probe import opened
from tejido.engines.speech.records import Limits

if TYPE_CHECKING:
    from tejido.engines.speech.decode import Samples

TYPE = "audio/flac"
MOST_PARTS = 200


def cut(source: Path, lengths: Sequence[int], folder: Path) -> list[Path]:
    """The parts of `source`, of so many bytes each, as files in `folder`; raises NotAudio where the lengths do not add up."""
    if not lengths or len(lengths) > MOST_PARTS or min(lengths) < 1 or sum(lengths) != source.stat().st_size:
        raise NotAudio(found="something in parts that do not add up")
    paths = [folder / f"part-{number}" for number in range(len(lengths))]
    with source.open("rb") as whole:
        for path, length in zip(paths, lengths, strict=True):
            path.write_bytes(whole.read(length))
    return paths


def join(parts: Sequence[Path], target: Path, limits: Limits, declared: str | None) -> None:
    """All parts as one FLAC at `target`, mono at 48 kHz. A part that was cut off before its first sound is left out."""
    import av
    import numpy as np
    from av.codec.context import Flags

    with av.open(str(target), "w", format="flac", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        stream.codec_context.flags |= Flags.bitexact
        for chunk in _sound(parts, limits, declared):
            samples = (np.clip(chunk, -1, 1) * 32767).astype(np.int16)[np.newaxis]
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _sound(parts: Sequence[Path], limits: Limits, declared: str | None) -> Iterator["Samples"]:
    tally = Tally()
    for part in parts:
        before = tally.samples
        try:
            with opened(part, declared) as probe:
                yield from decoded(probe, limits.seconds, tally)
        except NothingDecoded:
            if tally.samples > before:
                raise
    if not tally.samples:
        raise NothingDecoded(container="this", skipped=tally.skipped_packets)


def in_child(request: Mapping[str, object]) -> dict[str, object]:
    """`join` for the sandbox; the target appears whole or not at all."""
    declared = request["declared"]
    with drafts(Path(str(request["target"]))) as (draft,):
        parts = [Path(str(path)) for path in request["parts"]]  # type: ignore[attr-defined]
        join(parts, draft, Limits(**request["limits"]), None if declared is None else str(declared))  # type: ignore[arg-type]
    return {}
