"""The place in the original text where a query was found, with what is to be marked."""

from dataclasses import dataclass

from tejido.ground.search.folding import is_run, plain
from tejido.ground.search.queries import Term

BEFORE, LENGTH, LOOK_AT = 60, 200, 100_000


@dataclass(frozen=True)
class Piece:
    """A stretch of original text; `found` where it answers the query."""

    text: str
    found: bool


class _Plain(dict[str, str]):
    def __missing__(self, char: str) -> str:
        self[char] = found = plain(char)
        return found


_PLAIN = _Plain()


def snippet(text: str, terms: tuple[Term, ...]) -> tuple[Piece, ...]:
    """About `LENGTH` characters of `text` around the first find; its beginning if only the title matched."""
    text = text[:LOOK_AT]
    folded, places = _folded(text)
    spans = sorted(span for term in terms for span in _spans(folded, places, term))
    start = _word_start(text, max(0, spans[0][0] - BEFORE)) if spans else 0
    end = min(len(text), start + LENGTH)
    return tuple(_cut(text, start, end, spans))


def _folded(text: str) -> tuple[str, list[int]]:
    """Folded character by character, with the place each comes from."""
    parts = [_PLAIN[char] for char in text]
    places = [index for index, part in enumerate(parts) for _ in part]
    return "".join(parts), places


def _spans(folded: str, places: list[int], term: Term) -> list[tuple[int, int]]:
    needle = term.tokens[0] + "".join(token[-1] for token in term.tokens[1:])
    spans: list[tuple[int, int]] = []
    at = folded.find(needle)
    while at >= 0 and len(spans) < 50:
        if len(term.tokens) > 1 or _is_word(folded, at, at + len(needle), term):
            spans.append((places[at], places[at + len(needle) - 1] + 1))
        at = folded.find(needle, at + len(needle))
    return spans


def _is_word(folded: str, start: int, end: int, term: Term) -> bool:
    """Whether the find begins a word, after an article at most, and ends it unless a beginning is enough."""
    before = folded[max(0, start - 3) : start].rpartition(" ")[2]
    unspaced = is_run(term.tokens[0])
    begins = unspaced or before in ("", "ال", "لل") or before[1:] == "ال"
    ends = unspaced or term.prefix or end == len(folded) or folded[end] == " "
    return begins and ends


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + 30)
    return space + 1 if at and space >= 0 else at


def _cut(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    for left, right in spans:
        if left < start or right > end:
            continue
        pieces += [Piece(text[start:left], found=False), Piece(text[left:right], found=True)]
        start = right
    return [piece for piece in (*pieces, Piece(text[start:end], found=False)) if piece.text]
