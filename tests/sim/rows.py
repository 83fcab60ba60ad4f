"""What a node in memory keeps, row by row: the tables of `ground.store.models` in small."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tejido.log.admit import Incoming, Place
from tejido.log.descriptors import Log
from tejido.log.header import Header
from tejido.log.payload import Content

PENDING, READABLE, REDACTED = 0, 1, 2
REDACT = "redact"
Order = tuple[int, bytes, bytes, int, bytes]


class Row(NamedTuple):
    """An event that is held; its payload lies apart."""

    hash: bytes
    header: Header
    place: Place
    prev: bytes
    bare: Incoming


class Said(NamedTuple):
    """What a readable event says, with its place in the order of folding."""

    order: Order
    kind: str
    schema: int
    aggregate: bytes
    body: dict[str, Any]
    space: bytes
    blobs: tuple[str, ...] = ()

    @property
    def hash(self) -> bytes:
        """The event's."""
        return self.order[4]

    @property
    def org(self) -> bytes:
        """Its author."""
        return self.order[1]

    @property
    def log(self) -> bytes:
        """Its log."""
        return self.order[2]


def said(row: Row, org: bytes, content: Content) -> Said:
    """From a row and its opened payload."""
    place = row.place
    order = (place.lam, org, place.log, place.seq, row.hash)
    aggregate = bytes.fromhex(content.aggregate) or row.hash
    return Said(order, content.kind, content.schema, aggregate, content.body, place.space, content.blobs)


@dataclass
class LogRow:
    """One log: its events by seq, the ends of its branches, where it forks, how much of it is wanting."""

    log: Log
    public: bool
    by_seq: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    tips: frozenset[bytes] = frozenset()
    forked_at: int | None = None
    pending: frozenset[bytes] = frozenset()

    def copy(self) -> "LogRow":
        """As it is now."""
        return replace(self, by_seq=dict(self.by_seq))

    @property
    def length(self) -> int:
        """One more than the greatest seq held."""
        return len(self.by_seq)

    def grow(self, row: Row) -> bool:
        """Take an event in; whether the log forks by it, earlier than it was known to."""
        seq = row.place.seq
        self.by_seq[seq] = tuple(sorted((*self.by_seq.get(seq, ()), row.hash)))
        self.tips = (self.tips - {row.prev}) | {row.hash}
        forks = len(self.by_seq[seq]) > 1 and (self.forked_at is None or seq < self.forked_at)
        if forks:
            self.forked_at = seq
        return forks


@dataclass(frozen=True)
class EpochKey:
    """A key of a space; `lam`: of the last event that made it the current one."""

    key: bytes
    space: bytes
    lam: int
