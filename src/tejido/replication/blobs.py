"""A blob as an exchange sees it: the list of its chunks, and which blob is fetched first."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from tejido.log import canon
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.replication import caps

PREFIX = b"tejido/blob/1\n"


@dataclass(frozen=True)
class Descriptor:
    """Hashes of the stored chunks, in order, and the number of stored bytes; `data` is as it is hashed."""

    data: bytes
    chunks: tuple[str, ...]
    size: int

    @cached_property
    def id(self) -> str:
        """64 hex digits."""
        return sha256(PREFIX + self.data).hexdigest()

    @classmethod
    def parse(cls, data: bytes) -> "Descriptor":
        """From canonical bytes; raises `Malformed`."""
        value = canon.decode_object(data)
        chunks, size = value.get("chunks"), value.get("size")
        if value.keys() != {"chunks", "size"} or not isinstance(chunks, list) or type(size) is not int:
            raise Malformed("a blob is described by its chunks and its size")
        if not 0 <= size <= caps.BLOB or len(chunks) != max(1, -(-size // caps.CHUNK)) or not all(map(is_hex, chunks)):
            raise Malformed(f"a blob of at most {caps.BLOB} bytes has one hash a chunk of {caps.CHUNK} bytes")
        return cls(data, tuple(chunks), size)

    def length(self, number: int) -> int:
        """Bytes of one chunk."""
        return min(caps.CHUNK, self.size - number * caps.CHUNK)

    def matches(self, number: int, data: bytes) -> bool:
        """Whether `data` is that chunk."""
        inside = 0 <= number < len(self.chunks) and len(data) == self.length(number)
        return inside and sha256(data).hexdigest() == self.chunks[number]


def urgency(media_type: str, size: int) -> tuple[int, int]:
    """What sorts blobs: people's words before people's pictures, then the small before the large."""
    ranks = (("text/", 0), ("application/vtt", 0), ("audio/", 1), ("application/", 2), ("image/", 3), ("video/", 4))
    return (next((rank for prefix, rank in ranks if media_type.lower().startswith(prefix)), 2), max(0, size))
