"""Which sound of a report goes where, pure: its own voice, a disguised one, somebody else's reading, none.

What was chosen and is not there is not replaced by the speaker's own voice: then nothing is heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson

from tejido.practices.relay.segments import Line, digest

NONE, OWN, DISGUISED, REVOICED = "none", "own", "disguised", "revoiced"


class Spoken(Protocol):
    """A report's row: `preview`, `voices` and `lines` are JSON."""

    preview: str
    duration: int
    voices: str
    lines: str
    circles: str
    public: str


@dataclass(frozen=True)
class SoundOf:
    """A file as an event names it (None: nothing is heard), whose voice it is, milliseconds."""

    audio: dict[str, Any] | None
    voice: str
    duration: int


SILENT = SoundOf(None, OWN, 0)


def for_circles(row: Spoken) -> SoundOf:
    """What other circles hear."""
    return in_voice(row, row.circles)


def in_voice(row: Spoken, tier: str) -> SoundOf:
    """The report in a voice; silent where there is none, or none that was made of the words and sound of today."""
    if tier == OWN and row.preview:
        return SoundOf(orjson.loads(row.preview), OWN, row.duration)
    for made in orjson.loads(row.voices) if row.voices else ():
        if made["voice"] == tier and made["of"] == source(row, tier):
            return SoundOf(made["audio"], tier, made["duration"])
    return SILENT


def source(row: Spoken, tier: str) -> str:
    """What a voice must have been made of: the recording for a disguise, the words for a reading."""
    if tier == REVOICED:
        return words_read([line["text"] for line in orjson.loads(row.lines)] if row.lines else [])
    return str(orjson.loads(row.preview)["id"]) if row.preview else ""


def words_read(texts: Sequence[str]) -> str:
    """The name of the words that somebody reads: the hash of all of them."""
    return digest("\n".join(texts))


def timed(lines: Sequence[Line], sound: SoundOf) -> tuple[Line, ...]:
    """The lines with the times of the sound that goes with them: none without any, spread by length over a reading."""
    if sound.audio is None:
        return tuple(replace(line, start=None, end=None, words=()) for line in lines)
    return spread(lines, sound.duration) if sound.voice == REVOICED else tuple(lines)


def spread(lines: Sequence[Line], duration: int) -> tuple[Line, ...]:
    """Lines one after the other over `duration` ms, each as long as its share of the letters: near, not exact."""
    total = sum(len(line.text) for line in lines) or 1
    found, letters = [], 0
    for line in lines:
        start, letters = duration * letters // total, letters + len(line.text)
        found.append(replace(line, start=start, end=duration * letters // total, words=()))
    return tuple(found)
