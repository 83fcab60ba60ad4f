"""One decode from an untrusted recording to preview and samples. `ingest_audio` in the package runs it apart."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.speech import loudness, preview, tags
from tejido.engines.speech.decode import RATE, Tally, decoded
from tejido.engines.speech.errors import TooLarge
from tejido.engines.speech.placing import drafts
from tejido.engines.speech.probe import opened
from tejido.engines.speech.records import Limits, Sound, Tag

if TYPE_CHECKING:
    from tejido.engines.speech.decode import Samples


def ingest(path: Path, workdir: Path, limits: Limits, declared: str | None) -> Sound:
    """Decode, level, encode; `preview.m4a` and `samples.wav` appear in `workdir` whole or not at all."""
    check_size(path, limits)
    tally = Tally()
    with opened(path, declared) as probe:
        chunks = list(decoded(probe, limits.seconds, tally))
    lufs = loudness.measured(chunks)
    gain = loudness.gain_db(lufs)
    heard, samples = _write(chunks, gain, workdir, probe.tags)
    return Sound(
        preview=heard,
        preview_type=preview.TYPE,
        samples=samples,
        duration_ms=tally.samples * 1000 // RATE,
        container=probe.kind,
        codec=probe.codec,
        tags=probe.tags,
        skipped_packets=tally.skipped_packets,
        loudness=None if lufs is None else round(lufs * 100),
        gain=round(gain * 100),
    )


def check_size(path: Path, limits: Limits) -> None:
    """Raise TooLarge for more bytes than allowed."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise TooLarge(megabytes=-(-size // 2**20), limit_megabytes=limits.file_bytes // 2**20)


def _write(chunks: list["Samples"], gain: float, workdir: Path, removed: tuple[Tag, ...]) -> tuple[Path, Path]:
    heard, samples = workdir / f"preview{preview.SUFFIX}", workdir / "samples.wav"
    with drafts(heard, samples) as (draft, thin):
        preview.write(loudness.levelled(chunks, gain), draft, thin)
        tags.check(draft.read_bytes(), removed)
    return heard, samples


def in_child(request: Mapping[str, object]) -> dict[str, object]:
    """`ingest` for the sandbox: plain values in and out."""
    declared = request["declared"]
    sound = ingest(
        Path(str(request["path"])),
        Path(str(request["workdir"])),
        Limits(**request["limits"]),  # type: ignore[arg-type]
        None if declared is None else str(declared),
    )
    return plain(sound)


def aac_in_child(request: Mapping[str, object]) -> dict[str, object]:
    """`preview.as_aac` for the sandbox; the target appears whole or not at all."""
    with drafts(Path(str(request["target"]))) as (draft,):
        preview.as_aac(Path(str(request["source"])), draft)
    return {}


def plain(sound: Sound) -> dict[str, object]:
    """A Sound as JSON-ready values."""
    names = ("preview_type", "duration_ms", "container", "codec", "skipped_packets", "loudness", "gain")
    values: dict[str, object] = {name: getattr(sound, name) for name in names}
    values |= {"preview": str(sound.preview), "samples": str(sound.samples)}
    return values | {"tags": [[tag.name, tag.value, tag.place] for tag in sound.tags]}


def from_plain(values: Mapping[str, object]) -> Sound:
    """The Sound that `plain` described."""
    rest = dict(values)
    found = rest.pop("tags")
    preview_path, samples = Path(str(rest.pop("preview"))), Path(str(rest.pop("samples")))
    held = [Tag(str(name), str(value), str(place)) for name, value, place in found]  # type: ignore[attr-defined]
    return Sound(preview=preview_path, samples=samples, tags=tuple(held), **rest)  # type: ignore[arg-type]
