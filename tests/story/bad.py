"""Recordings that cannot be used, and what every door says to them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.engines.speech.sounds import tone, write

ELEVEN_MINUTES = 660
LETTER = "Dear all,\nthere is no recording here.\n" * 100


@dataclass(frozen=True)
class Bad:
    """`make(folder)` writes the file; `says` is part of the message."""

    name: str
    make: Callable[[Path], Path]
    says: str


def holding(name: str, content: bytes) -> Callable[[Path], Path]:
    """A file with this content."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def eleven_minutes(folder: Path) -> Path:
    """A tone, longer than a report may be."""
    return write(folder / "long.ogg", tone(ELEVEN_MINUTES, hertz=220))


def truncated(folder: Path) -> Path:
    """A recording whose second half never arrived; its head states the whole length."""
    whole = write(folder / "whole.wav", tone(4)).read_bytes()
    path = folder / "half.wav"
    path.write_bytes(whole[: len(whole) // 2])
    return path


BAD = (
    Bad("not audio", holding("letter.bin", LETTER.encode()), "This is a text, not a sound recording."),
    Bad("zero bytes", holding("nothing.webm", b""), "empty"),
    Bad("eleven minutes", eleven_minutes, "The recording is longer than 600 seconds."),
    Bad("truncated", truncated, "The recording is cut off: the file states 4"),
    Bad(
        "wrong declared type", holding("letter.mp3", LETTER.encode()), "sent as audio/mpeg, but its content is a text."
    ),
)
