"""Opens a recording of unknown make and says what it is. Runs in the decoding process only (see `backends/sandbox`).

The demuxers are named one by one: FFmpeg's others include playlists, which would open further files and addresses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.speech import blocks, kinds
from tejido.engines.speech import declared as stated
from tejido.engines.speech.errors import IndexMissing, NoAudioStream, NotAudio, NothingDecoded
from tejido.engines.speech.records import Tag

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

DEMUXERS = "aac,ac3,aiff,amr,amrnb,amrwb,asf,avi,caf,flac,matroska,mov,mp3,mpegts,ogg,w64,wav,wv"
DECODERS = (
    "aac,aac_fixed,aac_latm,ac3,alac,amrnb,amrwb,eac3,flac,gsm,mp1float,mp2float,mp3,mp3float,opus,libopus,"
    "pcm_alaw,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,"
    "pcm_s32be,pcm_s32le,pcm_s8,pcm_u8,pcm_s16be_planar,pcm_s16le_planar,adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,"
    "speex,libspeex,vorbis,wavpack,wmav1,wmav2"
)
RATES = range(4_000, 768_001)
STRUCTURE = frozenset(
    {
        "bps", "compatible_brands", "duration", "handler_name", "major_brand", "minor_version",
        "number_of_bytes", "number_of_frames", "vendor_id",
    }
)  # fmt: skip


PLACES = {
    "aac": "ID3v2", "mp3": "ID3v2", "mp4": "QuickTime", "ogg": "Vorbis comment", "flac": "Vorbis comment",
    "wav": "RIFF INFO", "aiff": "AIFF text", "webm": "Matroska tag",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Probe:
    """An opened recording: its first sound track, what it states, and what it says about its maker."""

    container: "InputContainer"
    stream: "AudioStream"
    kind: str
    codec: str
    exact_s: float | None
    tags: tuple[Tag, ...]


@contextmanager
def opened(path: Path, declared: str | None) -> Iterator[Probe]:
    """The recording at `path`; raises EmptyFile, NotAudio, WrongType, IndexMissing, NoAudioStream, NothingDecoded."""
    with path.open("rb") as file:
        kinds.refuse(file.read(kinds.HEAD_BYTES), declared)
    with container_of(path) as container:
        yield _probe(path, container, declared)


def container_of(path: Path) -> "InputContainer":
    """The file opened by one of our demuxers, whatever it is called; raises NotAudio or IndexMissing."""
    import av

    av.logging.set_level(None)
    options = {"format_whitelist": DEMUXERS, "codec_whitelist": DECODERS, "protocol_whitelist": "file"}
    try:
        return av.open(str(path), "r", container_options=options, metadata_errors="replace")
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> NotAudio | IndexMissing:
    if stated.iso_index_missing(path):
        return IndexMissing(bytes=path.stat().st_size)
    return NotAudio(found="something unknown")


def _probe(path: Path, container: "InputContainer", declared: str | None) -> Probe:
    name = container.format.name
    kind = kinds.container_name(name)
    kinds.check_declared(declared, name, film=_is_film(container))
    if not container.streams.audio:
        raise NoAudioStream(container=kind)
    stream = container.streams.audio[0]
    if stream.codec_context is None or stream.codec_context.sample_rate not in RATES:
        raise NothingDecoded(container=kind, skipped=0)
    exact = _exact_seconds(path, kind, container, stream)
    exact = exact if exact is None or exact >= 0 else None  # FFmpeg adds a header's delays up to less than nothing
    codec = stream.codec_context.codec.canonical_name
    return Probe(container, stream, kind, codec, exact, tuple(_tags(path, kind, container)))


def _is_film(container: "InputContainer") -> bool:
    from av.stream import Disposition

    return any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video)


def _exact_seconds(path: Path, kind: str, container: "InputContainer", stream: "AudioStream") -> float | None:
    if kind == "wav":
        return stated.wav_seconds(path)
    if kind == "webm":
        alone = len(container.streams) == 1 and stated.webm_states_duration(path)
        return container.duration / 1_000_000 if alone and container.duration else None
    if kind == "mp4" and stated.iso_fragmented(path):
        return None
    if kind == "mp3" and not stated.has_frame_count(path):
        return None
    if kind in {"aiff", "flac", "mp3", "mp4"} and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return None


def _tags(path: Path, kind: str, container: "InputContainer") -> Iterator[Tag]:
    """Each field once, by FFmpeg and by our own look at the blocks; what both found, by the more exact place."""
    own = blocks.found(path)
    exact = {tag.value for tag in own}
    seen: set[Tag] = set()
    for tag in (*own, *(tag for tag in _all_metadata(kind, container) if tag.value.strip() not in exact)):
        if tag not in seen and tag.name.lower() not in STRUCTURE and (tag.name, tag.value) != ("language", "und"):
            seen.add(tag)
            yield tag


def _all_metadata(kind: str, container: "InputContainer") -> Iterator[Tag]:
    from av.stream import Disposition

    place = PLACES.get(kind, kind)
    yield from (Tag(name, value, place) for name, value in container.metadata.items())
    for number, stream in enumerate(container.streams):
        yield from (Tag(name, value, place) for name, value in stream.metadata.items())
        if stream.disposition & Disposition.attached_pic:
            yield Tag("cover", f"track {number}", place)
        elif stream is not container.streams.audio[0]:
            yield Tag(f"track {number}", stream.type, place)
    for chapter in container.chapters():
        yield from (Tag(f"chapter {name}", value, place) for name, value in chapter["metadata"].items())
