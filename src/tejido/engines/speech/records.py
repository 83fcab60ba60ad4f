"""Plain records handed in and out."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

MOST_NAME = 60  # letters of a field's name that are told


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may cost: seconds of sound, bytes of file, and what the decoding process may use."""

    seconds: int = 600
    file_bytes: int = 256 * 2**20
    memory_mb: int = 768
    cpu_s: int = 120
    wall_s: int = 180


@dataclass(frozen=True, slots=True)
class Tag:
    """A name and value that stood in the recording, at a `place` of it, and is not in what we made of it."""

    name: str
    value: str
    place: str = ""


def named(tags: Iterable[Tag]) -> tuple[tuple[str, str], ...]:
    """Each name and place once: what may be told and kept; the values may not."""
    return tuple(dict.fromkeys((tag.name[:MOST_NAME], tag.place) for tag in tags))


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording, decoded once: the preview for people, the samples for the recogniser, what was found.

    `preview` is Opus in MP4 (`preview_type`), `samples` a 16 kHz mono 16-bit WAV of the same loudness;
    `loudness` is in hundredths of LUFS before levelling, None for silence.
    """

    preview: Path
    preview_type: str
    samples: Path
    duration_ms: int
    container: str
    codec: str
    tags: tuple[Tag, ...]
    skipped_packets: int
    loudness: int | None
    gain: int

    @property
    def format(self) -> str:
        """Container and codec in one word, such as `ogg/vorbis`."""
        return f"{self.container}/{self.codec}"


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its place, in milliseconds from the start of the recording."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """What was said between two times (ms), in `lang` (ISO 639-1 or Whisper's code); `confidence` in permille."""

    start_ms: int
    end_ms: int
    text: str
    lang: str
    confidence: int
    words: tuple[Word, ...] = field(default=())

    def plain(self) -> dict[str, object]:
        """As JSON-ready values."""
        return asdict(self)


def word_times(text: str, words: Iterable[Word]) -> tuple[int, ...]:
    """Start and end (ms) of each word of `text` between white space, one after the other; nothing where `words` differ.

    A recogniser's words may be parts of a written one (“self”, “-substantial”): they are put together again.
    """
    rest = list(words)
    times: list[int] = []
    for token in text.split():
        parts: list[Word] = []
        while rest and len("".join(part.text for part in parts)) < len(token):
            parts.append(rest.pop(0))
        if "".join(part.text for part in parts) != token:
            return ()
        times += [parts[0].start_ms, parts[-1].end_ms]
    return tuple(times) if not rest and times == sorted(times) else ()


@dataclass(frozen=True, slots=True)
class Settings:
    """How to recognise: language code or None (detected), words' times, threads (0: one a core, at most 4).

    `others`: further languages that may be spoken; each stretch is written in its own, unless `mixed` is False.
    """

    language: str | None = None
    words: bool = True
    threads: int = 0
    beam: int = 5
    others: tuple[str, ...] = ()
    mixed: bool = True
