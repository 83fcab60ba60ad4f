"""The god's-eye list of a play on real stores: what each node signed, read where it was signed and before anybody hears it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tejido.ground.store import db, reading
from tejido.log.descriptors import Log, Space
from tejido.log.header import parse
from tejido.log.payload import SALT, Payload
from tests.sim.ledger import Ledger, Signed
from tests.sim.real.node import RealNode

FRESH = """SELECT e.hash, e.header, l.descriptor, p.data, k.key_id, k.wrapped FROM store_event e
           JOIN store_log l ON l.id = e.log_id LEFT JOIN store_payload p ON p.event_id = e.id
           LEFT JOIN store_payloadkey k ON k.event_id = e.id ORDER BY e.id"""


class Book(Ledger):
    """Also which organisations the writer took for members, and when each was last let in."""

    def __init__(self) -> None:
        super().__init__()
        self.place: dict[bytes, int] = {}  # event → its number in the order of signing
        self.inside: dict[
            bytes, tuple[frozenset[bytes], int]
        ] = {}  # event → members, as its writer knew them, by which list
        self.let_in: dict[bytes, int] = {}  # organisation → number of the last list that names it
        self.keys: dict[bytes, int] = {}  # epoch key → how much had been signed when it was drawn

    def last_list(self, space: bytes, held: Iterable[bytes]) -> int:
        """The number of the latest member list among these events."""
        lists = [
            event
            for event in held
            if self.events[event].kind == "space.members" and self.events[event].log.space == space
        ]
        return max((self.place[event] for event in lists), default=-1)

    def learn_spaces(self, node: RealNode) -> None:
        """The spaces that a node opened."""
        with node.here():
            for descriptor, purpose in db.rows("SELECT descriptor, purpose FROM store_space"):
                space = Space.parse(bytes(descriptor))
                if space.id not in self.spaces:
                    self.open_space(space, own=purpose == "own")

    def learn(self, node: RealNode) -> list[Signed]:
        """What this node has signed since the last look."""
        with node.here():
            keys = reading.epoch_keys()
            fresh = [row for row in db.rows(FRESH) if bytes(row[0]) not in self.events]
            for key in keys.values():
                self.keys.setdefault(key, len(self.events))
        return [self._note(row, keys, node) for row in fresh]

    def _note(self, row: Sequence[Any], keys: dict[bytes, bytes], node: RealNode) -> Signed:
        digest, header, log, data, key_id, wrapped = row
        where, said = Log.parse(bytes(log)), parse(bytes(header))
        assert where.org == node.org, f"{node.name} holds an event that nobody signed"
        payload = Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b""))
        plain = reading.opened(payload, keys)
        assert plain is not None, f"{node.name} cannot read what it signed"
        value = json.loads(plain[SALT:])
        stands = said.kind is not None
        kind = str(said.kind if stands else value["kind"])
        aggregate = str((said.aggregate if stands else value["aggregate"]) or "")
        one = Signed(
            bytes(digest), where, said.seq, bytes.fromhex(said.prev), said.lam, kind, 1,
            bytes.fromhex(aggregate) or bytes(digest), value if stands else value["body"], payload, plain,
        )  # fmt: skip
        self.events[one.hash] = one
        self.place[one.hash] = len(self.place)
        self.told[where.id] = where.space
        if kind == "space.members":
            self.let_in |= {bytes.fromhex(org): self.place[one.hash] for org in one.body["members"]}
        return one
