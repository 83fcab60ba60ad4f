"""Files named by the hash of their stored bytes, sealed before hashing unless they are public.

The functions here work on this node's own vault, the folder `blobs` of its data folder.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from tejido.ground.blobs import exchange, serving
from tejido.ground.blobs.errors import (
    BlobDamaged,
    BlobErased,
    BlobMalformed,
    BlobMismatch,
    BlobMissing,
    BlobTooLarge,
    BlobTruncated,
    BlobUnreadable,
)
from tejido.ground.blobs.formats import BlobRef, Descriptor, Fetch
from tejido.ground.blobs.sources import Source, describe, opened
from tejido.ground.blobs.storage import LocalStorage, MemoryStorage, Storage
from tejido.ground.blobs.vault import Fault, Vault

__all__ = [
    "BlobDamaged",
    "BlobErased",
    "BlobMalformed",
    "BlobMismatch",
    "BlobMissing",
    "BlobRef",
    "BlobTooLarge",
    "BlobTruncated",
    "BlobUnreadable",
    "Descriptor",
    "Fault",
    "LocalStorage",
    "MemoryStorage",
    "Storage",
    "Vault",
    "check",
    "descriptor",
    "discard_partials",
    "drop",
    "erased_among",
    "export_to",
    "finish_drops",
    "has",
    "id_of",
    "ids",
    "import_from",
    "in_the_open",
    "is_erased",
    "open_range",
    "put",
    "read",
    "receive",
    "serve_public",
    "serve_range",
    "shared",
    "vault",
    "welcome",
]


def vault() -> Vault:
    """This node's own vault."""
    return Vault(LocalStorage(Path(settings.NODE_DIR) / "blobs"))


def put(source: Source, *, sealed: bool, media_type: str) -> BlobRef:
    """Store bytes, a path or an open seekable file; see `Vault.put`."""
    return vault().put(source, sealed=sealed, media_type=media_type)


def id_of(source: Source) -> str:
    """The id that a source has where it is stored unsealed; nothing is stored."""
    here = vault()
    with opened(source) as file:
        return describe(file, "", here.max_size)[0].id


def receive(blob: str, descriptor: Descriptor, fetch: Fetch) -> None:
    """Take in a blob chunk by chunk, resuming; see `Vault.receive`."""
    vault().receive(blob, descriptor, fetch)


def open_range(ref: BlobRef, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Verified plaintext bytes `start` to `end` (exclusive), a chunk at a time."""
    return vault().open_range(ref, start, end)


def read(ref: BlobRef) -> bytes:
    """The whole plaintext; for small blobs only."""
    return vault().read(ref)


def descriptor(blob: str) -> Descriptor:
    """The list of chunks of a whole blob; `BlobMissing` otherwise."""
    return vault().descriptor(blob)


def has(blob: str) -> bool:
    """Whether the whole blob is here."""
    return vault().has(blob)


def ids() -> Iterator[str]:
    """Ids of the whole blobs here, sorted."""
    return vault().ids()


def drop(blob: str) -> None:
    """Erase for good, now or when the transaction commits; a later import of the same id is refused."""
    vault().drop(blob)


def let_go(blob: str) -> None:
    """Delete the bytes that nothing here names any more, after the commit that says so; it may come back."""
    vault().let_go(blob)


def is_erased(blob: str) -> bool:
    """Whether this id was dropped here."""
    return vault().is_erased(blob)


def erased_among(blobs: Iterable[str]) -> set[str]:
    """Those of these ids that were dropped here."""
    return vault().erased_among(blobs)


def welcome(blob: str) -> None:
    """An erased id may come back: its owner still names it."""
    vault().welcome(blob)


def in_the_open(older_than_s: float) -> list[str]:
    """Ids of what was stored unsealed here at least that long ago."""
    return vault().in_the_open(older_than_s)


def finish_drops() -> int:
    """Delete what a process that died after its commit has left; for the worker."""
    return vault().finish_drops()


def discard_partials(older_than_s: float) -> int:
    """Delete begun transfers in which nothing arrived for that long; for the worker."""
    return vault().discard_partials(older_than_s)


def check() -> list[Fault]:
    """Reads every stored byte and gives what is wrong; for `tejido check`."""
    return list(vault().check())


def export_to(blob: str, path: Path) -> None:
    """Write a blob as one file: descriptor, line end, stored bytes."""
    exchange.export_to(vault(), blob, path)


def import_from(path: Path, expected: str | None = None) -> str:
    """Take in a blob from one file; returns its id. See `exchange.import_from`."""
    return exchange.import_from(vault(), path, expected)


def serve_range(request: HttpRequest, ref: BlobRef, filename: str) -> HttpResponseBase:
    """An HTTP answer with byte ranges; whether the viewer may have it is decided before."""
    return serving.serve_range(vault(), request, ref, filename)


def shared(response: HttpResponseBase) -> HttpResponseBase:
    """An answer that pages of other origins may use: players on the web fetch transcripts and sound."""
    return serving.shared(response)


def serve_public(request: HttpRequest, ref: BlobRef, filename: str, made: datetime) -> HttpResponseBase:
    """The same for what everybody may have: cacheable, conditional, open to other origins; `made`: Last-Modified."""
    return serving.serve_public(vault(), request, ref, filename, made)
