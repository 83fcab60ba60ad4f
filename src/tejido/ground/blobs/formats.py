"""Descriptors, references and the sealing of chunks: pure functions over bytes.

A blob's stored bytes are cut into chunks of 1 MiB; only the last may be shorter, and there is always at least one.
Its id is the hash of its descriptor, the list of the chunks' hashes: so each chunk can be verified alone, by whoever
holds it, with or without the key. Cuts are made in *stored* bytes, because a relay that cannot open a blob must find
them too. A sealed chunk therefore holds 16 bytes less of plaintext: XChaCha20-Poly1305 appends its tag.
"""

import hashlib
import string
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from tejido.ground.blobs.errors import BlobDamaged, BlobMalformed, BlobUnreadable

CHUNK = 1 << 20
TAG = Aead.MACBYTES
PREFIX = b"tejido/blob/1\n"
MAX_SIZE = 2 << 30
"""Bytes that a node stores in one blob unless told otherwise."""
MAX_LINE = 1 << 20
"""Bytes of a descriptor: room for 16 GiB of content."""

Fetch = Callable[[int], bytes]
"""Gives the stored chunk of an index."""


def sha256(data: bytes) -> str:
    """The hash as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def is_hash(text: object) -> bool:
    """Whether `text` is a hash as we write it; nothing else ever becomes part of a file's name."""
    return isinstance(text, str) and len(text) == 64 and set(text) <= set(string.digits + "abcdef")


@dataclass(frozen=True)
class BlobRef:
    """What an event says of a blob: id, key (64 hex digits, empty if not sealed), plaintext bytes, media type."""

    id: str
    key: str
    size: int
    type: str

    @property
    def sealed(self) -> bool:
        return bool(self.key)

    def to_dict(self) -> dict[str, str | int]:
        """As it stands in an event's body."""
        return asdict(self)

    @classmethod
    def from_dict(cls, body: object) -> Self:
        """From an event's body; `BlobMalformed` if it is anything else."""
        if not isinstance(body, dict) or set(body) != {"id", "key", "size", "type"}:
            raise BlobMalformed("A reference to a file has exactly id, key, size and type.")
        ref = cls(**body)
        _must(is_hash(ref.id), "A file's id is 64 lower-case hex digits.")
        _must(ref.key == "" or is_hash(ref.key), "A file's key is 64 lower-case hex digits, or empty.")
        _must(type(ref.size) is int and 0 <= ref.size < 2**53, "A file's size is a number of bytes.")
        _must(_is_media_type(ref.type), "A file's type is a media type such as audio/ogg.")
        return ref


def _is_media_type(text: object) -> bool:
    allowed = set(string.ascii_letters + string.digits + "/+.-_ ;=")
    return isinstance(text, str) and 3 <= len(text) <= 120 and "/" in text and set(text) <= allowed


@dataclass(frozen=True)
class Descriptor:
    """Hashes of the stored chunks, in order, and the number of stored bytes."""

    chunks: tuple[str, ...]
    size: int

    @property
    def id(self) -> str:
        return sha256(PREFIX + self.encode())

    def encode(self) -> bytes:
        """Canonical JSON, without a line end."""
        return orjson.dumps({"chunks": list(self.chunks), "size": self.size}, option=orjson.OPT_SORT_KEYS)

    def length(self, index: int) -> int:
        """Stored bytes of one chunk."""
        return min(CHUNK, self.size - index * CHUNK)

    def plain_size(self, *, sealed: bool) -> int:
        """Plaintext bytes in the whole blob."""
        return self.size - len(self.chunks) * TAG if sealed else self.size

    def matches(self, index: int, data: bytes) -> bool:
        """Whether `data` is the stored chunk of that index."""
        return len(data) == self.length(index) and sha256(data) == self.chunks[index]

    @classmethod
    def decode(cls, line: bytes) -> Self:
        """From its canonical bytes; anything else is `BlobMalformed`."""
        _must(len(line) <= MAX_LINE, "The list of chunks is too long.")
        found = cls._parse(line)
        _must(all(map(is_hash, found.chunks)), "A chunk's hash is 64 lower-case hex digits.")
        _must(len(found.chunks) == chunk_count(found.size), "Number of chunks and size do not agree.")
        _must(found.encode() == line, "The list of chunks is not in canonical form.")
        return found

    @classmethod
    def _parse(cls, line: bytes) -> Self:
        try:
            body: Any = orjson.loads(line)
            chunks, size = body["chunks"], body["size"]
        except (orjson.JSONDecodeError, TypeError, KeyError) as error:
            raise BlobMalformed("The list of chunks cannot be read.") from error
        _must(
            isinstance(chunks, list) and type(size) is int and 0 <= size < 2**53, "Wrong fields in the list of chunks."
        )
        return cls(tuple(chunks), size)


def _must(holds: bool, message: str) -> None:
    if not holds:
        raise BlobMalformed(message)


def chunk_count(size: int) -> int:
    """Chunks of a blob of `size` stored bytes; an empty blob has one empty chunk."""
    return max(1, -(-size // CHUNK))


def plain_chunk(*, sealed: bool) -> int:
    """Plaintext bytes in a full chunk."""
    return CHUNK - TAG if sealed else CHUNK


def _nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(23, "big") + bytes([last])


def seal(key: str, index: int, plain: bytes, *, last: bool) -> bytes:
    """The stored form of one plaintext chunk; as it is where `key` is empty.

    A key serves one blob only, so index and last-flag (as in STREAM, Hoang et al. 2015) make the nonce unique; chunks
    left out, swapped or cut off at the end do not open.
    """
    return Aead(bytes.fromhex(key)).encrypt(plain, nonce=_nonce(index, last)).ciphertext if key else plain


def unseal(key: str, index: int, stored: bytes, *, last: bool) -> bytes:
    """The plaintext of one stored chunk; `BlobUnreadable` if the key does not open it."""
    if not key:
        return stored
    try:
        return Aead(bytes.fromhex(key)).decrypt(stored, nonce=_nonce(index, last))
    except (CryptoError, ValueError) as error:
        raise BlobUnreadable from error


def verified(descriptor: Descriptor, index: int, data: bytes) -> bytes:
    """`data` if it is that chunk; `BlobDamaged` otherwise."""
    if not descriptor.matches(index, data):
        raise BlobDamaged("Chunk %(index)s of file %(id)s does not match its hash.", index=index, id=descriptor.id)
    return data
