"""Books in the background: of each publication of this node a PDF, an EPUB and a zip a language, and pictures.

The state is the truth: `lacking` compares what is published with what was made. A correction, a voice taken back, another
public address make another fingerprint, and the books are made anew; those of editions that were replaced go.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Count, Max
from django.utils.translation import gettext

from tejido.engines.faults import catalogued
from tejido.engines.press.epub import MIMETYPE, epub
from tejido.engines.press.errors import PressError
from tejido.engines.press.html import archive
from tejido.engines.press.pdf import pdf
from tejido.ground import blobs, work
from tejido.ground.errors import NotFound, Problem
from tejido.ground.store.models import Own
from tejido.ground.store.public import writing
from tejido.practices.relay import recordings
from tejido.practices.relay.press import addresses, covers, fonts, made, pressing, reading
from tejido.practices.relay.press.models import GivenCover, Made
from tejido.practices.relay.press.selectors import TakenBack
from tejido.practices.relay.publishing import public as publishing
from tejido.practices.relay.publishing.public import Edition

Sounds = Mapping[int, Made]
_settled: str = ""
LAYOUT = 2  # raise it where books shall look different: all are made anew
BOOKS = (made.PDF, made.EPUB, made.ZIP)
ORDER = (made.EPUB, made.ZIP, made.PDF)
KINDS = (*BOOKS, made.COVER)
TYPES = {made.PDF: "application/pdf", made.EPUB: MIMETYPE, made.ZIP: "application/zip", made.COVER: covers.TYPE}
EPUB_SIDE = 1400
MOST_SOUND = 100_000_000
"""Bytes of sound that a zip takes along; a longer chain's zip has the words alone, which say where the sound is."""

FEED = "feed"
"""Stands for a podcast, whose picture is made like an edition's."""


class BookBeingMade(Problem):
    """This is being made from what was published. Come back in some minutes."""

    status = 503
    code = "being-made"


class CannotBeMade(Problem):
    """This file cannot be made: %(reason)s"""

    status = 404
    code = "cannot-be-made"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that there should be: what it is made of (row key of an edition, or `FEED`), its kind, its language."""

    subject: str
    kind: str
    lang: str


def claim_key(edition: str) -> str:
    """The name of the work on an edition's books."""
    return f"books:{edition}"


def wanted(edition: Edition) -> list[Wanted]:
    """What is to be made of an edition: the pictures first, which everybody sees, the PDF last, which takes its time."""
    pictures = [Wanted(edition.key, made.COVER, ""), *(Wanted(FEED, made.COVER, lang) for lang in edition.langs)]
    return [*pictures, *(Wanted(edition.key, kind, lang) for lang in edition.langs for kind in ORDER)]


def source(edition: Edition, one: Wanted, sounds: Sounds) -> str:
    """Fingerprint of all that a file is made of, read without the words: voices never change, they come and go."""
    said: list[object] = [LAYOUT, one.kind, edition.org_name, [str(folder) for folder in fonts.folders()]]
    if one.subject != FEED:
        items = edition.items
        places = [(item.number, item.answers, item.status, item.voice.key if item.voice else "") for item in items]
        said += [edition.key, addresses.base(), places]
        if one.kind != made.COVER and (given := covers.tags(edition.slug)):
            said += [given]
    if one.kind == made.ZIP:
        said += [{number: row.integrity for number, row in sorted(sounds.items())}]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def sounds_of(edition: Edition) -> Sounds:
    """The Opus files that its zip takes along, by number; none where they are too many."""
    voices = {item.voice.key: item.number for item in edition.items if item.voice and item.voice.audio}
    found = made.find_all(voices, [made.OPUS])
    rows = {number: found[key, made.OPUS, ""] for key, number in voices.items() if (key, made.OPUS, "") in found}
    return rows if sum(row.size for row in rows.values()) <= MOST_SOUND else {}


def missing(edition: Edition) -> list[Wanted]:
    """What is not there, was made of something else, or was left out by a restore; not what cannot be made."""
    sounds = sounds_of(edition)
    found = Made.objects.filter(subject__in=[edition.key, FEED], kind__in=KINDS)
    rows = {Wanted(row.subject, row.kind, row.lang): row for row in found}
    return [one for one in wanted(edition) if not _stands(rows.get(one), source(edition, one, sounds))]


def _stands(row: Made | None, now: str) -> bool:
    return row is not None and row.source == now and (bool(row.fault) or blobs.has(row.blob))


@work.task()
def make(edition: str) -> None:
    """The books of an edition (row key); whoever else holds it goes on undisturbed."""
    work.alone(claim_key(edition), lambda held: run(edition, held))


def run(key: str, held: work.Held) -> None:
    """One attempt: each file is kept as soon as it is made, so that whoever goes on after a death begins after it."""
    found = next((one for one in reading.standing() if one.key == key), None)
    if found is None:
        return
    edition = publishing.edition(found.slug, number=found.number)
    steps = missing(found)
    with _ahead(edition, steps) as ahead:
        for place, one in enumerate(steps):
            held.beat(permille=1000 * place // len(steps), note=f"{one.kind} {one.lang}".strip())
            make_one(edition, one, ahead)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is made before its file: pictures (of an EPUB its cover), and PDFs that are set meanwhile."""

    pictures: Mapping[Wanted, bytes] = field(default_factory=dict)
    pages: Mapping[Wanted, Future[bytes]] = field(default_factory=dict)


NOTHING = Ahead()


@contextmanager
def _ahead(edition: Edition, steps: Sequence[Wanted]) -> Iterator[Ahead]:
    """All pictures at once; then the PDFs, one after the other, while the rest is made: that is waiting for the typesetter."""
    pictures = _pictures(edition, [one for one in steps if one.kind in (made.COVER, made.EPUB)])
    beside = ThreadPoolExecutor(1)
    try:
        wanted = [one for one in steps if one.kind == made.PDF]
        given = {one: (*pressing.book(edition, one.lang), fonts.folders()) for one in wanted}
        yield Ahead(pictures, {one: beside.submit(pdf, *book) for one, book in given.items()})
    finally:
        beside.shutdown(cancel_futures=True)


def _pictures(edition: Edition, wanted: Sequence[Wanted]) -> dict[Wanted, bytes]:
    """Covers; none where they cannot be drawn together, so that each says for itself why."""
    try:
        return dict(zip(wanted, covers.made([_order(edition, one) for one in wanted]), strict=True))
    except PressError:
        return {}


def _order(edition: Edition, one: Wanted) -> covers.Order:
    if one.subject == FEED:
        return covers.of_feed(edition.org_name, one.lang)
    return covers.of_edition(edition, one.lang, **({"side": EPUB_SIDE} if one.kind == made.EPUB else {}))


def make_one(edition: Edition, one: Wanted, ahead: Ahead = NOTHING) -> None:
    """Make and keep one file, or why it cannot be made."""
    sounds = sounds_of(edition)
    now = source(edition, one, sounds)
    path = recordings.work_folder() / f"{secrets.token_hex(8)}.{one.kind}"
    try:
        _write(edition, one, path, sounds, ahead)
        stored = made.store(path, TYPES[one.kind])
    except PressError as fault:
        made.failed(one.subject, one.kind, lang=one.lang, fault=fault.code, message=catalogued(fault.template),
                    params=dict(fault.params), source=now)  # fmt: skip
    else:
        _keep(edition, one, stored, now)
    finally:
        path.unlink(missing_ok=True)


def _keep(edition: Edition, one: Wanted, stored: made.Stored, now: str) -> None:
    """Unless something in it was taken back meanwhile: within one transaction that cannot be missed."""
    about = [] if one.kind == made.COVER else [voice.key for voice in edition.voices]
    with writing():
        stands = next((found for found in reading.standing() if found.key == edition.key), None)
        if stands is None or source(stands, one, sounds_of(stands)) != now:
            made.discard(stored)
            return
        made.keep(one.subject, one.kind, stored, type=TYPES[one.kind], lang=one.lang, source=now, about=about)


def _write(edition: Edition, one: Wanted, path: Path, sounds: Sounds, ahead: Ahead) -> None:
    if one.kind == made.ZIP:
        write_zip(edition, one.lang, path, sounds)
    elif one.kind == made.PDF:
        set_ahead = ahead.pages.get(one)
        path.write_bytes(set_ahead.result() if set_ahead else pdf(*pressing.book(edition, one.lang), fonts.folders()))
    else:
        picture = ahead.pictures.get(one) or covers.made([_order(edition, one)])[0]
        path.write_bytes(epub(*pressing.book(edition, one.lang), picture) if one.kind == made.EPUB else picture)


def write_zip(edition: Edition, lang: str, path: Path, sounds: Sounds) -> None:
    """The HTML dossier and the sounds that there are."""
    dossier, labels = pressing.book(edition, lang, with_sound=sounds)
    files = {pressing.sound_name(number): made.stream(row) for number, row in sorted(sounds.items())}
    with path.open("wb") as out:
        archive(out, dossier, labels, files)


@work.sweeper
def lacking() -> None:
    """Queue editions whose books are lacking; erase those of editions that were replaced or withdrawn."""
    global _settled  # noqa: PLW0603 - looked at again when something changes, and once in each process
    now = _stamp() if Own.objects.exists() else ""
    if now and now != _settled and reconcile():
        _settled = now


def _stamp() -> str:
    """Another text whenever something is published or made, or this node is reached elsewhere."""
    files = Made.objects.aggregate(last=Max("pk"), count=Count("pk"))
    return repr((reading.stamp(), files["last"], files["count"], addresses.base(), fonts.folders(), covers.stamp()))


def reconcile() -> bool:
    """One look at everything; whether nothing is lacking."""
    editions = reading.standing()
    clear(editions)
    keys = [claim_key(one.key) for one in editions if missing(one)]
    for key in work.due(keys):
        work.enqueue_once(make, key.partition(":")[2])
    return not keys


def clear(editions: Sequence[Edition]) -> None:
    """Erase the books and covers of every other edition."""
    covers.clear([edition.slug for edition in editions])
    known = {edition.key for edition in editions} | {FEED}
    rows = list(Made.objects.filter(kind__in=KINDS).exclude(subject__in=known))
    if rows:
        made.remove(rows)
        work.forget([claim_key(row.subject) for row in rows])


def followed(_keys: Sequence[str]) -> None:
    """Editions came, were corrected or withdrawn: told after the commit. What is to be made, the sweeper finds."""
    if Made.objects.filter(kind__in=KINDS).exists() or GivenCover.objects.exists():
        clear(reading.standing())


def book_at(slug: str, form: str, lang: str) -> Made:
    """The book of a publication. Raises `NotFound`, `TakenBack`, `CannotBeMade`, or `BookBeingMade` while it is not there."""
    return _at(slug, form, lang)


def cover_at(slug: str) -> Made:
    """The picture of a publication. Raises as `book_at` does."""
    return _at(slug, made.COVER, "")


def feed_cover_at(lang: str) -> Made:
    """The picture of the podcast in a language. Raises as `book_at` does."""
    if not any(lang in one.langs for one in reading.ours()):
        raise NotFound
    return _row(FEED, made.COVER, lang)


def _at(slug: str, kind: str, lang: str) -> Made:
    edition = reading.edition_at(slug)
    if edition.withdrawn:
        raise TakenBack
    if not edition.mine or (lang and lang not in edition.langs):
        raise NotFound
    return _row(edition.key, kind, lang)


def _row(subject: str, kind: str, lang: str) -> Made:
    row = made.find(subject, kind, lang)
    if row is not None and blobs.has(row.blob):
        return row
    if fault := made.fault_of(subject, kind, lang):
        raise CannotBeMade(reason=gettext(fault.message) % fault.params)
    raise BookBeingMade
