"""What goes into the index and what comes out."""

from dataclasses import dataclass

from tejido.ground.search.snippets import Piece


@dataclass(frozen=True)
class Doc:
    """One findable thing: row keys of itself, of its aggregate and of its space; kind as slots resolve it.

    `lang` is a BCP 47 tag or empty; `day` (YYYY-MM-DD or empty) sorts finds. At most one document a key,
    kind and language.
    """

    key: str
    source: str
    space: str
    kind: str
    lang: str
    title: str
    text: str
    day: str = ""


@dataclass(frozen=True)
class Hit:
    """A document that was found, with the place in its text."""

    key: str
    source: str
    space: str
    kind: str
    lang: str
    day: str
    title: str
    snippet: tuple[Piece, ...]


@dataclass(frozen=True)
class Page:
    """Some of the hits, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int
