"""Organisations that write logs in memory, with `tejido.log.writer` alone: what a node's store is fed with in tests."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import pyrage

from tejido.log import membership, payload, writer
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.identity import DEVICE, Quorum, genesis_body
from tejido.log.keys import SigningKey
from tejido.log.payload import epoch_key_id
from tejido.log.writer import Draft, Head, Written

DAY, AT = "2026-11-20", 1_795_132_800
_AGE: dict[str, Any] = {}


def seed(name: str) -> bytes:
    """32 bytes from a name."""
    return sha256(b"tejido tests: " + name.encode()).digest()


@contextmanager
def fixed_random() -> Iterator[None]:
    """Salts, payload keys and nonces in a known order, so that a failing example fails again."""
    counter = iter(range(10_000_000))
    with patch.object(payload, "random", lambda size: seed(f"random {next(counter)}")[:size]):
        yield


def age_of(name: str) -> Any:
    """An age identity; the same one for the same name within a process."""
    if name not in _AGE:
        _AGE[name] = pyrage.x25519.Identity.generate()
    return _AGE[name]


@dataclass
class Author:
    """An organisation with one device. `identity`: its identity events; `heads`: its logs' heads by log id."""

    name: str
    admin: tuple[SigningKey, ...]
    device: SigningKey
    org: bytes
    identity: list[Written]
    epoch: bytes = bytes(16)
    heads: dict[bytes, Head] = field(default_factory=dict)

    @property
    def recipient(self) -> str:
        """The device's age recipient."""
        return str(age_of(self.name).to_public())

    @property
    def signers(self) -> list[tuple[int, SigningKey]]:
        """Two of three admin keys."""
        return list(enumerate(self.admin))[:2]

    def log(self, space: Space) -> Log:
        """Its log of the current epoch in a space."""
        return Log(self.org, self.device.public, self.epoch, space.id)

    def name_device(self, key: bytes, age: str) -> Written:
        """A further `org.device` event."""
        return self.decide(DEVICE, {"age": age, "key": key.hex()})

    def decide(self, kind: str, body: dict[str, Any], role: str = "admin", after: Head | None = None) -> Written:
        """The next event of its identity log, or one `after` another; signed by two keys of a role."""
        draft = Draft(kind, body, DAY, 0, aggregate=self.org)
        signers = list(enumerate(self.keys(role)))[:2]
        self.identity.append(writer.write_identity(self.org, after or self.identity[-1].head, draft, signers))
        return self.identity[-1]

    def keys(self, role: str) -> tuple[SigningKey, ...]:
        """The three keys of a role: admin, recovery, next."""
        return tuple(SigningKey(seed(f"{self.name} {role} {i}")) for i in range(3))

    def quorum(self, role: str) -> Quorum:
        """Two of these three."""
        return Quorum(2, tuple(key.public for key in self.keys(role)))


def found(name: str, age: str = "") -> Author:
    """Found an organisation; genesis and first device."""
    admin, recovery, following = (
        tuple(SigningKey(seed(f"{name} {role} {i}")) for i in range(3)) for role in ("admin", "recovery", "next")
    )
    first, second = (Quorum(2, tuple(key.public for key in keys)) for keys in (admin, recovery))
    body = genesis_body(first, second, [key.public for key in following])
    genesis = writer.write_genesis(body, DAY, list(enumerate(admin))[:2])
    device = SigningKey(seed(f"{name} device"))
    author = Author(name, admin, device, genesis.hash, [genesis])
    author.name_device(device.public, age or author.recipient)
    return author


@dataclass
class Room:
    """A space with its epoch keys, the newest last."""

    space: Space
    owner: Author
    keys: list[bytes] = field(default_factory=list)
    members: list[Author] = field(default_factory=list)
    opened: bytes = b""

    @property
    def key(self) -> bytes | None:
        """The current epoch key; None in a public space."""
        return self.keys[-1] if self.keys else None


@dataclass
class World:
    """Everything that was written, in the order of writing."""

    written: list[Written] = field(default_factory=list)
    spaces: dict[bytes, bytes] = field(default_factory=dict)  # event → space id
    logs: dict[bytes, Log] = field(default_factory=dict)

    def author(self, name: str, age: str = "") -> Author:
        """A new organisation whose identity events belong to the world."""
        made = found(name, age)
        self.logs[made.org] = Log.of_identity(made.org)
        for one in made.identity:
            self._keep(one, made.org)
        return made

    def room(self, owner: Author, *, public: bool, members: Sequence[Author] = (), name: str = "room") -> Room:
        """A space with its `space.opened`, `space.members` and `space.key`."""
        room = Room(Space(owner.org, seed(f"{name} {owner.name}")[:16], public), owner)
        if not public:
            room.keys.append(seed(f"{name} epoch key 0"))
        body = {"folder": seed(name).hex()[:32], "purpose": "public" if public else "network"}
        room.opened = self.say(owner, room, membership.OPENED, body).hash
        self.set_members(room, [owner, *members])
        return room

    def set_members(self, room: Room, members: Sequence[Author], pins: dict[str, Any] | None = None) -> list[Written]:
        """The whole member list, and for a private space every key for each of them."""
        room.members = list(members)
        body: dict[str, Any] = {"members": sorted(one.org.hex() for one in members), "pins": pins or {}}
        made = [self.say(room.owner, room, membership.MEMBERS, body, room.opened)]
        if room.keys:
            made.append(self.share_keys(room))
        return made

    def share_keys(self, room: Room, keys: Sequence[bytes] | None = None, writer_: Author | None = None) -> Written:
        """`space.key`: one box a member and key; the last key is the current one."""
        keys = room.keys if keys is None else keys
        boxes = [_box(one, key) for one in room.members for key in keys]
        body = {"boxes": boxes, "current": epoch_key_id(keys[-1]).hex()}
        return self.say(writer_ or room.owner, room, membership.KEY, body, room.opened)

    def renew(self, room: Room) -> Written:
        """A new epoch key."""
        room.keys.append(seed(f"epoch key {len(room.keys)} {room.space.id.hex()}"))
        return self.share_keys(room)

    def say(
        self, author: Author, room: Room, kind: str, body: dict[str, Any], aggregate: bytes = b"", *,
        deps: Iterable[bytes] = (), blobs: Iterable[str] = (), after: Head | None = None, key: bytes | None = None,
    ) -> Written:  # fmt: skip
        """The author's next event in a room; `after` another head makes a fork."""
        log = author.log(room.space)
        head = after or author.heads.get(log.id, Head())
        draft = Draft(kind, body, DAY, AT, aggregate=aggregate, deps=tuple(deps), blobs=tuple(blobs))
        lam = max((one.head.lam for one in map(self.find, draft.deps) if self._in(one, room)), default=0)
        if kind == membership.KEY and not room.space.public:
            made = writer.write_plain(log, head, draft, author.device, lam=lam)
        else:
            epoch_key = None if room.space.public else key or room.key
            made = writer.write(log, head, draft, author.device, lam=lam, epoch_key=epoch_key)
        if after is None:
            author.heads[log.id] = made.head
        self.logs[log.id] = log
        return self._keep(made, room.space.id)

    def decide(self, author: Author, kind: str, body: dict[str, Any], *args: Any, **more: Any) -> Written:
        """An identity event that belongs to the world."""
        return self._keep(author.decide(kind, body, *args, **more), author.org)

    def find(self, event: bytes) -> Written:
        """One event by its hash."""
        return next(one for one in self.written if one.hash == event)

    def _in(self, one: Written, room: Room) -> bool:
        return self.spaces[one.hash] == room.space.id

    def _keep(self, one: Written, space: bytes) -> Written:
        self.written.append(one)
        self.spaces[one.hash] = space
        return one


def _box(member: Author, key: bytes) -> dict[str, str]:
    recipient = pyrage.x25519.Recipient.from_str(member.recipient)
    age = b64encode(pyrage.encrypt(key, [recipient])).decode()
    return {"age": age, "key_id": epoch_key_id(key).hex(), "org": member.org.hex()}


def bare(one: Written) -> Incoming:
    """Its header alone."""
    return one.incoming._replace(payload=None)


def again(author: Author, epoch: bytes) -> Author:
    """The same organisation and device in another epoch: a restored backup, or a second laptop."""
    return replace(author, epoch=epoch, heads={})
