"""Closing a bundle with age to the devices of whom it is for, in a stream: neither side holds more than a piece of it.

Recipients of an age file stand in it anonymously, but they can be counted. So there are always a multiple of eight: the rest
are keys that nobody has.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Protocol

import pyrage

from tejido.replication.bundle import BadBundle

ROUND, PIECE = 8, 16 * 1024
MOST_HEAD = 200 * 1024
"""Bytes before the content, some 2000 recipients. The library reads a head again for each piece of it that comes: one of ten
megabytes, which anybody can make, would take hours."""


class NotForUs(BadBundle):
    """This file is closed to other devices: it can be carried on, but not opened here."""

    code = "not-for-us"


class Sink(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> int:
        """More of them."""

    def flush(self) -> None:
        """No more for now."""


class Source:
    """Pieces of any length as a file to be read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.failed: BaseException | None = None
        self._pieces: Iterator[bytes] = iter(pieces)
        self._held = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end."""
        while not self._held:
            try:
                found = next(self._pieces, None)
            except BaseException as error:  # the library would tell its words alone
                self.failed = error
                raise
            if found is None:
                return b""
            self._held = memoryview(found)
        data = self._held[: size if size >= 0 else None]
        self._held = self._held[len(data) :]
        return bytes(data)


def usable(recipients: Iterable[str]) -> list[Any]:
    """Those of these age recipients that can be used: others wrote them into their identities, and may have erred."""
    found = []
    for text in dict.fromkeys(recipients):
        try:
            found.append(pyrage.x25519.Recipient.from_str(text))
        except pyrage.RecipientError:
            continue
    return found


def seal(pieces: Iterable[bytes], recipients: Sequence[str], sink: Sink) -> None:
    """Encrypt a stream to these age recipients; what `pieces` raises is raised. `BadBundle` where none can be used."""
    found = usable(recipients)
    if not found:
        raise BadBundle("there is no device to close the bundle to")
    if len(found) > MOST_HEAD // 100 - ROUND:
        raise BadBundle(
            "there are more devices to close the bundle to than a file can name; make one for fewer organisations"
        )
    decoys = [pyrage.x25519.Identity.generate().to_public() for _ in range(-len(found) % ROUND)]
    source = Source(pieces)
    try:
        pyrage.encrypt_io(source, sink, [*found, *decoys])
    except pyrage.EncryptError:
        if source.failed is not None:
            raise source.failed from None
        raise


class _Headed:
    """A file whose head was found to be no longer than it may be."""

    def __init__(self, source: Any) -> None:
        head = b""
        while b"\n---" not in head and (more := source.read(PIECE)):
            head += more
            if len(head) > MOST_HEAD + PIECE:
                raise BadBundle("the file is closed to more devices than a bundle may be, or is none")
        self._source, self._head = source, memoryview(head)

    def read(self, size: int = -1) -> bytes:
        """As a file does."""
        if not self._head:
            return bytes(self._source.read(size))
        data = self._head[: size if size >= 0 else None]
        self._head = self._head[len(data) :]
        return bytes(data)


def unseal(source: BinaryIO | Any, identity: Any, sink: Sink) -> None:
    """Decrypt a stream; raises `NotForUs`, or `BadBundle` where it was changed or cut off, and what `sink` raises."""
    try:
        pyrage.decrypt_io(_Headed(source), sink, [identity])
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise NotForUs("this file is closed to other devices: it can be carried on, but not opened here") from error
        raise BadBundle("the file was cut off or changed on the way") from error
    except OSError as error:
        if error.errno is not None:  # a disk, not age
            raise
        raise BadBundle("the file was cut off or changed on the way") from error
