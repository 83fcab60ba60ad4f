"""Frames: one byte of type, four of length (big-endian), the body. All carriers but the folder carry them."""

from collections.abc import Iterator
from typing import NamedTuple

from tejido.log.errors import Malformed
from tejido.replication import caps

PAGE, PAYLOAD, DESCRIPTOR, CHUNK, HEADS = b"P", b"Y", b"D", b"C", b"H"
PART, WANTS, PLACED, CHECKPOINT, IDENTITY, MANIFEST, END = b"B", b"W", b"L", b"K", b"I", b"M", b"E"
KINDS = frozenset({PAGE, PAYLOAD, DESCRIPTOR, CHUNK, PART, HEADS, WANTS, PLACED, CHECKPOINT, IDENTITY, MANIFEST, END})
HEAD = 5
LEAST = min(size for size in caps.BODIES.values() if size)
"""What is no larger is within the limit of each type but `E`."""


class Frame(NamedTuple):
    """One frame: its type (one byte) and its body."""

    kind: bytes
    body: bytes

    def encode(self) -> bytes:
        """Its bytes; raises `Malformed` where nobody would take them."""
        _check(self.kind, len(self.body))
        return self.kind + len(self.body).to_bytes(4, "big") + self.body


def _check(kind: bytes, size: int) -> None:
    if kind not in KINDS:
        raise Malformed(f"no frame is of type {kind!r}")
    most = caps.BODIES.get(kind, caps.BODY)
    if size > most:
        raise Malformed(f"a frame {kind.decode()} has at most {most} bytes, this one {size}")


class Decoder:
    """Frames out of bytes that come in pieces. Refuses a frame by its first five bytes, before anything is kept of it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now; raises `Malformed` at the first that is not one."""
        self._held += data
        start, there = 0, len(self._held)
        try:
            with memoryview(self._held) as held:
                while start < there:
                    kind = bytes(held[start : start + 1])
                    begin = start + HEAD
                    size = int.from_bytes(held[start + 1 : begin], "big") if begin <= there else 0
                    if kind not in KINDS or size > LEAST or kind == END:
                        _check(kind, size)
                    if begin > there or begin + size > there:
                        return
                    start = begin + size
                    yield Frame(kind, bytes(held[begin:start]))
        finally:
            del self._held[:start]

    def finish(self) -> None:
        """Nothing more will come; raises `Malformed` where half a frame is left."""
        if self._held:
            raise Malformed(f"the stream ends within a frame, {len(self._held)} bytes of which came")
