"""Lines of speech as paragraphs to read: a recogniser's stretches of a few seconds would make a staircase of a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tejido.engines.language.languages import UNSPACED, scripts
from tejido.engines.press.records import Line, Version, Voice

ENOUGH, LONG = 360, 720  # letters: a paragraph may end after the first at a full stop, and ends after the second
FACING = 200, 440  # likewise where a translation stands beside it in a narrow column
PAUSE_MS = 1_500
STOPS = (".", "!", "?", "…", "؟", "۔", "।", "。", "！", "？", "»", "”")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, and their translation; `start` in milliseconds, None for typed words."""

    lang: str
    lines: tuple[Line, ...]
    start: int | None
    other: str | None = None

    @property
    def text(self) -> str:
        """The words."""
        return joined([line.text for line in self.lines], self.lang)


def paragraphs(voice: Voice, other: Version | None = None) -> Iterator[Paragraph]:
    """A voice's lines, grouped; both languages break at the same places."""
    group: list[int] = []
    for place, line in enumerate(voice.lines):
        if group and _breaks(voice, [voice.lines[one] for one in group], line, *(FACING if other else (ENOUGH, LONG))):
            yield _paragraph(voice, other, group)
            group = []
        group.append(place)
    if group:
        yield _paragraph(voice, other, group)


def joined(texts: list[str], lang: str) -> str:
    """Texts one after the other, with a space where the script has one."""
    space = "" if scripts(lang) and scripts(lang) <= UNSPACED else " "
    return space.join(text.strip() for text in texts)


def line_anchor(voice: Voice, line: Line) -> str | None:
    """`v3-…`: the same in every edition and every format, so that others can point to a sentence."""
    return f"v{voice.number}-{re.sub(r'[^A-Za-z0-9._-]', '-', line.id)}" if line.id else None


def _breaks(voice: Voice, group: list[Line], line: Line, enough: int, long: int) -> bool:
    last = group[-1]
    if line.start is None or (line.lang or voice.lang) != (last.lang or voice.lang):
        return True
    size, ended = sum(len(one.text) for one in group), last.text.rstrip().endswith(STOPS)
    paused = last.end is not None and line.start - last.end >= PAUSE_MS
    return size >= long or (ended and (size >= enough or (paused and size >= enough // 3)))


def _paragraph(voice: Voice, other: Version | None, places: list[int]) -> Paragraph:
    lines = tuple(voice.lines[place] for place in places)
    words = joined([other.lines[place] for place in places], other.lang) if other else None
    return Paragraph(lines[0].lang or voice.lang, lines, lines[0].start, words)
