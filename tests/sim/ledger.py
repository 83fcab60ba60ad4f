"""The god's-eye list: what was signed by whom, for whom, with which words. No node reads it; the auditor reads nothing else."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tejido.log.descriptors import Log, Space
from tejido.log.header import event_hash
from tejido.log.header import parse as parse_header
from tejido.log.payload import SALT, Payload
from tejido.log.writer import Written

Order = tuple[int, bytes, bytes, int, bytes]


class Signed(NamedTuple):
    """One event as it was signed."""

    hash: bytes
    log: Log
    seq: int
    prev: bytes
    lam: int
    kind: str
    schema: int
    aggregate: bytes
    body: dict[str, Any]
    payload: Payload
    plain: bytes
    blobs: tuple[str, ...] = ()

    @property
    def order(self) -> Order:
        """The order of folding."""
        return (self.lam, self.log.org, self.log.id, self.seq, self.hash)


@dataclass
class Ledger:
    """Everything that was signed in one seed."""

    events: dict[bytes, Signed] = field(default_factory=dict)
    spaces: dict[bytes, Space] = field(default_factory=dict)
    own_spaces: set[bytes] = field(default_factory=set)
    orgs: dict[bytes, str] = field(default_factory=dict)  # organisation → its name
    recipients: dict[bytes, frozenset[str]] = field(
        default_factory=dict
    )  # epoch key id → age recipients it was made for
    makers: dict[bytes, bytes] = field(default_factory=dict)  # epoch key id → organisation that drew it
    listed: dict[bytes, set[bytes]] = field(default_factory=dict)  # space → organisations that a list ever named
    met: set[frozenset[bytes]] = field(default_factory=set)  # organisations that read each other's papers
    told: dict[bytes, bytes] = field(default_factory=dict)  # log id → space

    def open_space(self, space: Space, *, own: bool) -> None:
        """A space begins, with its owner in it."""
        self.spaces[space.id] = space
        self.listed[space.id] = {space.owner}
        if own:
            self.own_spaces.add(space.id)

    def found(self, name: str, log: Log, events: Iterable[Written]) -> None:
        """An organisation with its identity events."""
        self.orgs[log.org] = name
        for made in events:
            header = parse_header(made.incoming.header)
            body = json.loads(made.plain[SALT:])
            self.sign(log, header.kind or "", 1, log.org, body, made)

    def sign(
        self, log: Log, kind: str, schema: int, aggregate: bytes, body: dict[str, Any], made: Written,
        blobs: tuple[str, ...] = (),
    ) -> Signed:  # fmt: skip
        """Note an event that was signed and committed where it was signed."""
        header = parse_header(made.incoming.header)
        packed = made.incoming.payload or Payload(b"")
        one = Signed(
            made.hash, log, header.seq, bytes.fromhex(header.prev), header.lam, kind, schema, aggregate or made.hash, body,
            packed, made.plain, blobs,
        )  # fmt: skip
        self.events[event_hash(made.incoming.header)] = one
        self.told[log.id] = log.space
        if kind == "space.members" and self.spaces[log.space].owner == log.org:
            self.listed[log.space] |= {bytes.fromhex(org) for org in body["members"]}
        return one

    def name(self, org: bytes) -> str:
        """An organisation's name, for people."""
        return self.orgs.get(org, org.hex()[:8])
