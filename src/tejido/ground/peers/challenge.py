"""The mutual challenge: both sides sign what both said, under a prefix of its own, each for its own side.

    caller → called   the address called, both organisations, its own device, a nonce
    called → caller   its device, a nonce
    caller → called   its signature
    called → caller   its signature, and a token

A signature made for one address, organisation, device, nonce or side serves for no other. The nonce of the side that is called
is made of what the caller said and of the moment, under a key that only this node has: nothing has to be remembered of callers
that never come back, and a stranger cannot fill a table.
"""

import hmac
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self

from tejido.log import canon, keys
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed

PREFIX = b"tejido/hello/1\n"
CALLER, CALLED = "caller", "called"
NONCE, RANDOM, MOMENT = 32, 8, 8
WITHIN_S = 60
FIELDS = frozenset(
    {"address", "called_device", "called_nonce", "called_org", "caller_device", "caller_nonce", "caller_org"}
)


@dataclass(frozen=True)
class Hello:
    """What both said, as bytes; empty where it is not known yet."""

    address: str
    caller_org: bytes
    caller_device: bytes
    caller_nonce: bytes
    called_org: bytes
    called_device: bytes = b""
    called_nonce: bytes = b""

    def value(self) -> dict[str, str]:
        """As JSON."""
        return {name: one if isinstance(one, str) else one.hex() for name, one in vars(self).items()}

    @classmethod
    def read(cls, value: dict[str, Any], *, whole: bool) -> Self:
        """From JSON; raises `Malformed`. `whole`: with what the called side said."""
        if value.keys() != FIELDS or not isinstance(value["address"], str) or len(value["address"]) > 200:
            raise Malformed("a hello names an address, two organisations, two devices and two nonces")
        late = ("called_device", "called_nonce")
        for name in FIELDS - {"address"}:
            if not (is_hex(value[name]) if whole or name not in late else value[name] == ""):
                raise Malformed(f"{name} has 64 hex digits")
        said = {name: bytes.fromhex(value[name]) for name in FIELDS - {"address"}}
        return cls(address=value["address"], **said)

    def answered(self, device: bytes, nonce: bytes) -> Self:
        """With what the called side said."""
        return replace(self, called_device=device, called_nonce=nonce)

    def signed_bytes(self, side: str) -> bytes:
        """What a side signs, after the prefix."""
        return canon.encode({**self.value(), "side": side})


def prove(hello: Hello, side: str, key: keys.SigningKey) -> bytes:
    """A side's signature."""
    return key.sign(PREFIX, hello.signed_bytes(side))


def verify(hello: Hello, side: str, signature: bytes) -> None:
    """Raise `BadSignature` unless that side's device signed this."""
    device = hello.caller_device if side == CALLER else hello.called_device
    keys.verify(PREFIX, hello.signed_bytes(side), signature, device)


def nonce_for(hello: Hello, secret: bytes, now: int, random: bytes) -> bytes:
    """The called side's nonce: 8 random bytes, the second, and 16 bytes that bind both to what the caller said."""
    head = random[:RANDOM] + now.to_bytes(MOMENT, "big")
    return head + _bound(hello, secret, head)


def is_fresh(hello: Hello, secret: bytes, now: int) -> bool:
    """Whether this nonce was made here, for this caller's words, within the last minute."""
    head = hello.called_nonce[: RANDOM + MOMENT]
    made = int.from_bytes(head[RANDOM:], "big")
    return hmac.compare_digest(hello.called_nonce, head + _bound(hello, secret, head)) and 0 <= now - made <= WITHIN_S


def _bound(hello: Hello, secret: bytes, head: bytes) -> bytes:
    said = canon.encode(replace(hello, called_device=b"", called_nonce=b"").value())
    return hmac.digest(secret, PREFIX + head + said, sha256)[: NONCE - RANDOM - MOMENT]


def decoy(secret: bytes, org: bytes) -> bytes:
    """The device that is named to whoever asks for an organisation that is not here, or may not know that it is: as valid a key
    as any, always the same one, and nobody holds it."""
    return keys.SigningKey(hmac.digest(secret, b"decoy" + org, sha256)).public
