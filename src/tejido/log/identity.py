"""An organisation's identity: a log of its own that admin keys sign and that names its devices.

Its id is the hash of `org.genesis`. Recovery and admin keys do not lie on the node; the commitment to the next admin keys
lets a later rotation prove itself even when today's keys are lost (KERI calls it pre-rotation).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tejido.log import keys
from tejido.log.descriptors import is_hex
from tejido.log.errors import BadPayload, BadSignature

NEXT = b"tejido/next-key/1\n"
GENESIS = "org.genesis"
DEVICE = "org.device"
RECORD = 1 + keys.SIGNATURE
MAX_KEYS = 9


@dataclass(frozen=True)
class Quorum:
    """`k` of these keys sign together."""

    k: int
    keys: tuple[bytes, ...]

    def value(self) -> dict[str, object]:
        """As it stands in the genesis payload."""
        return {"k": self.k, "keys": [key.hex() for key in self.keys]}


@dataclass(frozen=True)
class Device:
    """A device's signing key and its age recipient (a signing key never encrypts)."""

    key: bytes
    age: str


@dataclass(frozen=True)
class Identity:
    """What an identity log says when folded."""

    org: bytes
    admin: Quorum
    recovery: Quorum
    next: tuple[str, ...]
    devices: dict[bytes, Device] = field(default_factory=dict)


def commitment(key: bytes) -> str:
    """Hash commitment to a next admin key, hex."""
    return sha256(NEXT + key).hexdigest()


def genesis_body(admin: Quorum, recovery: Quorum, following: Sequence[bytes]) -> dict[str, object]:
    """The payload of `org.genesis`."""
    return {"admin": admin.value(), "next": [commitment(k) for k in following], "recovery": recovery.value()}


def parse_quorum(value: Any) -> Quorum:
    """From a genesis payload; raises `BadPayload`."""
    if not isinstance(value, dict) or value.keys() != {"k", "keys"} or not isinstance(value["keys"], list):
        raise BadPayload("a quorum names k and keys")
    if type(value["k"]) is not int or not 1 <= value["k"] <= len(value["keys"]) <= MAX_KEYS:
        raise BadPayload(f"k lies between 1 and the number of keys, at most {MAX_KEYS}")
    if not all(map(is_hex, value["keys"])) or len(set(value["keys"])) != len(value["keys"]):
        raise BadPayload("keys are different and of 64 hex digits")
    return Quorum(value["k"], tuple(bytes.fromhex(key) for key in value["keys"]))


def parse_genesis(org: bytes, body: dict[str, Any]) -> Identity:
    """The identity that a genesis founds; raises `BadPayload`."""
    if not {"admin", "next", "recovery"} <= body.keys() or not isinstance(body["next"], list):
        raise BadPayload("a genesis names admin, recovery and next keys")
    if not all(map(is_hex, body["next"])):
        raise BadPayload("next keys are committed to by hashes")
    return Identity(org, parse_quorum(body["admin"]), parse_quorum(body["recovery"]), tuple(body["next"]))


def sign(header: bytes, signers: Iterable[tuple[int, keys.SigningKey]]) -> bytes:
    """Signatures of several admin keys: one byte (the key's place in the quorum) and 64 bytes each."""
    return b"".join(bytes([place]) + key.sign(keys.EVENT, header) for place, key in sorted(signers, key=lambda s: s[0]))


def verify(header: bytes, signature: bytes, quorum: Quorum) -> None:
    """Raise `BadSignature` unless exactly `k` different keys of the quorum signed, in the order of their places."""
    if len(signature) != quorum.k * RECORD:
        raise BadSignature(f"{quorum.k} admin signatures are needed")
    places = list(signature[::RECORD])
    if places != sorted(set(places)) or places[-1] >= len(quorum.keys):
        raise BadSignature("admin signatures name a key twice, out of order, or one that does not exist")
    for start, place in zip(range(0, len(signature), RECORD), places, strict=True):
        keys.verify(keys.EVENT, header, signature[start + 1 : start + RECORD], quorum.keys[place])


def with_device(identity: Identity, body: dict[str, Any]) -> Identity:
    """`identity` after an `org.device` event; one that is malformed changes nothing."""
    key, age = body.get("key"), body.get("age")
    if not is_hex(key) or not isinstance(age, str) or not age.startswith("age1") or len(age) > 4096:
        return identity
    device = Device(bytes.fromhex(str(key)), age)
    return replace(identity, devices={**identity.devices, device.key: device})
