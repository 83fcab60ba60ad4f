"""Identity logs as they travel in the challenge: a device that was named yesterday may call a node that has not heard of it."""

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from tejido.ground.network.papers import identity_log
from tejido.ground.network.replica import NodeStore
from tejido.ground.store import db
from tejido.ground.store.ingest import ingest
from tejido.log.admit import Incoming
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.log.payload import Payload

MOST_EVENTS, MOST_BYTES = 500, 256 * 1024


def is_partner(org: bytes) -> bool:
    """Whether an organisation is a member of any space that we share."""
    reads = NodeStore()
    return any(org == space.space.owner or org in reads.members(space) for space in reads.spaces())


def names(org: bytes, device: bytes) -> bool:
    """Whether the organisation's folded identity names this device now."""
    return device in NodeStore().devices(org)


def learn(org: bytes, device: bytes, events: Iterable[Incoming]) -> bool:
    """Whether that organisation names that device. An identity is taken in where it may say so, of partners alone."""
    if names(org, device):
        return True
    if not is_partner(org):
        return False
    with db.writing():  # whoever says it is that organisation may be anybody: nothing stays unless it is
        ingest([one for one in events if one.log == org])
        known = names(org, device)
        transaction.set_rollback(not known)
    return known


def told(org: bytes) -> list[dict[str, str]]:
    """Our identity log, as in papers."""
    return [_packed(one) for one in identity_log(org)]


def _packed(one: Incoming) -> dict[str, str]:
    plain = one.payload.pack() if one.payload else b""
    return {"h": one.header.decode("ascii"), "p": b64encode(plain).decode(), "s": one.signature.hex()}


def read(org: bytes, values: Any) -> list[Incoming]:
    """From JSON; raises `Malformed`."""
    if not isinstance(values, list) or len(values) > MOST_EVENTS:
        raise Malformed(f"an identity log has at most {MOST_EVENTS} events")
    return [_unpacked(org, one) for one in values]


def _unpacked(org: bytes, one: Any) -> Incoming:
    if not isinstance(one, dict) or one.keys() != {"h", "p", "s"} or not all(isinstance(v, str) for v in one.values()):
        raise Malformed("an identity event has a header, a payload and a signature")
    if not one["h"].isascii() or not is_hex(one["s"], len(one["s"])):
        raise Malformed("a header is ASCII, a signature hex")
    try:
        packed = b64decode(one["p"], validate=True)
        return Incoming(org, one["h"].encode(), bytes.fromhex(one["s"]), Payload.unpack(packed) if packed else None)
    except (NoBase64, ValueError) as error:
        raise Malformed("a payload is base64, a signature hex") from error
