"""What carriers ask of a node's store in memory (implements `replication.store.ExchangeStore`)."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeVar

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.payload import Payload
from tejido.replication.blobs import Descriptor
from tejido.replication.store import Head, Held, Point, SharedSpace, Taken
from tests.sim.rows import PENDING, READABLE, Row
from tests.sim.store import MemoryStore

T = TypeVar("T")


class Replica(MemoryStore):
    """The store with its side of an exchange."""

    _answers: dict[tuple[str, bytes], Any]

    def _once(self, name: str, about: bytes, make: Callable[[], Sequence[T]]) -> Sequence[T]:
        """An answer that stays the same until something is taken in."""
        now = (self.version, len(self.spaces_known), len(self.logs_known))
        if self._answered != now:
            self._answered, self._answers = now, {}
        if (name, about) not in self._answers:
            self._answers[name, about] = make()
        answer: Sequence[T] = self._answers[name, about]
        return answer

    def spaces(self) -> Sequence[SharedSpace]:
        """Every space but the organisation's own; `folder` comes with the invitation or the owner's first event."""
        return self._once("spaces", b"", self._shared_spaces)

    def _shared_spaces(self) -> Sequence[SharedSpace]:
        shared = [space for space in self.spaces_known.values() if self._purpose(space.id) != "own"]
        return [SharedSpace(space, space.nonce.hex()) for space in sorted(shared, key=lambda one: one.id)]

    def _purpose(self, space: bytes) -> str:
        return self.purposes.get(space, "")

    def members(self, space: SharedSpace) -> Collection[bytes]:
        """The folded member list."""
        found = self.members_of.get(space.space.id)
        return found.orgs if found else ()

    def devices(self, org: bytes) -> Collection[bytes]:
        """Devices that the folded identity names now."""
        found = self.identities.get(org)
        return found.devices if found else ()

    def logs(self, space: SharedSpace) -> Sequence[Log]:
        """Identity logs of everybody in the space first, then its logs."""
        return self._once("logs", space.space.id, lambda: self._logs_of(space))

    def _logs_of(self, space: SharedSpace) -> Sequence[Log]:
        mine = [row.log for row in self.logs_known.values() if row.log.space == space.space.id]
        orgs = {log.org for log in mine} | {space.space.owner} | set(self.members(space))
        identities = [row.log for org in sorted(orgs) if (row := self.logs_known.get(org))]
        return [*identities, *sorted(mine, key=lambda log: log.id)]

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these are here."""
        return {event for event in events if event in self.rows}

    def path(self, log: bytes, tip: bytes) -> list[Row]:
        """From the first event of a log to one of its events."""
        found: list[Row] = []
        while tip in self.rows and self.rows[tip].place.log == log:
            found.append(self.rows[tip])
            tip = found[-1].prev
        return found[::-1]

    def as_held(self, row: Row) -> Held:
        """With its payload."""
        return Held(row.hash, row.place.seq, row.bare._replace(payload=self.payloads.get(row.hash)))

    def events(self, log: Log, after: int) -> Iterator[Held]:
        """By (seq, hash); of a forked log both branches."""
        row = self.logs_known[log.id]
        start = after + 1 if row.forked_at is None else min(after + 1, row.forked_at)
        for seq in range(start, row.length):
            yield from (self.as_held(self.rows[event]) for event in row.by_seq[seq])

    def forked(self, log: Log) -> int | None:
        """Where its branches part."""
        return self.logs_known[log.id].forked_at

    def heads(self, space: SharedSpace) -> Sequence[Head]:
        """Of each log that has an event; of a forked one every branch's."""
        return self._once("heads", space.space.id, lambda: self._heads_of(space))

    def _heads_of(self, space: SharedSpace) -> Sequence[Head]:
        rows = [self.logs_known[log.id] for log in self.logs(space)]
        return [Head(row.log.id, tuple(sorted(map(self._point, row.tips)))) for row in rows if row.tips]

    def tips(self, log: bytes) -> Sequence[Point]:
        """The last event of each branch of any log."""
        row = self.logs_known.get(log)
        return sorted(map(self._point, row.tips)) if row else ()

    def _point(self, event: bytes) -> Point:
        return Point(self.rows[event].place.seq, event)

    def hashes(self, log: bytes, tip: Point, seqs: Sequence[int]) -> Sequence[Point]:
        """The events at these seqs on the way to a tip."""
        path = self.path(log, tip.hash)
        return [Point(seq, path[seq].hash) for seq in sorted(set(seqs)) if 0 <= seq < len(path)]

    def run(self, log: bytes, tip: Point, after: int) -> Iterator[Held]:
        """Events on the way to a tip, in order."""
        return iter([self.as_held(row) for row in self.path(log, tip.hash)[max(0, after + 1) :]])

    def pending(self, space: SharedSpace, skip: int, most: int) -> Sequence[bytes]:
        """Events whose payload is lacking."""
        return sorted(held.hash for held in self.lacking_payloads(space))[skip : skip + most]

    def lacking_payloads(self, space: SharedSpace) -> Sequence[Held]:
        """Headers whose payload is not here, or opens with a key that never came."""
        found = [
            row for row in self.rows.values() if row.place.space == space.space.id or row.place.space == row.place.log
        ]
        return [self.as_held(row) for row in found if self.state[row.hash] == PENDING and self._lacks(row)]

    def _lacks(self, row: Row) -> bool:
        packed = self.payloads.get(row.hash)
        return packed is None or (packed.boxed and packed.key_id not in self.epoch_keys)

    def payload(self, space: SharedSpace, event: bytes) -> bytes | None:
        """Packed; None where the event belongs to another space or was redacted."""
        row = self.rows.get(event)
        if row is None or self.state[event] != READABLE or row.place.space not in (space.space.id, row.place.log):
            return None
        return self.payloads[event].pack()

    def fill(self, payloads: Sequence[tuple[bytes, Payload]]) -> Taken:
        """Payloads of events that are held."""
        found = [self.rows[event].bare._replace(payload=packed) for event, packed in payloads if event in self.rows]
        return self.ingest(found, (), ())

    def erased_events(self, space: SharedSpace) -> Sequence[bytes]:
        """Events whose redaction counts."""
        done = (self.redactions[redact] for redact in self.applied)
        return sorted(target for target, _, where in done if where == space.space.id)

    # --- blobs: one chunk each

    def _named(self, blob: str, space: bytes = b"") -> bool:
        return any(blob in one.blobs and space in (b"", one.space) for one in self.contents.values())

    def lacking_blobs(self, space: SharedSpace) -> Sequence[str]:
        """Named by a held payload of the space, and not here."""
        inside = (one for one in self.contents.values() if one.blobs and one.space == space.space.id)
        return sorted({blob for one in inside for blob in one.blobs if blob not in self.vault})

    def kept_out(self, space: SharedSpace) -> Collection[bytes]:
        """There is room for all."""
        return ()

    def lacks_blob(self, blob: str) -> bool:
        """Named by any held payload, and not here."""
        return blob not in self.vault and self._named(blob)

    def shares_blob(self, space: SharedSpace, blob: str) -> bool:
        """Here, and named by a held payload of this space."""
        return blob in self.vault and self._named(blob, space.space.id)

    def descriptor(self, blob: str) -> bytes | None:
        """Of a whole blob."""
        return self.vault[blob][0] if blob in self.vault else None

    def chunk(self, blob: str, number: int) -> bytes | None:
        """The only one."""
        return self.vault[blob][1] if blob in self.vault and number == 0 else None

    def missing_chunks(self, descriptor: Descriptor) -> Sequence[int]:
        """All, until the blob is whole."""
        return () if descriptor.id in self.vault else range(len(descriptor.chunks))

    def next_chunk(self, blob: str) -> int:
        """The first."""
        return 0

    def take_chunk(self, descriptor: Descriptor, number: int, data: bytes) -> None:
        """A blob of one chunk is whole with it."""
        self._check_disk()
        if len(descriptor.chunks) == 1 and descriptor.matches(number, data) and self.lacks_blob(descriptor.id):
            self.vault[descriptor.id] = (descriptor.data, data)

    def part(self, blob: str, number: int, giver: bytes) -> bytes:
        """What came from that organisation."""
        return self.parts.get((blob, number, giver), b"")

    def take_part(self, descriptor: Descriptor, number: int, giver: bytes, start: int, data: bytes) -> None:
        """Behind what is here."""
        place = (descriptor.id, number, giver)
        assert len(self.parts.get(place, b"")) == start
        self.parts[place] = self.parts.get(place, b"") + data

    def drop_part(self, descriptor: Descriptor, number: int, giver: bytes) -> None:
        """Begin anew."""
        self.parts.pop((descriptor.id, number, giver), None)

    def finish_blob(self, descriptor: Descriptor) -> bool:
        """Whether it is whole."""
        return descriptor.id in self.vault

    # --- checkpoints stand apart from what is folded, and have tests of their own

    def checkpoints(self, space: SharedSpace) -> Sequence[bytes]:
        """None."""
        return ()

    def take_checkpoint(self, space: bytes, data: bytes) -> str:
        """None is kept."""
        return ""

    def waiting(self) -> int:
        """How many events wait here for others."""
        return len(self.waiting_rows)

    def everything(self, space: bytes) -> list[Incoming]:
        """All events of a space with their payloads, and the identities of whoever wrote in it or is in it."""
        orgs = {row.log.org for row in self.logs_known.values() if row.log.space == space}
        orgs |= {self.spaces_known[space].owner, *self.members(SharedSpace(self.spaces_known[space], ""))}
        rows = [row for row in self.rows.values() if row.place.space == space or row.place.log in orgs]
        return [self.as_held(row).incoming for row in rows]
