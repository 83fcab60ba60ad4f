"""An organisation's identity: a log of its own, signed by sheets that lie on no node, that names its devices.

Its id is the hash of `org.genesis`. Who must have signed an event follows from its own chain of `prev` and from its kind:
`org.rotated` by keys promised before (KERI calls it pre-rotation), `org.recovered` by recovery keys, all else by admin keys.
What a whole log says is folded in `tejido.log.lineage`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tejido.log import keys
from tejido.log.descriptors import Log, is_hex
from tejido.log.errors import BadPayload, BadSignature
from tejido.log.membership import Pin, parse_pins

NEXT = b"tejido/next-key/1\n"
GENESIS = "org.genesis"
DEVICE = "org.device"
ROTATED = "org.rotated"
RECOVERED = "org.recovered"
REVOKED = "org.revoked"
RESOLVED = "org.resolved"
KINDS = frozenset({GENESIS, DEVICE, ROTATED, RECOVERED, REVOKED, RESOLVED})
WHOLE = frozenset({GENESIS, ROTATED, RECOVERED})
"""Accepted only with their payload: it says who signs what follows."""
RECORD = 1 + keys.SIGNATURE
MAX_KEYS = 9
MAX_DEVICES = 256  # at one time: keys are wrapped for each of them, and a payload holds only so much
MAX_BRANCHES = 64


@dataclass(frozen=True)
class Quorum:
    """`k` of these keys sign together."""

    k: int
    keys: tuple[bytes, ...]

    def value(self) -> dict[str, object]:
        """As it stands in the genesis payload."""
        return {"k": self.k, "keys": [key.hex() for key in self.keys]}


@dataclass(frozen=True)
class Authority:
    """Who may sign what follows an event of an identity log; `next` are commitments (hex) to the next admin keys."""

    admin: Quorum
    recovery: Quorum
    next: tuple[str, ...]


@dataclass(frozen=True)
class Device:
    """A device's signing key and its age recipient (a signing key never encrypts)."""

    key: bytes
    age: str


@dataclass(frozen=True)
class Resolution:
    """Of the branches (event hashes) into which a log forks at `seq`, `keep` goes on."""

    log: bytes
    seq: int
    branches: frozenset[bytes]
    keep: bytes


@dataclass(frozen=True)
class Identity:
    """What an identity log says when folded.

    `chain`: the events that count, in order. `forked_at`: the seq at which folding stops, at branches of equal rank.
    `overridden`: events of branches that a recovery or a resolution passed over."""

    org: bytes
    admin: Quorum
    recovery: Quorum
    next: tuple[str, ...]
    devices: dict[bytes, Device] = field(default_factory=dict)
    revoked: dict[bytes, dict[bytes, Pin]] = field(default_factory=dict)
    resolved: tuple[Resolution, ...] = ()
    chain: tuple[bytes, ...] = ()
    forked_at: int | None = None
    overridden: frozenset[bytes] = frozenset()

    @property
    def authority(self) -> Authority:
        """Who may sign what comes next."""
        return Authority(self.admin, self.recovery, self.next)

    def named(self, log: Log) -> bool:
        """Whether this log's device is, or was until it was revoked, one of the organisation's."""
        return log.device in self.devices or log.device in self.revoked

    def pin(self, log: Log) -> Pin | None:
        """Where a revoked device's log ends; None where nothing of it counts."""
        return self.revoked.get(log.device, {}).get(log.id)


def commitment(key: bytes) -> str:
    """Hash commitment to a next admin key, hex."""
    return sha256(NEXT + key).hexdigest()


def genesis_body(admin: Quorum, recovery: Quorum, following: Sequence[bytes]) -> dict[str, object]:
    """The payload of `org.genesis`."""
    return {"admin": admin.value(), "next": [commitment(k) for k in following], "recovery": recovery.value()}


def rotated_body(admin: Quorum, following: Sequence[bytes]) -> dict[str, object]:
    """The payload of `org.rotated`."""
    return {"admin": admin.value(), "next": [commitment(k) for k in following]}


def recovered_body(
    admin: Quorum, following: Sequence[bytes], recovery: Quorum | None = None, over: Iterable[bytes] = ()
) -> dict[str, object]:
    """The payload of `org.recovered`; `over`: other recoveries at the same place that this one replaces."""
    more: dict[str, object] = {"recovery": recovery.value()} if recovery else {}
    replaced = sorted(one.hex() for one in over)
    return {**rotated_body(admin, following), **more, **({"over": replaced} if replaced else {})}


def revoked_body(key: bytes, pins: dict[bytes, Pin]) -> dict[str, object]:
    """The payload of `org.revoked`."""
    listed = {log.hex(): {"hash": pin.hash.hex(), "seq": pin.seq} for log, pin in pins.items()}
    return {"key": key.hex(), "pins": listed}


def resolved_body(one: Resolution) -> dict[str, object]:
    """The payload of `org.resolved`."""
    branches = sorted(branch.hex() for branch in one.branches)
    return {"branches": branches, "keep": one.keep.hex(), "log": one.log.hex(), "seq": one.seq}


def parse_quorum(value: Any) -> Quorum:
    """From a genesis payload; raises `BadPayload`."""
    if not isinstance(value, dict) or value.keys() != {"k", "keys"} or not isinstance(value["keys"], list):
        raise BadPayload("a quorum names k and keys")
    if type(value["k"]) is not int or not 1 <= value["k"] <= len(value["keys"]) <= MAX_KEYS:
        raise BadPayload(f"k lies between 1 and the number of keys, at most {MAX_KEYS}")
    if not all(map(is_hex, value["keys"])) or len(set(value["keys"])) != len(value["keys"]):
        raise BadPayload("keys are different and of 64 hex digits")
    return Quorum(value["k"], tuple(bytes.fromhex(key) for key in value["keys"]))


def parse_next(body: dict[str, Any]) -> tuple[str, ...]:
    """The commitments that a body makes; raises `BadPayload`."""
    found = body.get("next")
    if not isinstance(found, list) or not all(map(is_hex, found)):
        raise BadPayload("next keys are committed to by a list of hashes")
    return tuple(found)


def parse_genesis(org: bytes, body: dict[str, Any]) -> Identity:
    """The identity that a genesis founds; raises `BadPayload`."""
    admin, recovery = parse_quorum(body.get("admin")), parse_quorum(body.get("recovery"))
    return Identity(org, admin, recovery, parse_next(body), chain=(org,))


def parse_over(body: dict[str, Any]) -> frozenset[bytes]:
    """The recoveries that another one replaces; raises `BadPayload`."""
    found = body.get("over", [])
    if not isinstance(found, list) or len(found) > MAX_BRANCHES or not all(map(is_hex, found)):
        raise BadPayload(f"over is a list of at most {MAX_BRANCHES} hashes")
    return frozenset(map(bytes.fromhex, found))


def parse_resolution(body: dict[str, Any]) -> Resolution | None:
    """What an `org.resolved` says; None where it is malformed."""
    log, seq, branches, keep = (body.get(name) for name in ("log", "seq", "branches", "keep"))
    if not is_hex(log) or type(seq) is not int or not isinstance(branches, list) or not all(map(is_hex, branches)):
        return None
    if not 2 <= len(branches) <= MAX_BRANCHES or branches != sorted(set(branches)) or keep not in branches:
        return None
    return Resolution(bytes.fromhex(str(log)), seq, frozenset(map(bytes.fromhex, branches)), bytes.fromhex(str(keep)))


def after(before: Authority, kind: str, body: dict[str, Any]) -> Authority:
    """Who signs what follows an event of this kind; raises `BadPayload`."""
    if kind not in (ROTATED, RECOVERED):
        return before
    admin, following = parse_quorum(body.get("admin")), parse_next(body)
    if kind == ROTATED:
        if admin.k < before.admin.k:  # else one of several promised keys could take over alone
            raise BadPayload("a rotation asks for no fewer signatures than before")
        return Authority(admin, before.recovery, following)
    parse_over(body)
    return Authority(admin, parse_quorum(body["recovery"]) if "recovery" in body else before.recovery, following)


def check(header: bytes, kind: str, body: dict[str, Any], signature: bytes, before: Authority) -> Authority:
    """Who signs what follows; raises `BadSignature` unless those signed this event who must, or `BadPayload`."""
    following = after(before, kind, body)
    if kind == RECOVERED:
        verify(header, signature, before.recovery)
    elif kind == ROTATED:
        verify(header, signature, following.admin)
        signers = [following.admin.keys[place] for place in signature[::RECORD]]
        if not {commitment(key) for key in signers} <= set(before.next):
            raise BadSignature("a rotation is signed by keys that were promised before")
    else:
        verify(header, signature, before.admin)
    return following


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
    """`identity` after an `org.device` event; one that is malformed, or names a revoked key again, changes nothing."""
    key, age = body.get("key"), body.get("age")
    if not is_hex(key) or not isinstance(age, str) or not age.startswith("age1") or len(age) > 4096:
        return identity
    device = Device(bytes.fromhex(str(key)), age)
    if device.key in identity.revoked:
        return identity
    if device.key not in identity.devices and len(identity.devices) >= MAX_DEVICES:
        return identity
    return replace(identity, devices={**identity.devices, device.key: device})


def with_revoked(identity: Identity, body: dict[str, Any]) -> Identity:
    """`identity` after an `org.revoked` event: for ever. Pins of several add up; the last one for a log counts."""
    key, pins = body.get("key"), parse_pins(body.get("pins", {}))
    if not is_hex(key) or pins is None:
        return identity
    device = bytes.fromhex(str(key))
    rest = {other: one for other, one in identity.devices.items() if other != device}
    ended = {**identity.revoked, device: {**identity.revoked.get(device, {}), **pins}}
    return replace(identity, devices=rest, revoked=ended)


def with_event(identity: Identity, kind: str, body: dict[str, Any]) -> Identity:
    """`identity` after one more event of its log; unknown and malformed ones change nothing."""
    if kind == DEVICE:
        return with_device(identity, body)
    if kind == REVOKED:
        return with_revoked(identity, body)
    if kind == RESOLVED and (one := parse_resolution(body)):
        return replace(identity, resolved=(*identity.resolved, one))
    if kind in (ROTATED, RECOVERED):
        said = after(identity.authority, kind, body)
        return replace(identity, admin=said.admin, recovery=said.recovery, next=said.next)
    return identity
