"""Books in the background: of each publication of this node a PDF, an EPUB and a zip a language, and a cover.

The state is the truth: `lacking` compares what is published with what was made. A correction, a voice taken back, another
public address make another fingerprint, and the books are made anew; those of editions that were replaced go.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tejido.engines.faults import catalogued
from tejido.engines.press.epub import MIMETYPE, epub
from tejido.engines.press.errors import PressError
from tejido.engines.press.html import archive
from tejido.engines.press.pdf import pdf
from tejido.engines.press.records import Dossier, Labels
from tejido.ground import blobs, work
from tejido.ground.people import GUEST
from tejido.ground.store.models import Own
from tejido.ground.store.public import writing
from tejido.practices.relay import recordings
from tejido.practices.relay.press import addresses, covers, fonts, made, pressing
from tejido.practices.relay.press.models import Made
from tejido.practices.relay.publishing import public as publishing
from tejido.practices.relay.publishing.public import Edition

LAYOUT = 1  # raise it where books shall look different: all are made anew
BOOKS = (made.PDF, made.EPUB, made.ZIP)
KINDS = (*BOOKS, made.COVER)
TYPES = {made.PDF: "application/pdf", made.EPUB: MIMETYPE, made.ZIP: "application/zip", made.COVER: covers.TYPE}
MOST_SOUND = 100_000_000
"""Bytes of sound that a zip takes along; a longer chain's zip has the words alone, which say where the sound is."""

Wanted = tuple[str, str]
"""A kind and a language."""


def standing() -> tuple[Edition, ...]:
    """The newest edition of each publication of ours that was not withdrawn, without its words."""
    return tuple(one for one in publishing.editions(viewer=GUEST, mine=True, words=False) if not one.withdrawn)


def claim_key(edition: str) -> str:
    """The name of the work on an edition's books."""
    return f"books:{edition}"


def wanted(edition: Edition) -> list[Wanted]:
    """What is to be made of an edition, the cover first, which everybody sees."""
    return [(made.COVER, ""), *((kind, lang) for lang in edition.langs for kind in BOOKS)]


def source(edition: Edition, kind: str, sounds: Mapping[int, Made]) -> str:
    """Fingerprint of all that a file is made of, read without the words: voices never change, they come and go."""
    places = [(item.number, item.answers, item.status, item.voice.key if item.voice else "") for item in edition.items]
    said = [LAYOUT, edition.key, edition.org_name, addresses.base(), [str(one) for one in fonts.folders()], places]
    taken = {number: row.integrity for number, row in sounds.items()} if kind == made.ZIP else {}
    return hashlib.sha256(json.dumps([*said, taken], ensure_ascii=False).encode()).hexdigest()


def sounds_of(edition: Edition) -> dict[int, Made]:
    """The Opus files that its zip takes along, by number; none where they are too many."""
    voices = {item.voice.key: item.number for item in edition.items if item.voice and item.voice.audio}
    found = made.find_all(voices, [made.OPUS])
    rows = {number: found[key, made.OPUS, ""] for key, number in voices.items() if (key, made.OPUS, "") in found}
    return rows if sum(row.size for row in rows.values()) <= MOST_SOUND else {}


def missing(edition: Edition) -> list[Wanted]:
    """What is not there, was made of something else, or was left out by a restore; not what cannot be made."""
    sounds = sounds_of(edition)
    rows = {(row.kind, row.lang): row for row in Made.objects.filter(subject=edition.key, kind__in=KINDS)}
    return [one for one in wanted(edition) if not _stands(rows.get(one), source(edition, one[0], sounds))]


def _stands(row: Made | None, now: str) -> bool:
    return row is not None and row.source == now and (bool(row.fault) or blobs.has(row.blob))


@work.task()
def make(edition: str) -> None:
    """The books of an edition (row key); whoever else holds it goes on undisturbed."""
    work.alone(claim_key(edition), lambda held: run(edition, held))


def run(key: str, held: work.Held) -> None:
    """One attempt: each file is kept as soon as it is made, so that a killed worker goes on after it."""
    found = next((one for one in standing() if one.key == key), None)
    if found is None:
        return
    edition = publishing.edition(found.slug, number=found.number)
    steps = missing(found)
    for place, (kind, lang) in enumerate(steps):
        held.beat(permille=1000 * place // len(steps), note=f"{kind} {lang}".strip())
        one(edition, kind, lang)


def one(edition: Edition, kind: str, lang: str) -> None:
    """Make and keep one file, or why it cannot be made."""
    now = source(edition, kind, sounds := sounds_of(edition))
    path = recordings.work_folder() / f"{secrets.token_hex(8)}.{kind}"
    try:
        with path.open("xb") as file:
            file.write(b"")
        _write(edition, kind, lang, path, sounds)
        stored = made.store(path, TYPES[kind])
    except PressError as fault:
        made.failed(edition.key, kind, lang=lang, fault=fault.code, message=catalogued(fault.template),
                    params=dict(fault.params), source=now)  # fmt: skip
        return
    finally:
        path.unlink(missing_ok=True)
    _keep(edition, kind, lang, stored, now)


def _keep(edition: Edition, kind: str, lang: str, stored: made.Stored, now: str) -> None:
    """Unless something in it was taken back meanwhile: within one transaction that cannot be missed."""
    about = [] if kind == made.COVER else [voice.key for voice in edition.voices]
    with writing():
        stands = next((found for found in standing() if found.key == edition.key), None)
        if stands is None or source(stands, kind, sounds_of(stands)) != now:
            made.discard(stored)
            return
        made.keep(edition.key, kind, stored, type=TYPES[kind], lang=lang, source=now, about=about)


def _write(edition: Edition, kind: str, lang: str, path: Path, sounds: Mapping[int, Made]) -> None:
    if kind == made.COVER:
        path.write_bytes(covers.drawn(edition))
    elif kind == made.ZIP:
        write_zip(edition, lang, path, sounds)
    else:
        path.write_bytes(_PRINTED[kind](edition, lang))


def write_zip(edition: Edition, lang: str, path: Path, sounds: Mapping[int, Made]) -> None:
    """The HTML dossier and the sounds that there are."""
    dossier, labels = pressing.book(edition, lang)
    files = {f"{pressing.SOUNDS}/{number}.opus": made.stream(row) for number, row in sorted(sounds.items())}
    with path.open("wb") as out:
        archive(out, dossier, labels, files)


def _pdf(edition: Edition, lang: str) -> bytes:
    return pdf(*pressing.book(edition, lang), fonts.folders())


def _epub(edition: Edition, lang: str) -> bytes:
    return epub(*pressing.book(edition, lang), covers.drawn(edition, lang, side=1400))


_PRINTED: Mapping[str, Callable[[Edition, str], bytes]] = {made.PDF: _pdf, made.EPUB: _epub}


@work.sweeper
def lacking() -> None:
    """Queue editions whose books are lacking; erase books of editions that were replaced or withdrawn."""
    editions = standing() if Own.objects.exists() else ()
    clear(editions)
    keys = [claim_key(one.key) for one in editions if missing(one)]
    for key in work.due(keys):
        work.enqueue_once(make, key.partition(":")[2])


def clear(editions: Sequence[Edition]) -> None:
    """Erase the books and covers of every other edition."""
    known = {edition.key for edition in editions}
    rows = list(Made.objects.filter(kind__in=KINDS).exclude(subject__in=known))
    made.remove(rows)
    work.forget([claim_key(row.subject) for row in rows])


def followed(keys: Sequence[str]) -> None:
    """Editions came, were corrected or withdrawn: told after the commit. What is to be made, the sweeper finds."""
    if made.known(keys):
        clear(standing())


def find(slug: str, kind: str, lang: str = "") -> Made:
    """The file at an address. Raises `NotFound`, `Withdrawn`, `CannotBeMade`, or `BeingMade` while it is not there."""
    edition = publishing.edition(slug)
    if edition.withdrawn:
        raise made.Withdrawn
    if not edition.mine or (lang and lang not in edition.langs):
        raise made.NoFile
    row = made.find(edition.key, kind, lang)
    if row is not None:
        return row
    if fault := made.fault_of(edition.key, kind, lang):
        raise made.CannotBeMade.of(fault)
    raise made.BeingMade


def files(editions: Iterable[Edition]) -> dict[str, bool]:
    """Whether an edition's files are all made, by row key; for progress."""
    return {edition.key: not missing(edition) for edition in editions}


Book = tuple[Dossier, Labels]
