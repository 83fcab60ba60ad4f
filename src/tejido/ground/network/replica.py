"""This node's store as an exchange sees it (implements `tejido.replication.store.ReplicaStore`)."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from django.db.models import Q

from tejido.ground import blobs
from tejido.ground.blobs.models import ErasedBlob
from tejido.ground.errors import Problem
from tejido.ground.network.models import Carrier
from tejido.ground.store import db, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.models import Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.payload import Payload
from tejido.replication.store import BlobProblem, Held, SharedSpace, Taken

EVENTS = """SELECT e.hash, e.seq, e.header, e.signature, p.data, k.key_id, k.wrapped FROM store_event e
JOIN store_log l ON l.id = e.log_id LEFT JOIN store_payload p ON p.event_id = e.id
LEFT JOIN store_payloadkey k ON k.event_id = e.id """
LACKING = "p.event_id IS NULL"
SEALED_TO_US = """(p.event_id IS NULL OR (k.key_id IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM store_epochkey y WHERE y.key_id = k.key_id)))"""
LOG_OF = "SELECT e.hash, l.hash FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE e.hash IN ({})"


class NodeStore:
    """The node's database and vault."""

    def spaces(self) -> Sequence[SharedSpace]:
        """Every space but the organisation's own."""
        shared = SpaceRow.objects.exclude(Q(purpose="own") | Q(folder="")).order_by("id")
        return [SharedSpace(Space.parse(bytes(row.descriptor)), row.folder) for row in shared]

    def logs(self, space: SharedSpace) -> Sequence[Log]:
        """Identity logs of everybody in the space first, then its logs."""
        row = logs.space_row(space.space.id)
        mine = list(LogRow.objects.filter(space_id=row.id).order_by("id"))
        orgs = {bytes(log.org) for log in mine} | {space.space.owner}
        orgs |= {bytes.fromhex(org) for org in row.members.get("orgs", ())}
        identities = LogRow.objects.filter(space_id=0, org__in=list(orgs)).order_by("id")
        return [Log.parse(bytes(log.descriptor)) for log in [*identities, *mine]]

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
                yield _held(log.id, row)
            start = found[-1][1]

    def forked(self, log: Log) -> int | None:
        """Where its branches part."""
        return LogRow.objects.filter(hash=log.id).values_list("forked_at", flat=True).first()

    def ingest(self, incoming: Sequence[Incoming], spaces: Sequence[Space], known: Sequence[Log]) -> Taken:
        """The ordinary way in. A space that this node does not know stays unknown."""
        own = {bytes(h) for h in SpaceRow.objects.values_list("hash", flat=True)}
        report = ingest(incoming, spaces=[s for s in spaces if s.id in own], known_logs=known)
        refused = [f"{type(one.error).__name__}: {one.error}" for one in report.refused]
        bad = [f"payload of {digest.hex()[:16]}: {error}" for digest, error in report.bad_payloads]
        return Taken(report.accepted, report.held, report.filled, report.waiting, refused, bad)

    def lacking_payloads(self, space: SharedSpace) -> Sequence[Held]:
        """Headers without a payload; for a member also those whose payload names a key that never came."""
        row = logs.space_row(space.space.id)
        own = Own.objects.first()
        member = own is not None and bytes(own.org).hex() in row.members.get("orgs", ())
        sql = EVENTS + "WHERE l.space_id IN (%s, 0) AND e.state = 0 AND " + (SEALED_TO_US if member else LACKING)
        found = db.rows(sql + " ORDER BY e.id", [row.id])
        by_hash = dict(db.rows_in(LOG_OF, [bytes(one[0]) for one in found]))
        by_hash = {bytes(digest): bytes(log) for digest, log in by_hash.items()}
        return [_held(by_hash[bytes(one[0])], one) for one in found]

    def payload(self, space: SharedSpace, event: bytes) -> bytes | None:
        """Packed, or None: who writes a want file must not get at another space's events."""
        row = logs.space_row(space.space.id)
        sql = EVENTS + "WHERE e.hash = %s AND e.state = 1 AND l.space_id IN (%s, 0)"
        found = db.rows(sql, [event, row.id])
        payload = _payload(found[0]) if found else None
        return payload.pack() if payload else None

    def erased_events(self, space: SharedSpace) -> Sequence[bytes]:
        """Redacted events of a space."""
        row = logs.space_row(space.space.id)
        sql = "SELECT r.target FROM store_redaction r WHERE r.space_id = %s AND r.applied = %s"
        return [bytes(target) for (target,) in db.rows(sql, [row.id, True])]

    def lacking_blobs(self, space: SharedSpace) -> Sequence[str]:
        """Named by a held payload of this space, not here, not erased."""
        row = logs.space_row(space.space.id)
        sql = """SELECT DISTINCT u.blob FROM store_blobuse u JOIN store_event e ON e.id = u.event_id
                 JOIN store_log l ON l.id = e.log_id WHERE l.space_id = %s ORDER BY u.blob"""
        named = [blob for (blob,) in db.rows(sql, [row.id])]
        return [blob for blob in named if not blobs.has(blob) and not blobs.is_erased(blob)]

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

    def mark_seen(self, carrier: str, name: str) -> None:
        """Once."""
        Carrier.objects.get_or_create(carrier=carrier, page=name)

    def forget_seen(self, carrier: str, name: str) -> None:
        """It is read again when it is there again."""
        Carrier.objects.filter(carrier=carrier, page=name).delete()


def _payload(row: Sequence[bytes | None]) -> Payload | None:
    data, key_id, wrapped = row[4:7]
    return None if data is None else Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b""))


def _held(log: bytes, row: Sequence[bytes]) -> Held:
    digest, seq, header, signature = row[:4]
    return Held(bytes(digest), int(seq), Incoming(log, bytes(header), bytes(signature), _payload(row)))
