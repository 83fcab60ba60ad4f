"""The form in which a blob travels as one file: its descriptor, a line end, its stored bytes."""

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tejido.ground.blobs.errors import BlobMalformed, BlobMismatch
from tejido.ground.blobs.formats import CHUNK, MAX_LINE, Descriptor
from tejido.ground.blobs.sources import read_fully
from tejido.ground.blobs.vault import Vault


def export_to(vault: Vault, blob: str, path: Path) -> None:
    """Write the blob to `path` under a temporary name first, then rename: a reader never meets half a file of ours."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with part.open("xb") as file:
            for piece in stream(vault, blob):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def stream(vault: Vault, blob: str) -> Iterator[bytes]:
    """The file's bytes, a verified chunk at a time."""
    descriptor = vault.descriptor(blob)
    yield descriptor.encode() + b"\n"
    for index in range(len(descriptor.chunks)):
        yield vault.stored_chunk(blob, index, descriptor)


def import_from(vault: Vault, path: Path, expected: str | None = None) -> str:
    """Take in a blob from one file, verifying each chunk before it is kept; returns its id.

    With `expected`, any other blob is refused; so are links and whatever is not a plain file.
    Half a file raises `BlobTruncated`.
    """
    with _plain_file(path) as file:
        line = file.readline(MAX_LINE + 1)
        if not line.endswith(b"\n"):
            raise BlobMalformed("%(name)s does not begin with a list of chunks.", name=path.name)
        descriptor = Descriptor.decode(line[:-1])
        if expected not in (None, descriptor.id):
            raise BlobMismatch("%(name)s holds another file than its name says.", name=path.name)
        _no_more_than(file, len(line) + descriptor.size, path.name)
        vault.receive(descriptor.id, descriptor, lambda index: _chunk(file, len(line), descriptor, index))
    return descriptor.id


def _plain_file(path: Path) -> BinaryIO:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BlobMalformed("%(name)s cannot be opened as a plain file.", name=path.name) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BlobMalformed("%(name)s is not a plain file.", name=path.name)
    return os.fdopen(handle, "rb")


def _no_more_than(file: BinaryIO, size: int, name: str) -> None:
    if os.fstat(file.fileno()).st_size > size:
        raise BlobMalformed("%(name)s is longer than its list of chunks says.", name=name)


def _chunk(file: BinaryIO, offset: int, descriptor: Descriptor, index: int) -> bytes:
    file.seek(offset + index * CHUNK)
    return read_fully(file, descriptor.length(index))
