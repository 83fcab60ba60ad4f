"""A node: an organisation's device, its store, and what `ground.store` does when it appends."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tejido.log import identity, membership, writer
from tejido.log.descriptors import Log, Space
from tejido.log.membership import Pin
from tejido.log.payload import epoch_key_id
from tejido.log.writer import Draft, Head, Written
from tests.sim.cast import Boxes, Organisation
from tests.sim.fold import OPENED, SAID
from tests.sim.ledger import Ledger, Signed
from tests.sim.replica import Replica
from tests.sim.rows import REDACT
from tests.sim.store import Own

AT, YEAR = 1_795_132_800, 31_557_600
DAYS = ("2026-11-20", "1999-12-31", "2071-01-01")


@dataclass
class Tools:
    """What all nodes of a seed share: the dice, the boxes of keys, the list of what was signed, and the store's class."""

    rng: Random
    boxes: Boxes
    ledger: Ledger
    store: type[Replica] = Replica
    renews: bool = True  # whether a restored or copied node opens a new epoch


class Node:
    """One node. `version`: of its program; `skew`: by how many years its clock is off; `honest`: whether it obeys."""

    def __init__(
        self, name: str, organisation: Organisation, tools: Tools, *, device: int = 0, version: int = 2
    ) -> None:
        self.name, self.organisation, self.tools, self.version = name, organisation, tools, version
        self.device = organisation.devices[device]
        self.store = tools.store(Own(organisation.org, self.device.key.public, self.device.age), tools.boxes)
        self.honest, self.obeys_epochs, self.skew = True, tools.renews, 0
        self.second = False  # whether it is a second device of its organisation
        self.saved: Replica | None = None
        self.epoch = b""
        self.renew_epoch()
        self.store.ingest([one.incoming for one in organisation.identity], [], [organisation.log])

    @property
    def org(self) -> bytes:
        """Its organisation."""
        return self.organisation.org

    @property
    def now(self) -> int:
        """What its clock shows."""
        return AT + self.skew * YEAR

    def renew_epoch(self) -> None:
        """From now on events go into new logs."""
        self.epoch = self.tools.rng.randbytes(16)
        self.store.mine, self.store.met_mine = self.epoch, False

    def say(
        self, space: bytes, kind: str, body: dict[str, Any], aggregate: bytes = b"", *, schema: int = 1,
        after: Head | None = None, blobs: tuple[str, ...] = (), alone: bool = False,
    ) -> Signed | None:  # fmt: skip
        """Append one event; None where no key of the space is held. `after` another head than its last makes a fork;
        `alone`: it names nothing that it builds on."""
        if self.store.met_mine and self.obeys_epochs:
            self.renew_epoch()
        log = Log(self.org, self.device.key.public, self.epoch, space)
        self.store.learn_log(log)
        made = self._write(
            log, after or self.head(log), Draft(kind, body, self._day(), self.now, schema, aggregate, blobs), alone
        )
        if made is None:
            return None
        self.store.ingest([made.incoming], [], [log], signed_here=True)
        return self.tools.ledger.sign(log, kind, schema, aggregate, body, made, blobs)

    def _day(self) -> str:
        return DAYS[0] if not self.skew else DAYS[1 if self.skew < 0 else 2]

    def _write(self, log: Log, head: Head, draft: Draft, alone: bool) -> Written | None:
        top = self.store.top.get(log.space, (0, b""))
        beside = top[1] and top[1] != head.hash and not alone
        lam = top[0] if beside else 0
        draft = Draft(
            draft.kind,
            draft.body,
            draft.day,
            draft.at,
            draft.schema,
            draft.aggregate,
            draft.blobs,
            (top[1],) if beside else (),
        )
        public = self.store.spaces_known[log.space].public
        if draft.kind == membership.KEY and not public:
            return writer.write_plain(log, head, draft, self.device.key, lam=lam)
        key = None if public else self.store.current_key(log.space)
        if key is None and not public:
            return None
        return writer.write(log, head, draft, self.device.key, lam=lam, epoch_key=key)

    def head(self, log: Log) -> Head:
        """The last event of a log here; of several branches the longest."""
        row = self.store.logs_known[log.id]
        if not row.tips:
            return Head()
        place, tip = max((self.store.rows[tip].place.seq, tip) for tip in row.tips)
        return Head(place, tip, self.store.rows[tip].place.lam)

    # --- spaces

    def open_space(self, *, public: bool, own: bool = False, members: Sequence[bytes] = ()) -> Space:
        """A space with its first control events and, beside this organisation, these as members."""
        space = Space(self.org, self.tools.rng.randbytes(16), public)
        self.tools.ledger.open_space(space, own=own)
        self.store.learn_space(space)
        if not public:
            self._draw_key(space.id, 1)
        purpose = "own" if own else "public" if public else "network"
        self.say(space.id, membership.OPENED, {"folder": space.nonce.hex(), "purpose": purpose})
        self.set_members(space.id, [self.org, *members])
        return space

    def _draw_key(self, space: bytes, lam: int) -> None:
        key = self.tools.rng.randbytes(32)
        self.tools.ledger.makers[epoch_key_id(key)] = self.org
        self.store.learn_key(space, key, lam)

    def set_members(self, space: bytes, members: list[bytes], *, renew: bool = False) -> None:
        """As `ground.store.spaces.set_members`: the whole list, pins for those who leave, keys for those who stay."""
        known = self.store.members_of.get(space, membership.Members())
        leaving = known.orgs - set(members)
        private = not self.store.spaces_known[space].public
        pins = {log: pin for log, pin in known.pins.items() if self._org_of(log) not in members}
        pins |= {log: pin for log, pin in self._pins(space) if self._org_of(log) in leaving}
        body = {
            "members": sorted(org.hex() for org in {*members, self.org}),
            "pins": {log.hex(): {"hash": pin.hash.hex(), "seq": pin.seq} for log, pin in pins.items()},
        }
        if private and (leaving or renew):
            self._draw_key(space, self.store.top[space][0] + 1)
        self.say(space, membership.MEMBERS, body, known.opened)
        if private:
            self._share_keys(space, {*members, self.org}, known.opened)

    def _org_of(self, log: bytes) -> bytes:
        row = self.store.logs_known.get(log)
        return row.log.org if row else b""

    def _pins(self, space: bytes) -> list[tuple[bytes, Pin]]:
        rows = [row for row in self.store.logs_known.values() if row.log.space == space and row.tips]
        heads = [(row.log, self.head(row.log)) for row in rows]
        return [(log.id, Pin(head.seq, head.hash)) for log, head in heads]

    def _share_keys(self, space: bytes, members: set[bytes], opened: bytes, *, spare: bool = False) -> Signed | None:
        """What is used; to `spare` what others may still use, every key."""
        current = self.store.current_key(space)
        if current is None:
            return None
        used = {packed.key_id for packed in self.store.payloads.values()}
        boxes = []
        for key_id, one in sorted(self.store.epoch_keys.items()):
            if one.space == space and (spare or key_id in used or one.key == current):
                boxes += [self._box(org, key_id, one.key, age) for org in sorted(members) for age in self._ages(org)]
        body = {"boxes": boxes, "current": epoch_key_id(current).hex()}
        return self.say(space, membership.KEY, body, opened)

    def shed(self, space: bytes) -> int:
        """As `ground.store.retiring`, less the keys themselves: boxes of before are taken back; how many events."""
        known = self.store.members_of[space]
        before = [one for one in self.store.owned(space, self.org) if one.kind == membership.KEY]
        gone = [self.tools.ledger.events[one.hash] for one in before]
        if not gone or self._share_keys(space, {*known.orgs, self.org}, known.opened, spare=True) is None:
            return 0
        return sum(self.redact(space, one) is not None for one in gone)

    def _ages(self, org: bytes) -> list[str]:
        found = self.store.identities.get(org)
        return sorted(device.age for device in found.devices.values()) if found else []

    def _box(self, org: bytes, key_id: bytes, key: bytes, age: str) -> dict[str, str]:
        made_for = self.tools.ledger.recipients
        made_for[key_id] = made_for.get(key_id, frozenset()) | {age}
        return {"age": self.tools.boxes.wrap(key, age), "key_id": key_id.hex(), "org": org.hex()}

    # --- words

    def note(self, space: bytes, blobs: tuple[str, ...] = ()) -> Signed | None:
        """Begin a note."""
        return self.say(space, OPENED, {"text": self.tools.rng.randbytes(8).hex()}, blobs=blobs)

    def answer(self, space: bytes, note: bytes, kind: str = SAID, schema: int = 1) -> Signed | None:
        """Add words to a note."""
        return self.say(space, kind, {"text": self.tools.rng.randbytes(8).hex()}, note, schema=schema)

    def redact(self, space: bytes, target: Signed) -> Signed | None:
        """Take back one of our own events."""
        body = {"kind": target.kind, "reason": "asked", "stub": {}, "target": target.hash.hex()}
        return self.say(space, REDACT, body, target.aggregate, alone=self.tools.rng.random() < 0.5)

    def revoke(self, device: int) -> None:
        """Admin keys end a device: what this node holds of its logs is pinned."""
        key = self.organisation.devices[device].key.public
        rows = [
            row
            for row in self.store.logs_known.values()
            if row.tips and (row.log.org, row.log.device) == (self.org, key)
        ]
        pins = {row.log.id: Pin(head.seq, head.hash) for row in rows for head in [self.head(row.log)]}
        body = identity.revoked_body(key, pins)
        log, draft = self.organisation.log, Draft(identity.REVOKED, body, self._day(), 0, aggregate=self.org)
        made = writer.write_identity(self.org, self.head(log), draft, [(0, self.organisation.admin[0])])
        self.store.ingest([made.incoming], [], [log])
        self.tools.ledger.sign(log, identity.REVOKED, 1, self.org, body, made)

    # --- what befalls a node

    def save(self) -> None:
        """Make a backup."""
        self.saved = self.store.copy()

    def restore(self) -> None:
        """The backup comes back; before anything is written a new epoch begins."""
        if self.saved is not None:
            self.store = self.saved.copy()
            if self.obeys_epochs:
                self.renew_epoch()

    def twin(self, name: str) -> "Node":
        """The same disk in a second machine, which notices it before it writes."""
        other = Node(name, self.organisation, self.tools, version=self.version)
        other.device, other.store, other.epoch = self.device, self.store.copy(), self.epoch
        other.honest, other.obeys_epochs, other.skew = self.honest, self.obeys_epochs, self.skew
        if self.obeys_epochs:
            other.renew_epoch()
        return other

    def purge(self, space: bytes) -> None:
        """Leave: everything of a space goes; whoever joins again begins a new epoch."""
        self.store = self.store.without(space)
        self.renew_epoch()
