"""What can be put into the store: bytes, a file, or an open seekable file."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from tejido.ground.blobs.formats import Descriptor, plain_chunk, seal, sha256

Source = Path | bytes | BinaryIO


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The source as a seekable file, read from its beginning; closed again only if it was opened here."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    elif isinstance(source, bytes):
        yield BytesIO(source)
    else:
        source.seek(0)
        yield source


def sealed_chunk(file: BinaryIO, key: str, index: int) -> bytes:
    """The stored form of the chunk of that index."""
    size = plain_chunk(sealed=bool(key))
    file.seek(index * size)
    plain = read_fully(file, size)
    here = file.tell()
    last = not file.read(1)
    file.seek(here)
    return seal(key, index, plain, last=last)


def read_fully(file: BinaryIO, size: int) -> bytes:
    """`size` bytes, or what there is until the end."""
    data = bytearray()
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return bytes(data)


def describe(file: BinaryIO, key: str, max_size: int) -> tuple[Descriptor, int]:
    """Descriptor and plaintext size of what `file` would be stored as; stops reading once it exceeds `max_size`."""
    hashes: list[str] = []
    stored = 0
    while True:
        chunk = sealed_chunk(file, key, len(hashes))
        stored += len(chunk)
        hashes.append(sha256(chunk))
        if stored > max_size or not _more(file):
            break
    descriptor = Descriptor(tuple(hashes), stored)
    return descriptor, descriptor.plain_size(sealed=bool(key))


def _more(file: BinaryIO) -> bool:
    here = file.tell()
    found = bool(file.read(1))
    file.seek(here)
    return found
