"""Transcripts as players read them: WebVTT, SRT and Podcasting 2.0's JSON.

Players are unforgiving: one malformed cue timing makes AntennaPod drop a whole WebVTT file, and JSON segments without an
end are dropped. So every cue written here has an end after its start, no empty line inside, and its own escapes.
Lines follow the field's habit: 65 characters in WebVTT, two of 32 in SRT; a longer stretch becomes several cues, its time
shared out by letters.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

VTT_TYPE, SRT_TYPE, JSON_TYPE = "text/vtt", "application/x-subrip", "application/json"
VTT_LINE, SRT_LINE, LINES = 65, 32, 2
LEAST_MS = 1


class Cue(NamedTuple):
    """What is said from `start` to `end`, in milliseconds; `speaker` may be empty."""

    start: int
    end: int
    text: str
    speaker: str = ""


def vtt(cues: Iterable[Cue], lang: str = "") -> str:
    """WebVTT; `lang` is said in a note, since the format has no place for it."""
    head = f"WEBVTT\n\nNOTE language: {lang}\n" if lang else "WEBVTT\n"
    return head + "".join(f"\n{_stamp(c, '.')}\n{_voice(c)}\n" for c in _set(cues, VTT_LINE))


def srt(cues: Iterable[Cue]) -> str:
    """SubRip, numbered from 1; it has no speakers."""
    found = enumerate(_set(cues, SRT_LINE), 1)
    return "\n".join(f"{number}\n{_stamp(cue, ',')}\n{cue.text.replace('-->', '→')}\n" for number, cue in found)


def podcast_json(cues: Iterable[Cue]) -> str:
    """Podcasting 2.0 transcript JSON 1.0.0; times in seconds."""
    segments = [_segment(cue) for cue in _proper(cues)]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, separators=(",", ":"))


def _segment(cue: Cue) -> dict[str, object]:
    speaker = {"speaker": cue.speaker} if cue.speaker else {}
    return {**speaker, "startTime": cue.start / 1000, "endTime": cue.end / 1000, "body": cue.text}


def _proper(cues: Iterable[Cue]) -> Iterator[Cue]:
    """In order, on one line, with an end after the start; silence is left out."""
    for start, end, said, speaker in sorted(cues, key=itemgetter(0, 1)):
        if text := " ".join(said.split()):
            begin = max(0, start)
            yield Cue(begin, max(end, begin + LEAST_MS), text, " ".join(speaker.split()))


def _set(cues: Iterable[Cue], width: int) -> Iterator[Cue]:
    for cue in _proper(cues):
        lines = _broken(cue.text, width)
        if len(lines) <= LINES:
            yield Cue(cue.start, cue.end, "\n".join(lines), cue.speaker)
        else:
            yield from _shared(cue, [lines[at : at + LINES] for at in range(0, len(lines), LINES)])


def _shared(cue: Cue, blocks: Sequence[Sequence[str]]) -> Iterator[Cue]:
    """One cue a block; each gets time by its letters, and at least a millisecond."""
    letters = [sum(map(len, block)) for block in blocks]
    total = sum(letters)
    length = max(cue.end - cue.start, len(blocks) * LEAST_MS)
    said, start = 0, cue.start
    for place, block in enumerate(blocks, 1):
        said += letters[place - 1]
        least, most = start + LEAST_MS, cue.start + length - (len(blocks) - place) * LEAST_MS
        end = min(max(cue.start + length * said // total, least), most)
        yield Cue(start, end, "\n".join(block), cue.speaker)
        start = end


def _broken(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters of a text with single spaces, broken at these; a longer word (or a script without
    spaces) is cut.
    """
    lines: list[str] = []
    at, end = 0, len(text)
    while end - at > width:
        space = text.rfind(" ", at, at + width + 1)
        stop = space if space > at else _cut(text, at, width)
        lines.append(text[at:stop])
        at = stop + (space > at)
    return [*lines, text[at:]]


def _cut(text: str, at: int, width: int) -> int:
    """Where a piece of at most `width` ends, so that none begins with a mark that belongs to the letter before."""
    cut = at + width
    while cut > at + 1 and unicodedata.combining(text[cut]):
        cut -= 1
    return cut


def _stamp(cue: Cue, point: str) -> str:
    return f"{_clock(cue.start, point)} --> {_clock(cue.end, point)}"


def _clock(ms: int, point: str) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"


def _voice(cue: Cue) -> str:
    text = _escaped(cue.text)
    return f"<v {_escaped(cue.speaker)}>{text}" if cue.speaker else text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
