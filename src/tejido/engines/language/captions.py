"""Captions that somebody else made: WebVTT and SubRip (SRT), read into cues.

Files come from strangers and from many programs. What is only untidy is understood (a byte order mark, any line ends, a
comma or a dot in times, hours left out, no numbers, unknown tags, styles and notes); what would lose words or move them
in time is told with its line. Written after the W3C's WebVTT and after what players' authors report of SubRip.
"""

import html
import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import dropwhile, groupby

from tejido.engines.language.errors import CaptionsBounds, FileError, NotCaptions

__all__ = ["Cue", "FileError", "read"]

MOST_BYTES = 2 << 20
MOST_CUES = 10_000
MOST_LETTERS = 4_000  # a cue
MOST_LINE = 20_000
MOST_NAME = 80
MOST_HOURS = 99

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*--+>\s*{_TIME}(?:\s.*)?", re.ASCII)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]{1,400})>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SRT_STYLE = re.compile(r"\{\\[^{}]*\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"[^\S\n]+")
_SKIPPED = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said between two times (ms); `speaker` is empty where none is named, `line` where it begins."""

    start_ms: int
    end_ms: int
    speaker: str
    text: str
    line: int = 0


@dataclass
class _Block:
    """A timing line and what follows it."""

    line: int
    start_ms: int
    end_ms: int
    lines: list[str] = field(default_factory=list)


def read(content: bytes) -> tuple[Cue, ...]:
    """The cues of a WebVTT or SRT file, in the order of the file; raises NotCaptions or CaptionsBounds."""
    if len(content) > MOST_BYTES:
        raise CaptionsBounds(line=1, what="the file's size", limit=f"{MOST_BYTES >> 20} MiB")
    lines = _decoded(content).split("\n")
    web = next((line for line in lines if line.strip()), "").split(maxsplit=1)[:1] == ["WEBVTT"]
    cues: list[Cue] = []
    for block in _web_blocks(lines) if web else _srt_blocks(lines):
        cues += _cues(block)
        if len(cues) > MOST_CUES:
            raise CaptionsBounds(line=block.line, what="the number of cues", limit=MOST_CUES)
    if not cues:
        raise NotCaptions(line=len(lines), fault="there is no timed text")
    return tuple(cues)


def _decoded(content: bytes) -> str:
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        text = content.decode("utf-16") if wide else content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotCaptions(line=line, fault="the text is not in UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _web_blocks(lines: list[str]) -> Iterator[_Block]:
    """Cues of WebVTT: paragraphs with a timing line, under a name or not; notes, styles and regions are left out."""
    header, *paragraphs = _paragraphs(_numbered(lines, 1))
    yield from _timed(_from_timing(header))  # a header ends with a blank line, or with the first cue
    for paragraph in paragraphs:
        if paragraph[0][1].split(maxsplit=1)[0].rstrip(":") not in _SKIPPED:
            named = len(paragraph) > 1 and "-->" not in paragraph[0][1]
            yield from _timed(paragraph[1:] if named else paragraph)


_Lines = list[tuple[int, str]]


def _from_timing(lines: _Lines) -> _Lines:
    """Lines from the first timing line on."""
    return list(dropwhile(lambda one: "-->" not in one[1], lines))


def _paragraphs(lines: Iterable[tuple[int, str]]) -> Iterator[_Lines]:
    """Numbered lines between blank ones."""
    for blank, group in groupby(lines, key=lambda one: not one[1].strip()):
        if not blank:
            yield list(group)


def _timed(lines: _Lines) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in lines:
        if "-->" in line:
            if block:
                yield block
            block = _begun(number, line)
        elif block:
            block.lines.append(line)
        else:
            raise NotCaptions(line=number, fault="there is text without a time")
    if block:
        yield block


def _srt_blocks(lines: list[str]) -> Iterator[_Block]:
    """Cues of SubRip. Blank lines do not end a cue, timing lines do: a blank line within words is common."""
    open_block: _Block | None = None
    before = ""
    for number, line in _numbered(lines, 1):
        if "-->" in line:
            if open_block:
                _without_number(open_block)
                yield open_block
            elif before and not before.isdigit():
                raise NotCaptions(line=number - 1, fault="there is text without a time")
            open_block = _begun(number, line)
        elif open_block:
            open_block.lines.append(line)
        elif line.strip():
            if before:
                raise NotCaptions(line=number, fault="there is text without a time")
            before = line.strip()
    if open_block:
        yield open_block


def _without_number(block: _Block) -> None:
    """Drop the next cue's number, which stands at the end of this one's lines."""
    if len(block.lines) > 1 and block.lines[-1].strip().isdigit():
        block.lines.pop()


def _numbered(lines: Iterable[str], first: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, first):
        if len(line) > MOST_LINE:
            raise CaptionsBounds(line=number, what="the length of this line", limit=MOST_LINE)
        yield number, line


def _begun(number: int, line: str) -> _Block:
    found = _TIMING.fullmatch(line)
    if not found:
        raise NotCaptions(line=number, fault="the times cannot be read")
    start, end = _ms(found.groups()[:4], number), _ms(found.groups()[4:], number)
    if end < start:
        raise NotCaptions(line=number, fault="the end comes before the start")
    return _Block(number, start, end)


def _ms(parts: tuple[str | None, ...], number: int) -> int:
    hours, minutes, seconds = (int(one or 0) for one in parts[:3])
    if hours > MOST_HOURS or minutes > 59 or seconds > 59:
        raise NotCaptions(line=number, fault="the times cannot be read")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((parts[3] or "0").ljust(3, "0"))


def _cues(block: _Block) -> Iterator[Cue]:
    """A cue for each voice in it; none where nothing is said."""
    text = "\n".join(block.lines)
    if len(text) > MOST_LETTERS:
        raise CaptionsBounds(line=block.line, what="the length of one cue", limit=MOST_LETTERS)
    ends = [found.start() for found in _VOICE.finditer(text)]
    pieces = [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
    for piece in pieces:
        said = _plain(piece)
        if said:
            yield Cue(block.start_ms, block.end_ms, _speaker(piece), said, block.line)


def _speaker(piece: str) -> str:
    voice = _VOICE.match(piece)
    return _tidy(html.unescape(voice[1]))[:MOST_NAME].replace("\n", " ").strip() if voice else ""


def _plain(piece: str) -> str:
    return _tidy(html.unescape(_TAG.sub("", _SRT_STYLE.sub("", piece))))


def _tidy(text: str) -> str:
    """Composed (NFC), no control characters, single spaces, no empty lines."""
    text = _SPACE.sub(" ", _CONTROL.sub("", unicodedata.normalize("NFC", text)))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())
