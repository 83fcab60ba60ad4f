"""Words of one voice that another tells again, as notes: what was said, in the book's language where it is in it, and where."""

from collections.abc import Iterator
from dataclasses import dataclass

from tejido.engines.press.paragraphs import joined, line_anchor
from tejido.engines.press.records import Dossier, Line, Quote, Voice

SIGNS = "*†‡§¶‖"  # no numbers: beside a voice's own they would be read as one, and change places in Arabic


@dataclass(frozen=True, slots=True)
class Note:
    """The `place`-th note of a voice: the voice that it quotes, the first line quoted, the words and their language."""

    place: int
    voice: Voice
    line: Line
    text: str
    lang: str

    @property
    def sign(self) -> str:
        """`*`, `†`, … and after six of them `**`: as Typst counts."""
        return SIGNS[(self.place - 1) % len(SIGNS)] * (1 + (self.place - 1) // len(SIGNS))

    @property
    def target(self) -> str:
        """The anchor of the first line quoted, or empty where lines have none."""
        return line_anchor(self.voice, self.line) or ""


def notes(voice: Voice, dossier: Dossier) -> tuple[Note, ...]:
    """Those of its quotes whose words are still in the book."""
    return tuple(_numbered(voice, dossier))


def _numbered(voice: Voice, dossier: Dossier) -> Iterator[Note]:
    there = {one.number: one for one in dossier.voices if not one.absent}
    place = 0
    for quote in voice.quotes:
        found = there.get(quote.number)
        places = _places(quote, found) if found else []
        if found and places:
            place += 1
            yield Note(place, found, found.lines[places[0]], *_words(found, places, dossier.lang))


def _places(quote: Quote, voice: Voice) -> list[int]:
    return [place for place, line in enumerate(voice.lines) if line.id in quote.lines]


def _words(voice: Voice, places: list[int], lang: str) -> tuple[str, str]:
    """Their words in `lang` where somebody put them into it, else as they were said; with the language."""
    other = voice.version(lang)
    if other is not None and voice.lang != lang:
        return joined([other.lines[place] for place in places], lang), lang
    spoken = voice.lines[places[0]].lang or voice.lang
    return joined([voice.lines[place].text for place in places], spoken), spoken
