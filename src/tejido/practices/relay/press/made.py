"""Files made of voices and editions: find one, keep one, forget all that was made of a voice or an edition.

A file is a public blob (not sealed): it holds only what everybody may have. It is no event's, travels to nobody, is left
out of backups, and `forget` erases rows and bytes. Bytes may come back after that: whoever publishes a voice again makes
the same file of it.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from tejido.ground import blobs
from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotFound
from tejido.ground.store.derived import BlobUse
from tejido.practices.relay.press.models import Feed, Former, Made

MP3, OPUS, MP3_WHOLE, OPUS_WHOLE = "mp3", "opus", "mp3-whole", "opus-whole"
SOUNDS = (MP3, OPUS, MP3_WHOLE, OPUS_WHOLE)
PDF, EPUB, ZIP, COVER = "pdf", "epub", "zip", "cover"
PIECE = 1 << 20


class BeingMade(NotFound):
    """This file is being made from what was published. Come back in some minutes."""

    code = "being-made"


def find(subject: str, kind: str, lang: str = "", *, source: str | None = None) -> Made | None:
    """The file, or None: not made, not made yet of `source`, or it could not be made (see `fault_of`)."""
    row = Made.objects.filter(subject=subject, kind=kind, lang=lang).exclude(blob="").first()
    return row if row is not None and source in (None, row.source) else None


def find_all(subjects: Collection[str], kinds: Collection[str]) -> dict[tuple[str, str, str], Made]:
    """The files of many, by subject, kind and language, in one query a thousand subjects."""
    named = sorted(subjects)
    found: dict[tuple[str, str, str], Made] = {}
    for at in range(0, len(named), 1000):
        rows = Made.objects.filter(subject__in=named[at : at + 1000], kind__in=kinds).exclude(blob="")
        found |= {(row.subject, row.kind, row.lang): row for row in rows}
    return found


def fault_of(subject: str, kind: str, lang: str = "") -> Made | None:
    """The row that says why this file could not be made (`fault`, `message`, `params`), if so."""
    return Made.objects.filter(subject=subject, kind=kind, lang=lang).exclude(fault="").first()


def faults(subjects: Collection[str], kinds: Collection[str]) -> list[Made]:
    """The rows of many that say why a file could not be made."""
    return list(Made.objects.filter(subject__in=subjects, kind__in=kinds).exclude(fault="").order_by("subject"))


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the vault and that no row names yet."""

    ref: BlobRef
    integrity: str


def store(file: Path | bytes, media_type: str) -> Stored:
    """Put a file into the vault: for large ones, which would hold up everybody inside a transaction."""
    return Stored(_stored(file, media_type), integrity(file))


def discard(stored: Stored) -> None:
    """Drop it again, unless a row names the same bytes."""
    _drop_unused([stored.ref.id])


def keep(
    subject: str,
    kind: str,
    file: Path | bytes | Stored,
    *,
    type: str,  # noqa: A002 (the field's word)
    lang: str = "",
    source: str = "",
    about: Iterable[str] = (),
    duration: int = 0,
) -> Made:
    """Put a file into the vault and remember it in place of the one before. `about`: row keys of the voices in it."""
    stored = file if isinstance(file, Stored) else store(file, type)
    row = {
        "source": source,
        "about": _listed(about),
        "blob": stored.ref.id,
        "size": stored.ref.size,
        "type": type,
        "duration": duration,
        "integrity": stored.integrity,
    }
    return _written(subject, kind, lang, row)


def failed(subject: str, kind: str, *, fault: str, message: str, params: Mapping[str, object] | None = None,
           lang: str = "", source: str = "") -> Made:  # fmt: skip
    """Remember why a file could not be made of `source`: a code, an English message with `%(name)s`, what is put in."""
    row = {"source": source, "fault": fault, "message": message, "params": dict(params or {})}
    return _written(subject, kind, lang, row)


def _written(subject: str, kind: str, lang: str, values: Mapping[str, object]) -> Made:
    with transaction.atomic():
        before = Made.objects.filter(subject=subject, kind=kind, lang=lang).first()
        if before is not None:
            before.delete()
        row = Made.objects.create(subject=subject, kind=kind, lang=lang, at=timezone.now(), **values)
        Former.objects.filter(subject=subject).delete()
        if before is not None:
            _drop_unused([before.blob])
    return row


def _stored(file: Path | bytes, media_type: str) -> BlobRef:
    """In the vault, also where the same bytes were erased before: what is published now may be here again."""
    try:
        return blobs.put(file, sealed=False, media_type=media_type)
    except blobs.BlobErased:
        blobs.welcome(blobs.id_of(file))
        return blobs.put(file, sealed=False, media_type=media_type)


def _listed(keys: Iterable[str]) -> str:
    found = " ".join(sorted(set(keys)))
    return f" {found} " if found else ""


def integrity(file: Path | bytes) -> str:
    """`sha256-…` as in subresource integrity."""
    digest = hashlib.sha256()
    for piece in _pieces(file):
        digest.update(piece)
    return f"sha256-{base64.b64encode(digest.digest()).decode()}"


def _pieces(file: Path | bytes) -> Iterator[bytes]:
    if isinstance(file, bytes):
        yield file
        return
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


def forget(subject: str) -> None:
    """Erase every file made of a voice or an edition, and every file that has that voice in it; feeds as well."""
    with transaction.atomic():
        remove(list(Made.objects.filter(Q(subject=subject) | Q(about__contains=f" {subject} "))))
        Feed.objects.update(stamp="", body=b"", etag="", episodes=0)
        Former.objects.get_or_create(subject=subject, defaults={"day": timezone.now().date()})


def _drop_unused(gone: Iterable[str]) -> None:
    """Erase what no other row and no event names."""
    named = {blob for blob in gone if blob}
    used = set(Made.objects.filter(blob__in=named).values_list("blob", flat=True))
    used |= set(BlobUse.objects.filter(blob__in=named).values_list("blob", flat=True))
    for blob in sorted(named - used):
        blobs.drop(blob)


def remove(rows: Collection[Made]) -> None:
    """Erase these files alone: they are of no use any more, or are to be made again."""
    with transaction.atomic():
        Made.objects.filter(pk__in=[row.pk for row in rows]).delete()
        _drop_unused([row.blob for row in rows])


def subjects() -> set[str]:
    """Row keys of everything of which something was made."""
    return set(Made.objects.values_list("subject", flat=True))


def known(subjects: Collection[str]) -> set[str]:
    """Those of these of which, or with which, something was made."""
    rows = Made.objects.values_list("subject", "about")
    named = {key for subject, about in rows for key in (subject, *about.split())} if subjects else set()
    return named & set(subjects)


def is_gone(subject: str) -> bool:
    """Whether files were made of this once, and were erased."""
    return Former.objects.filter(subject=subject).exists()


def blobs_made() -> set[str]:
    """Ids of all files made, for the backup, which leaves them out."""
    return set(Made.objects.exclude(blob="").values_list("blob", flat=True))


def ref(row: Made) -> BlobRef:
    """The file in the vault."""
    return BlobRef(row.blob, "", row.size, row.type)


def stream(row: Made) -> Iterator[bytes]:
    """Its bytes, a chunk at a time."""
    return blobs.open_range(ref(row))


def serve(request: HttpRequest, row: Made, filename: str) -> HttpResponseBase:
    """HEAD, byte ranges, conditional GET; everybody may keep it and show it. A file that a restore left out is made anew."""
    if not blobs.has(row.blob):
        row.delete()
        raise BeingMade
    return blobs.serve_public(request, ref(row), filename, row.at)
