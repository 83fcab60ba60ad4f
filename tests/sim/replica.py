"""What carriers ask of a node's store in memory (implements `replication.store.ExchangeStore`)."""

from collections.abc import Collection, Iterator, Sequence

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.payload import Payload
from tejido.replication.store import Held, SharedSpace, Taken
from tests.sim.rows import PENDING, READABLE, LogRow, Row
from tests.sim.store import MemoryStore


class Replica(MemoryStore):
    """The store with its side of an exchange."""

    def spaces(self) -> Sequence[SharedSpace]:
        """Every space but the organisation's own; `folder` comes with the invitation or the owner's first event."""
        shared = [space for space in self.spaces_known.values() if self._purpose(space.id) != "own"]
        return [SharedSpace(space, space.nonce.hex()) for space in sorted(shared, key=lambda one: one.id)]

    def _purpose(self, space: bytes) -> str:
        found = self.members_of.get(space)
        return found.purpose if found else ""

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
        mine = [row.log for row in self.logs_known.values() if row.log.space == space.space.id]
        orgs = {log.org for log in mine} | {space.space.owner} | set(self.members(space))
        identities = [row.log for org in sorted(orgs) if (row := self.logs_known.get(org))]
        return [*identities, *sorted(mine, key=lambda log: log.id)]

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these are here."""
        return {event for event in events if event in self.rows}

    def path(self, row: LogRow, tip: bytes) -> list[Row]:
        """From the first event of a log to one of its events."""
        found: list[Row] = []
        while tip in self.rows and self.rows[tip].place.log == row.log.id:
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

    def lacking_payloads(self, space: SharedSpace) -> Sequence[Held]:
        """Headers whose payload is not here, or opens with a key that never came."""
        found = [row for row in self.rows.values() if row.place.space == space.space.id or row.place.space == row.place.log]
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
        found = [
            self.rows[event].bare._replace(payload=packed) for event, packed in payloads if event in self.rows
        ]
        return self.ingest(found, (), ())

    def erased_events(self, space: SharedSpace) -> Sequence[bytes]:
        """Events whose redaction counts."""
        done = (self.redactions[redact] for redact in self.applied)
        return sorted(target for target, _, where in done if where == space.space.id)

    def waiting(self) -> int:
        """How many events wait here for others."""
        return len(self.waiting_rows)

    def everything(self, space: bytes) -> list[Incoming]:
        """All events of a space with their payloads, and the identities of whoever wrote in it or is in it."""
        orgs = {row.log.org for row in self.logs_known.values() if row.log.space == space}
        orgs |= {self.spaces_known[space].owner, *self.members(SharedSpace(self.spaces_known[space], ""))}
        rows = [row for row in self.rows.values() if row.place.space == space or row.place.log in orgs]
        return [self.as_held(row).incoming for row in rows]
