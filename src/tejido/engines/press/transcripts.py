"""Transcripts as players read them: WebVTT, SRT and Podcasting 2.0's JSON.

Players are unforgiving: one malformed cue timing makes AntennaPod drop a whole WebVTT file, and JSON segments without an
end are dropped. So every cue written here has an end after its start, no empty line inside, and its own escapes.
Lines follow the field's habit: 65 characters in WebVTT, two of 32 in SRT; a longer stretch becomes several cues, its time
shared out by letters.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import orjson

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
    return head + "".join(
        f"\n{_clock(start)}.{start % 1000:03d} --> {_clock(end)}.{end % 1000:03d}\n{_voice(text, speaker)}\n"
        for start, end, text, speaker in _set(cues, VTT_LINE)
    )


def srt(cues: Iterable[Cue]) -> str:
    """SubRip, numbered from 1; it has no speakers."""
    return "\n".join(
        f"{number}\n{_clock(start)},{start % 1000:03d} --> {_clock(end)},{end % 1000:03d}\n{text.replace('-->', '→')}\n"
        for number, (start, end, text, _speaker) in enumerate(_set(cues, SRT_LINE), 1)
    )


def podcast_json(cues: Iterable[Cue]) -> str:
    """Podcasting 2.0 transcript JSON 1.0.0; times in seconds."""
    segments = [_segment(cue) for cue in _proper(cues)]
    return orjson.dumps({"version": "1.0.0", "segments": segments}).decode()


def _segment(cue: Cue) -> dict[str, object]:
    speaker = {"speaker": cue.speaker} if cue.speaker else {}
    return {**speaker, "startTime": cue.start / 1000, "endTime": cue.end / 1000, "body": cue.text}


def _proper(cues: Iterable[Cue]) -> Iterator[Cue]:
    """In order, on one line, with an end after the start; silence is left out."""
    for start, end, said, speaker in sorted(cues, key=itemgetter(0, 1)):
        if text := " ".join(said.split()):
            begin = max(0, start)
            least = begin + LEAST_MS
            yield Cue(begin, max(least, end), text, " ".join(speaker.split()))


def _set(cues: Iterable[Cue], width: int) -> Iterator[Cue]:
    for cue in _proper(cues):
        start, end, text, speaker = cue
        if len(text) <= width:
            yield cue
            continue
        lines = _broken(text, width)
        if len(lines) <= LINES:
            yield Cue(start, end, "\n".join(lines), speaker)
        else:
            yield from _shared(cue, ["\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)])


def _shared(cue: Cue, blocks: Sequence[str]) -> Iterator[Cue]:
    """One cue a block; each gets time by its letters, and at least a millisecond."""
    begin, finish, _text, speaker = cue
    letters = [len(block) - block.count("\n") for block in blocks]
    total, count = sum(letters), len(blocks)
    length = max(finish - begin, count * LEAST_MS)
    said, start = 0, begin
    for place, block in enumerate(blocks, 1):
        said += letters[place - 1]
        least, most = start + LEAST_MS, begin + length - (count - place) * LEAST_MS
        end = min(max(begin + length * said // total, least), most)
        yield Cue(start, end, block, speaker)
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


@lru_cache(1 << 12)
def _clock_at(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _clock(ms: int) -> str:
    """Hours, minutes and seconds; the thousandths are the caller's."""
    return _clock_at(ms // 1000)


def _voice(text: str, speaker: str) -> str:
    text = _escaped(text)
    return f"<v {_escaped(speaker)}>{text}" if speaker else text


def _escaped(text: str) -> str:
    if "&" not in text and "<" not in text and ">" not in text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
