"""How the books of a publication stand, for its page: what is made and since when, what is being made, what cannot be and why."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from tejido.ground import blobs, work
from tejido.practices.relay.press import addresses, books
from tejido.practices.relay.press.books import BOOKS, Sounds, Wanted
from tejido.practices.relay.press.models import Made
from tejido.practices.relay.publishing.public import Edition

READY, MAKING, FAILED = "ready", "making", "failed"


@dataclass(frozen=True, slots=True)
class Book:
    """One file: `kind` pdf, epub or zip; `state` ready, making or failed; `size` in bytes; `reason` why there is none."""

    lang: str
    kind: str
    url: str
    state: str
    size: int = 0
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All of them, by language; `stuck`: nobody makes the rest before somebody who runs the node says so."""

    langs: tuple[tuple[str, tuple[Book, ...]], ...]
    stuck: bool

    @property
    def all(self) -> tuple[Book, ...]:
        """Every book."""
        return tuple(book for _lang, found in self.langs for book in found)

    @property
    def done(self) -> int:
        """How many are settled, made or not to be made."""
        return sum(book.state != MAKING for book in self.all)


def of(edition: Edition) -> Shelf:
    """The books of a standing edition of ours."""
    sounds = books.sounds_of(edition)
    rows = {(row.kind, row.lang): row for row in Made.objects.filter(subject=edition.key, kind__in=BOOKS)}
    langs = tuple(
        (lang, tuple(_book(edition, kind, lang, rows.get((kind, lang)), sounds) for kind in BOOKS))
        for lang in edition.langs
    )
    going = work.progress(books.claim_key(edition.key))
    return Shelf(langs, going is not None and going.state == "stuck")


def _book(edition: Edition, kind: str, lang: str, row: Made | None, sounds: Sounds) -> Book:
    url = addresses.dossier(edition.slug, lang, kind)
    if row is None or row.source != books.source(edition, Wanted(edition.key, kind, lang), sounds):
        return Book(lang, kind, url, MAKING)
    if row.fault:
        return Book(lang, kind, url, FAILED, at=row.at, reason=gettext(row.message) % row.params)
    if not blobs.has(row.blob):  # left out of a restored backup
        return Book(lang, kind, url, MAKING)
    return Book(lang, kind, url, READY, row.size, row.at)
