"""Published voices as files that every player takes: MP3 at 64 kbit/s, and Opus at 24 kbit/s for thin lines.

MP3: mono, constant bit rate at 48 kHz, so that a frame is 192 bytes and 24 ms, and a player can find any second without an
index; no bit reservoir, so that each frame stands alone and whole chains are made by putting files one behind the other.
No Xing, LAME or ID3 block: none of them says anything a listener needs. Where a voice is clean mono Opus already (as this
project's recorder leaves it), its packets are taken over; to encode them a second time would only cost quality.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.engines.press import ogg
from tejido.engines.speech import tags
from tejido.engines.speech.decode import RATE, Tally, decoded
from tejido.engines.speech.errors import NoRoom, SpeechError
from tejido.engines.speech.probe import opened
from tejido.engines.speech.records import Limits

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext

    from tejido.engines.speech.decode import Samples

MP3_TYPE, OPUS_TYPE = "audio/mpeg", "audio/ogg"
MP3_BITS, OPUS_BITS, MOST_OPUS_BITS = 64_000, 24_000, 40_000
FRAME_BYTES, FRAME_MS = 192, 24
LAME = {"reservoir": "0", "compression_level": "5"}
LIBOPUS = {"compression_level": "5", "application": "voip", "vbr": "on", "frame_duration": "20"}
MP3_HEAD, SIDE_MASK = b"\xff\xfb", 0x80
PIECE = 1 << 20
TOLERANCE = 2 * ogg.SILENCE_SAMPLES


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file: its type, bytes, and milliseconds as its own frames say."""

    path: Path
    type: str
    size: int
    duration: int


def render(source: Path, folder: Path, limits: Limits | None = None) -> tuple[Rendition, Rendition]:
    """MP3 and Opus of a recording in `folder`, made in a bounded child process. Raises a SpeechError, leaving nothing."""
    from tejido.engines.speech.backends import sandbox

    limits = limits or Limits()
    request: dict[str, object] = {"source": str(source.resolve()), "folder": str(folder.resolve())}
    request |= {"limits": asdict(limits)}
    bounds = sandbox.Bounds(limits.memory_mb, limits.cpu_s, limits.wall_s)
    done = sandbox.run("tejido.engines.press.sound:in_child", request, bounds)
    mp3, opus = folder / "voice.mp3", folder / "voice.opus"
    return (
        Rendition(mp3, MP3_TYPE, mp3.stat().st_size, int(str(done["mp3_ms"]))),
        Rendition(opus, OPUS_TYPE, opus.stat().st_size, int(str(done["opus_ms"]))),
    )


def in_child(request: Mapping[str, object]) -> dict[str, object]:
    """Both files, whole or not at all; for the sandbox."""
    folder, limits = Path(str(request["folder"])), Limits(**request["limits"])  # type: ignore[arg-type]
    drafts = folder / "mp3.draft", folder / "opus.draft"
    try:
        _write(Path(str(request["source"])), *drafts, limits)
        done = {"mp3_ms": mp3_duration(drafts[0].stat().st_size), "opus_ms": ogg.duration(pieces(drafts[1]))}
        drafts[0].replace(folder / "voice.mp3")
        drafts[1].replace(folder / "voice.opus")
    except OSError as error:
        raise NoRoom(cause=error.strerror or type(error).__name__) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return dict[str, object](done)


def _write(source: Path, mp3: Path, opus: Path, limits: Limits) -> None:
    tally = Tally()
    with opened(source, None) as probe:
        removed, codec = probe.tags, probe.codec
        with mp3.open("wb") as file:
            for frame in _mp3(decoded(probe, limits.seconds, tally)):
                file.write(frame)
    taken = _taken_over(source, tally.samples) if codec == "opus" else None
    with opus.open("wb") as file:
        if taken is None:
            with opened(source, None) as probe:
                taken = list(_opus(decoded(probe, limits.seconds, Tally()))), _opus_delay()
        for page in ogg.written(*taken):
            file.write(page)
    for path in (mp3, opus):
        tags.check(path.read_bytes(), removed)


def _mp3(chunks: Iterable["Samples"]) -> Iterator[bytes]:
    import av

    encoder = av.CodecContext.create("libmp3lame", "w")
    return _encoded(encoder, chunks, MP3_BITS, LAME)


def _opus(chunks: Iterable["Samples"]) -> Iterator[bytes]:
    import av

    encoder = av.CodecContext.create("libopus", "w")
    return _encoded(encoder, chunks, OPUS_BITS, LIBOPUS)


def _encoded(
    encoder: "AudioCodecContext", chunks: Iterable["Samples"], bits: int, options: Mapping[str, str]
) -> Iterator[bytes]:
    import av

    encoder.sample_rate, encoder.layout, encoder.bit_rate = RATE, "mono", bits
    encoder.format, encoder.options = av.AudioFormat("flt" if encoder.name == "libopus" else "fltp"), dict(options)
    at = 0
    for chunk in chunks:
        frame = av.AudioFrame.from_ndarray(chunk[None, :], format=encoder.format.name, layout="mono")
        frame.sample_rate, frame.pts = RATE, at
        at += len(chunk)
        yield from map(bytes, encoder.encode(frame))
    yield from map(bytes, encoder.encode(None))


def _opus_delay() -> int:
    """Samples that libopus puts before the sound, as its own head says (RFC 7845: at 48 kHz)."""
    import av

    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", av.AudioFormat("flt")
    encoder.options = dict(LIBOPUS)
    encoder.open()
    return ogg.pre_skip_of(bytes(encoder.extradata or b"")) or 312


def _taken_over(source: Path, heard: int) -> tuple[list[bytes], int] | None:
    """Packets and pre-skip of a clean mono Opus track at a voice's rate; None where something more than sound may be in it.

    `heard`: samples that decoding gave; a track that holds more (an edit list hides the rest) is not taken over.
    """
    with opened(source, None) as probe:
        packets = [bytes(packet) for packet in probe.container.demux(probe.stream) if packet.size]
        skip = ogg.pre_skip_of(bytes(probe.stream.codec_context.extradata or b""))
    if skip is None or not packets or any(map(ogg.padded, packets)):
        return None
    length = sum(map(ogg.samples, packets))
    bits = sum(map(len, packets)) * 8 * ogg.RATE // max(1, length)
    fits = abs(length - skip - heard) <= TOLERANCE
    return (packets, skip) if fits and bits <= MOST_OPUS_BITS else None


def mp3_duration(size: int) -> int:
    """Milliseconds of an MP3 as `render` makes it, by its size."""
    return size // FRAME_BYTES * FRAME_MS


def stands_alone(frame: bytes) -> bool:
    """Whether a frame is one of ours that needs nothing of the frames before it (ISO 11172-3, 2.4.1.7: main_data_begin 0)."""
    return len(frame) == FRAME_BYTES and frame[:2] == MP3_HEAD and frame[4] == 0 and not frame[5] & SIDE_MASK


def starts(durations: Sequence[int], pause: int = 0) -> list[int]:
    """The millisecond at which each of several parts begins in the whole."""
    found, at = [], 0
    for duration in durations:
        found.append(at)
        at += duration + pause
    return found


def joined_mp3(parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """Files that `render` made, one behind the other."""
    for part in parts:
        yield from part


def joined_opus(parts: Iterable[tuple[int, Iterable[bytes]]]) -> Iterator[bytes]:
    """The same for Opus: (millisecond of its beginning in the MP3, bytes); so chapters and words fit both files."""
    return ogg.joined(parts)


def pieces(path: Path) -> Iterator[bytes]:
    """A file in megabytes."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


__all__ = [
    "MP3_TYPE", "OPUS_TYPE", "Rendition", "SpeechError", "joined_mp3", "joined_opus", "mp3_duration", "pieces", "render",
    "stands_alone", "starts",
]  # fmt: skip
