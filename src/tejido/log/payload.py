"""Payloads: committed to by the header with a salt that dies with them, sealed outside public spaces.

`plain` form: salt (16 bytes) ‖ canonical JSON. `boxed` form: one secret box over the plain form under a random key of its
own, which travels beside it wrapped by the space's epoch key: destroying the wrapped key makes the box unreadable.
"""

from hashlib import sha256
from typing import Any, NamedTuple

from nacl.bindings import (
    crypto_secretbox_easy,
    crypto_secretbox_MACBYTES,
    crypto_secretbox_NONCEBYTES,
    crypto_secretbox_open_easy,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

from tejido.log import canon
from tejido.log.descriptors import is_hex
from tejido.log.errors import BadPayload, Malformed
from tejido.log.header import KIND, MAX_BLOBS, MAX_KIND, MAX_SCHEMA, Header

PAYLOAD = b"tejido/payload/1\n"
EPOCH_KEY = b"tejido/epoch-key/1\n"
SALT = 16
KEY_ID = 16
_NONCE = crypto_secretbox_NONCEBYTES
WRAPPED = _NONCE + crypto_secretbox_MACBYTES + 32
BOX = _NONCE + crypto_secretbox_MACBYTES + SALT
LATEST = 253_402_300_799  # the last second of the year 9999
SEALED_FIELDS = {"aggregate", "at", "blobs", "body", "kind", "schema"}


class Payload(NamedTuple):
    """As it is stored and travels: `key_id` is empty in plain form, else it names the epoch key that wraps `wrapped`."""

    data: bytes
    key_id: bytes = b""
    wrapped: bytes = b""

    @property
    def boxed(self) -> bool:
        """Whether an epoch key is needed to read it."""
        return bool(self.key_id)

    def pack(self) -> bytes:
        """One file's bytes: 00 ‖ data, or 01 ‖ key id ‖ wrapped key ‖ data."""
        return b"\x01" + self.key_id + self.wrapped + self.data if self.key_id else b"\x00" + self.data

    @classmethod
    def unpack(cls, packed: bytes) -> "Payload":
        """The inverse of `pack`; raises `BadPayload`."""
        if packed[:1] == b"\x00":
            return cls(packed[1:])
        start = 1 + KEY_ID + WRAPPED
        if packed[:1] != b"\x01" or len(packed) <= start:
            raise BadPayload("neither a plain nor a boxed payload")
        return cls(packed[start:], packed[1 : 1 + KEY_ID], packed[1 + KEY_ID : start])


class Content(NamedTuple):
    """What an event says, wherever it stood: in the header and payload, or all in the payload."""

    kind: str
    schema: int
    aggregate: str
    day: str | None
    at: int | None
    blobs: tuple[str, ...]
    body: dict[str, Any]


def commitment(plain: bytes) -> str:
    """`ph`: SHA-256 over prefix ‖ salt ‖ JSON, hex."""
    return sha256(PAYLOAD + plain).hexdigest()


def epoch_key_id(key: bytes) -> bytes:
    """16 bytes that name an epoch key without showing it."""
    return sha256(EPOCH_KEY + key).digest()[:KEY_ID]


def plain_form(json: bytes) -> bytes:
    """Salted plain form of canonical JSON."""
    return random(SALT) + json


def box(plain: bytes, epoch_key: bytes) -> Payload:
    """Seal `plain` under a new random key, itself wrapped by `epoch_key`."""
    key = random(32)
    return Payload(_lock(plain, key), epoch_key_id(epoch_key), _lock(key, epoch_key))


def _lock(message: bytes, key: bytes) -> bytes:
    nonce = random(_NONCE)
    return nonce + crypto_secretbox_easy(message, nonce, key)


def unbox(payload: Payload, epoch_key: bytes) -> bytes:
    """The plain form; raises `BadPayload` where the key does not fit or the bytes were changed."""
    try:
        wrapped, data = payload.wrapped, payload.data
        key = crypto_secretbox_open_easy(wrapped[_NONCE:], wrapped[:_NONCE], epoch_key)
        return crypto_secretbox_open_easy(data[_NONCE:], data[:_NONCE], key)
    except (CryptoError, ValueError) as error:
        raise BadPayload("the payload does not open under its key") from error


def rewrap(payload: Payload, old: bytes, new: bytes) -> Payload:
    """The same box with its key wrapped by a new epoch key."""
    wrapped = payload.wrapped
    key = crypto_secretbox_open_easy(wrapped[_NONCE:], wrapped[:_NONCE], old)
    return Payload(payload.data, epoch_key_id(new), _lock(key, new))


def check_form(payload: Payload, header: Header) -> None:
    """What can be told without a key; raises `BadPayload`: the size, and that in public spaces nothing is sealed."""
    if not payload.boxed:
        return
    if header.public:
        raise BadPayload("in public spaces nothing is sealed")
    if len(payload.data) != BOX + header.ps or len(payload.wrapped) != WRAPPED or len(payload.key_id) != KEY_ID:
        raise BadPayload("a sealed payload of another size than the header's")


def check(plain: bytes, header: Header) -> dict[str, Any]:
    """The JSON object in `plain`; raises `BadPayload` unless it is what the header commits to, in canonical form."""
    if len(plain) != header.ps + SALT or commitment(plain) != header.ph:
        raise BadPayload("size or hash differ from the header's")
    try:
        return canon.decode_object(plain[SALT:])
    except Malformed as error:
        raise BadPayload(f"not canonical: {error}") from error


def content(value: dict[str, Any], header: Header) -> Content:
    """What an opened payload says; raises `BadPayload` where a sealed payload's own fields are malformed."""
    if header.kind is not None:
        return Content(
            header.kind, header.schema or 1, header.aggregate or "", header.day, None, tuple(header.blobs or ()), value
        )
    if value.keys() != SEALED_FIELDS:
        raise BadPayload(f"a sealed payload holds {sorted(SEALED_FIELDS)}")
    found = Content(value["kind"], value["schema"], value["aggregate"], None, value["at"], (), value["body"])
    _check_sealed(found, value["blobs"])
    return Content(found.kind, found.schema, found.aggregate, None, found.at, tuple(value["blobs"]), found.body)


def _check_sealed(found: Content, blobs: Any) -> None:
    if not isinstance(found.kind, str) or not KIND.match(found.kind) or len(found.kind) > MAX_KIND:
        raise BadPayload("kind malformed")
    if type(found.schema) is not int or not 1 <= found.schema < MAX_SCHEMA:
        raise BadPayload("schema malformed")
    if found.aggregate != "" and not is_hex(found.aggregate):
        raise BadPayload("aggregate is a hash or empty")
    if type(found.at) is not int or not 0 <= found.at <= LATEST or not isinstance(found.body, dict):
        raise BadPayload("at is a time in seconds, body an object")
    if not isinstance(blobs, list) or len(blobs) > MAX_BLOBS or not all(map(is_hex, blobs)):
        raise BadPayload("blobs is a list of hashes")
    if blobs != sorted(set(blobs)):
        raise BadPayload("blobs is sorted and names nothing twice")
