"""Transcripts as players read them: WebVTT, SRT and Podcasting 2.0's JSON.

Players are unforgiving: one malformed cue timing makes AntennaPod drop a whole WebVTT file, and JSON segments without an
end are dropped. So every cue written here has an end after its start, no empty line inside, and its own escapes.
Lines follow the field's habit: 65 characters in WebVTT, two of 32 in SRT; a longer stretch becomes several cues, its time
shared out by letters.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

VTT_TYPE, SRT_TYPE, JSON_TYPE = "text/vtt", "application/x-subrip", "application/json"
VTT_LINE, SRT_LINE, LINES = 65, 32, 2
LEAST_MS = 1


@dataclass(frozen=True, slots=True)
class Cue:
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
    for cue in sorted(cues, key=lambda one: (one.start, one.end)):
        text = " ".join(cue.text.split())
        if text:
            start = max(0, cue.start)
            yield Cue(start, max(cue.end, start + LEAST_MS), text, " ".join(cue.speaker.split()))


def _set(cues: Iterable[Cue], width: int) -> Iterator[Cue]:
    for cue in _proper(cues):
        lines = _broken(cue.text, width)
        blocks = [lines[at : at + LINES] for at in range(0, len(lines), LINES)]
        yield from _shared(cue, blocks)


def _shared(cue: Cue, blocks: Sequence[Sequence[str]]) -> Iterator[Cue]:
    """One cue a block; each gets time by its letters, and at least a millisecond."""
    total = sum(len(line) for block in blocks for line in block)
    length = max(cue.end - cue.start, len(blocks) * LEAST_MS)
    said, start = 0, cue.start
    for place, block in enumerate(blocks, 1):
        said += sum(map(len, block))
        least, most = start + LEAST_MS, cue.start + length - (len(blocks) - place) * LEAST_MS
        end = min(max(cue.start + length * said // total, least), most)
        yield Cue(start, end, "\n".join(block), cue.speaker)
        start = end


def _broken(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters, broken at white space; a longer word (or a script without spaces) is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = ""
        *whole, rest = _pieces(word, width)
        lines += whole
        line = f"{line} {rest}".strip()
    return [*lines, line] if line else lines


def _pieces(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width`, none beginning with a mark that belongs to the letter before."""
    pieces = []
    while len(word) > width:
        cut = width
        while cut > 1 and unicodedata.combining(word[cut]):
            cut -= 1
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


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
