"""Spaces and logs are named by the hash of what describes them, so that an id cannot be claimed for something else.

A descriptor travels beside the events; it is not signed, since its hash is what the signed headers name.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from nacl.utils import random

from tejido.log import canon
from tejido.log.errors import Malformed

SPACE = b"tejido/space/1\n"
LOG = b"tejido/log/1\n"
HEX = frozenset("0123456789abcdef")


def is_hex(value: object, size: int = 64) -> bool:
    """Whether `value` is lower-case hex of `size` digits."""
    return isinstance(value, str) and len(value) == size and HEX.issuperset(value)


@dataclass(frozen=True)
class Space:
    """Where events are shared: who owns it (may write its member list), and whether everybody may read it."""

    owner: bytes
    nonce: bytes
    public: bool

    @classmethod
    def new(cls, owner: bytes, *, public: bool) -> "Space":
        """A new space of `owner`, with a random nonce."""
        return cls(owner, random(16), public)

    @cached_property
    def data(self) -> bytes:
        """Canonical bytes."""
        return canon.encode({"nonce": self.nonce.hex(), "owner": self.owner.hex(), "public": self.public})

    @cached_property
    def id(self) -> bytes:
        """32 bytes."""
        return sha256(SPACE + self.data).digest()

    @classmethod
    def parse(cls, data: bytes) -> "Space":
        """From canonical bytes; raises `Malformed`."""
        value = canon.decode_object(data)
        if set(value) != {"nonce", "owner", "public"} or not isinstance(value["public"], bool):
            raise Malformed("a space is described by nonce, owner and public")
        if not is_hex(value["nonce"], 32) or not is_hex(value["owner"]):
            raise Malformed("a space's nonce has 32 hex digits and its owner 64")
        return cls(bytes.fromhex(value["owner"]), bytes.fromhex(value["nonce"]), value["public"])


@dataclass(frozen=True)
class Log:
    """One device's events of one epoch in one space."""

    org: bytes
    device: bytes
    epoch: bytes
    space: bytes

    @cached_property
    def data(self) -> bytes:
        """Canonical bytes."""
        fields = {"device": self.device, "epoch": self.epoch, "org": self.org, "space": self.space}
        return canon.encode({name: value.hex() for name, value in fields.items()})

    @cached_property
    def id(self) -> bytes:
        """32 bytes; of an identity log (its space is its organisation) the organisation's id."""
        return self.org if self.identity else sha256(LOG + self.data).digest()

    @property
    def identity(self) -> bool:
        """Whether this is an organisation's identity log, which admin keys sign."""
        return self.space == self.org

    @classmethod
    def of_identity(cls, org: bytes) -> "Log":
        """The identity log of `org`: no device and no epoch."""
        return cls(org, bytes(32), bytes(16), org)

    @classmethod
    def parse(cls, data: bytes) -> "Log":
        """From canonical bytes; raises `Malformed`."""
        value = canon.decode_object(data)
        if set(value) != {"device", "epoch", "org", "space"}:
            raise Malformed("a log is described by device, epoch, org and space")
        sizes = {"device": 64, "epoch": 32, "org": 64, "space": 64}
        if not all(is_hex(value[name], size) for name, size in sizes.items()):
            raise Malformed("a log's device, org and space have 64 hex digits, its epoch 32")
        log = cls(**{name: bytes.fromhex(value[name]) for name in sizes})
        if log.identity and log != cls.of_identity(log.org):
            raise Malformed("an identity log names neither device nor epoch")
        return log
