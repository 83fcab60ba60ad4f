"""A bundle in parts, each small enough for a mail: what carries it learns a random id, a number and a size.

    tejido/bundle-part/1⏎
    id of the bundle (16) ‖ number from 1 (2) ‖ of how many (2) ‖ bytes of the whole (8) ‖ SHA-256 of the bytes below (32)
    bytes

Joined in the order of their numbers, the bytes are one file encrypted with age. Every part but the last has as many.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, NamedTuple, Protocol

from tejido.log.descriptors import is_hex
from tejido.replication.bundle import BadBundle

MAGIC = b"tejido/bundle-part/1\n"
HEAD = len(MAGIC) + 16 + 2 + 2 + 8 + 32
MOST_PARTS = 9999
SUFFIX = ".bundle"
PIECE = 1 << 16


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int = ..., /) -> Any:
        """At most `size` bytes."""


class Label(NamedTuple):
    """What a part says of itself; `size`: bytes of the whole."""

    id: str
    number: int
    of: int
    size: int
    digest: bytes

    def encode(self) -> bytes:
        """The first bytes of the part."""
        numbers = self.number.to_bytes(2, "big") + self.of.to_bytes(2, "big") + self.size.to_bytes(8, "big")
        return MAGIC + bytes.fromhex(self.id) + numbers + self.digest

    @property
    def name(self) -> str:
        """What a file that holds it is called."""
        return part_name(self.id, self.number, self.of)


def part_name(bundle: str, number: int, of: int) -> str:
    """The id and the part, and nothing else."""
    return f"{bundle}-{number:0{len(str(of))}}of{of}{SUFFIX}"


def read_label(file: Readable) -> Label:
    """The label of a part; raises `BadBundle`. The file then stands where the bytes begin."""
    data = file.read(HEAD)
    if len(data) < HEAD or not data.startswith(MAGIC):
        raise BadBundle("this is no part of a bundle")
    rest = data[len(MAGIC) :]
    number, of, size = (int.from_bytes(rest[a:b], "big") for a, b in ((16, 18), (18, 20), (20, 28)))
    if not 1 <= number <= of <= MOST_PARTS or size < 1:
        raise BadBundle("the part's numbers are out of range")
    return Label(rest[:16].hex(), number, of, size, rest[28:])


def copy_checked(file: Readable, target: BinaryIO, label: Label) -> int:
    """The bytes of a part whose label was read, into `target`; how many. Raises `BadBundle` where they are not those."""
    heard, count = sha256(), 0
    while data := file.read(PIECE):
        count += len(data)
        if count > label.size:
            break
        heard.update(data)
        target.write(data)
    if heard.digest() != label.digest or count > label.size:
        raise BadBundle("the part was cut off or changed on the way")
    return count


class Splitter:
    """Writes a stream into parts of at most `most` bytes each, labels included; `open_part(number)` gives a new file."""

    def __init__(self, bundle: str, most: int, open_part: Callable[[int], BinaryIO]) -> None:
        if not is_hex(bundle, 32) or most <= HEAD:
            raise ValueError(f"no id of a bundle, or parts too small: {bundle!r}, {most}")
        self._id, self._room, self._open = bundle, most - HEAD, open_part
        self._file: BinaryIO | None = None
        self._left, self._heard = 0, sha256()
        self.size, self.digests = 0, list[bytes]()

    def write(self, data: bytes) -> int:
        """More of the stream."""
        view = memoryview(data)
        while view:
            if self._left == 0:
                self._next()
            piece = view[: self._left]
            assert self._file is not None  # noqa: S101
            self._file.write(piece)
            self._heard.update(piece)
            self._left, self.size, view = self._left - len(piece), self.size + len(piece), view[len(piece) :]
        return len(data)

    def flush(self) -> None:
        """Parts are flushed when they are closed."""

    def _next(self) -> None:
        self.close()
        if len(self.digests) == MOST_PARTS:
            raise BadBundle(f"a bundle has at most {MOST_PARTS} parts; make them larger")
        self._file = self._open(len(self.digests) + 1)
        self._file.write(bytes(HEAD))
        self._left, self._heard = self._room, sha256()

    def close(self) -> None:
        """End the part at hand."""
        if self._file is not None:
            self._file.close()
            self.digests.append(self._heard.digest())
            self._file = None

    def labels(self) -> list[Label]:
        """After `close`: the label of each part, to be written over its first bytes."""
        of = len(self.digests)
        return [Label(self._id, number, of, self.size, digest) for number, digest in enumerate(self.digests, 1)]


@dataclass
class Joined:
    """Parts in the order of their numbers as one stream; `open_part(number)` gives a file that stands at its bytes."""

    of: int
    open_part: Callable[[int], BinaryIO]
    read_so_far: int = 0

    def __post_init__(self) -> None:
        self._number, self._file = 0, None  # type: int, BinaryIO | None

    @property
    def number(self) -> int:
        """The part that is being read."""
        return self._number

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes (all that is left of a part where it is negative); empty at the end."""
        while True:
            if self._file is None:
                if self._number == self.of:
                    return b""
                self._number += 1
                self._file = self.open_part(self._number)
            if data := self._file.read(size):
                self.read_so_far += len(data)
                return data
            self._file.close()
            self._file = None

    def close(self) -> None:
        """Close the file at hand."""
        if self._file is not None:
            self._file.close()


def missing(labels: Mapping[int, Label]) -> list[int]:
    """Numbers of the parts that are not there, of those that are."""
    of = next(iter(labels.values())).of
    return [number for number in range(1, of + 1) if number not in labels]


def fits(first: Label, other: Label) -> bool:
    """Whether two parts can belong to one bundle."""
    return (first.id, first.of, first.size) == (other.id, other.of, other.size)
