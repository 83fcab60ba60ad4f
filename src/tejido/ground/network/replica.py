"""This node's store as a folder sees it (implements `tejido.replication.store.ReplicaStore`); the rest is in `reach`."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from django.db.models import Q

from tejido.ground import blobs
from tejido.ground.blobs.models import ErasedBlob
from tejido.ground.errors import Problem
from tejido.ground.network import crowds
from tejido.ground.network.models import Carrier
from tejido.ground.network.reach import EVENTS, LACKING, SEALED_TO_US, Reach, held_of, reads, take
from tejido.ground.network.urgency import Urgency
from tejido.ground.store import db, logs
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.models import Space as SpaceRow
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.replication.store import BlobProblem, Held, Rewrapped, SharedSpace, Taken

LOG_OF = "SELECT e.hash, l.hash FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE e.hash IN ({})"


class NodeStore(Reach):
    """The node's database and vault."""

    def __init__(self) -> None:
        self._urgency = Urgency()

    def spaces(self) -> Sequence[SharedSpace]:
        """Every space but the organisation's own."""
        shared = SpaceRow.objects.exclude(Q(purpose="own") | Q(folder="")).order_by("id")
        return [SharedSpace(Space.parse(bytes(row.descriptor)), row.folder) for row in shared]

    def events(self, log: Log, after: int) -> Iterator[Held]:
        """In order of seq; from the fork on where there is one, so that both branches travel."""
        forked = self.forked(log)
        start = after if forked is None else min(after, forked - 1)
        sql = EVENTS + "WHERE l.hash = %s AND e.seq > %s ORDER BY e.seq, e.hash LIMIT 2000"
        while found := db.rows(sql, [log.id, start]):
            last = found[-1][1]
            if len(found) == 2000 and found[0][1] != last:
                found = [row for row in found if row[1] < last]
            for row in found:
                yield held_of(log.id, row)
            start = found[-1][1]

    def forked(self, log: Log) -> int | None:
        """Where its branches part."""
        return LogRow.objects.filter(hash=log.id).values_list("forked_at", flat=True).first()

    def ingest(self, incoming: Sequence[Incoming], _spaces: Sequence[Space], known: Sequence[Log]) -> Taken:
        """The ordinary way in. A space that this node does not know stays unknown; logs without room are kept out."""
        let_in, described, out = crowds.sift(incoming, known)
        taken = take(let_in, described)
        return replace(taken, waiting=taken.waiting + out)

    def lacking_payloads(self, space: SharedSpace) -> Sequence[Held]:
        """Headers without a payload; for readers also those whose payload names a key that never came."""
        row = logs.space_row(space.space.id)
        sql = (
            EVENTS
            + "WHERE l.space_id IN (%s, 0) AND e.state = 0 AND "
            + (f"({LACKING} OR ({SEALED_TO_US}))" if reads(row) else LACKING)
        )
        found = db.rows(sql + " ORDER BY e.id", [row.id])
        by_hash = dict(db.rows_in(LOG_OF, [bytes(one[0]) for one in found]))
        by_hash = {bytes(digest): bytes(log) for digest, log in by_hash.items()}
        return [held_of(by_hash[bytes(one[0])], one) for one in found]

    def erased_events(self, space: SharedSpace) -> Sequence[bytes]:
        """Redacted events of a space."""
        row = logs.space_row(space.space.id)
        sql = "SELECT r.target FROM store_redaction r WHERE r.space_id = %s AND r.applied = %s"
        return [bytes(target) for (target,) in db.rows(sql, [row.id, True])]

    def rewrapped(self, space: SharedSpace, after: int, most: int) -> Sequence[Rewrapped]:
        """Payloads of a space whose keys were wrapped anew, by number."""
        row = logs.space_row(space.space.id)
        sql = """SELECT r.id, e.hash, r.before FROM store_rewrapped r JOIN store_event e ON e.id = r.event_id
                 JOIN store_log l ON l.id = e.log_id WHERE l.space_id = %s AND r.id > %s ORDER BY r.id LIMIT %s"""
        found = db.rows(sql, [row.id, after, most])
        return [Rewrapped(number, bytes(event), bytes(before)) for number, event, before in found]

    def lacking_blobs(self, space: SharedSpace) -> Sequence[str]:
        """Named by a held payload of this space, not here, not erased; people's words first."""
        row = logs.space_row(space.space.id)
        sql = """SELECT u.blob, MIN(u.event_id) FROM store_blobuse u JOIN store_event e ON e.id = u.event_id
                 JOIN store_log l ON l.id = e.log_id WHERE l.space_id = %s GROUP BY u.blob"""
        named = {blob: event for blob, event in db.rows(sql, [row.id]) if not blobs.has(blob)}
        erased = blobs.erased_among(named) if named else set()
        return self._urgency.sort({blob: event for blob, event in named.items() if blob not in erased})

    def sizes_lacking(self) -> dict[str, int]:
        """Of the blobs that are lacking, what their references say: plain bytes, about as many as are stored."""
        found = (blob for space in self.spaces() for blob in self.lacking_blobs(space))
        return {blob: self._urgency.known[blob][1] for blob in found}

    def named_blobs(self, event: bytes) -> Sequence[str]:
        """Blobs of one event."""
        sql = "SELECT u.blob FROM store_blobuse u JOIN store_event e ON e.id = u.event_id WHERE e.hash = %s"
        return [blob for (blob,) in db.rows(sql, [event])]

    def has_blob(self, blob: str) -> bool:
        """Whether it is whole and here."""
        return blobs.has(blob)

    def shares_blob(self, space: SharedSpace, blob: str) -> bool:
        """Named by an event of this space, and here."""
        sql = """SELECT 1 FROM store_blobuse u JOIN store_event e ON e.id = u.event_id
                 JOIN store_log l ON l.id = e.log_id WHERE u.blob = %s AND l.space_id = %s"""
        return bool(db.value(sql, [blob, logs.space_row(space.space.id).id])) and blobs.has(blob)

    def export_blob(self, blob: str, path: Path) -> None:
        """One file."""
        blobs.export_to(blob, path)

    def import_blob(self, blob: str, path: Path) -> None:
        """Verified chunk by chunk."""
        try:
            blobs.import_from(path, blob)
        except Problem as error:
            raise BlobProblem(str(error)) from error

    def erased_blobs(self) -> Collection[str]:
        """Ids that must not come back."""
        return list(ErasedBlob.objects.values_list("pk", flat=True))

    def seen(self, carrier: str) -> set[str]:
        """Page names."""
        return set(Carrier.objects.filter(carrier=carrier).values_list("page", flat=True))

    def mark_seen(self, carrier: str, names: Collection[str]) -> None:
        """Once each."""
        fresh = (Carrier(carrier=carrier, page=name) for name in names)
        Carrier.objects.bulk_create(fresh, batch_size=200, ignore_conflicts=True)

    def forget_seen(self, carrier: str, name: str) -> None:
        """It is read again when it is there again."""
        Carrier.objects.filter(carrier=carrier, page=name).delete()
