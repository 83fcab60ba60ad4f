"""This node's store as the making and taking in of bundles see it."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.utils import timezone

from tejido.ground import blobs
from tejido.ground.blobs import Descriptor as Stored
from tejido.ground.errors import Problem
from tejido.ground.network.replica import NodeStore
from tejido.ground.store import db, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.witness import holding
from tejido.ground.witness import public as witness
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.errors import Malformed
from tejido.log.payload import Payload
from tejido.replication.blobs import Descriptor, urgency
from tejido.replication.carrying import Placed, Span
from tejido.replication.store import BlobProblem, Head, Held, Point, SharedSpace, Taken

PORTION = 1000
ARRIVED = """SELECT e.id, e.log_id, e.seq, e.hash, e.header, e.signature, p.data, k.key_id, k.wrapped FROM store_event e
LEFT JOIN store_payload p ON p.event_id = e.id LEFT JOIN store_payloadkey k ON k.event_id = e.id
WHERE e.id > %s AND e.id <= %s ORDER BY e.id LIMIT %s"""
FIRST = "SELECT id FROM store_event WHERE log_id = %s AND seq >= %s ORDER BY seq LIMIT 1"
NAMED = """SELECT u.blob, e.seq FROM store_blobuse u JOIN store_event e ON e.id = u.event_id
           WHERE e.log_id = %s AND e.seq >= %s AND e.seq <= %s AND e.id <= %s"""
NAMES = "SELECT 1 FROM store_blobuse WHERE blob = %s LIMIT 1"


class BundleStore(NodeStore):
    """The node's database and vault; `pool` verifies signatures on its threads."""

    def __init__(self, pool: ThreadPoolExecutor | None = None) -> None:
        self._pool = pool

    # --- what is given

    def members(self, space: SharedSpace) -> Collection[bytes]:
        """Organisations in a space's folded member list."""
        return [bytes.fromhex(org) for org in logs.space_row(space.space.id).members.get("orgs", ())]

    def heads(self, space: SharedSpace) -> Sequence[Head]:
        """Of every log of the space, and of the identities of its writers."""
        found: dict[bytes, list[Point]] = {}
        for log, seq, digest in holding.heads(logs.space_row(space.space.id)):
            found.setdefault(log, []).append(Point(seq, digest))
        return [Head(log, tuple(tips)) for log, tips in found.items()]

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these are here."""
        return [bytes(one) for (one,) in db.rows_in("SELECT hash FROM store_event WHERE hash IN ({})", set(events))]

    def latest(self) -> int:
        """The place of the event that came last."""
        return logs.last_event_id()

    def arrived(self, spans: Sequence[Span], upto: int) -> Iterator[Placed]:
        """In the order in which they came: whatever one of them names came before it."""
        wanted = {row: span for span in spans if (row := _log_row(span.log)) is not None}
        start = min((_first(row, span.first) for row, span in wanted.items()), default=upto) - 1
        while found := db.rows(ARRIVED, [start, upto, PORTION]):
            for one in found:
                span = wanted.get(one[1])
                if span is not None and span.first <= one[2] <= span.last:
                    yield Placed(span.log, _held(span.log.id, one))
            start = found[-1][0]

    def blobs_of(self, spans: Sequence[Span], upto: int) -> Sequence[str]:
        """People's words before people's pictures is decided by whoever names them; here the small come first."""
        named: set[str] = set()
        for span in spans:
            row = _log_row(span.log)
            named.update(blob for blob, _ in db.rows(NAMED, [row, span.first, span.last, upto]))
        sizes = {blob: blobs.descriptor(blob).size for blob in sorted(named) if blobs.has(blob)}
        return sorted(sizes, key=lambda blob: (urgency("", sizes[blob]), blob))

    def descriptor(self, blob: str) -> bytes | None:
        """Of a whole blob."""
        return blobs.descriptor(blob).encode() if blobs.has(blob) and not blobs.is_erased(blob) else None

    def chunk(self, blob: str, number: int) -> bytes | None:
        """As it is stored."""
        try:
            return blobs.vault().stored_chunk(blob, number)
        except Problem:
            return None

    def checkpoints(self, space: SharedSpace) -> Sequence[bytes]:
        """The last statement of every device that counts there."""
        return witness.kept(space.space.id)

    # --- what is taken

    def ingest(self, incoming: Sequence[Incoming], spaces: Sequence[Space], known: Sequence[Log]) -> Taken:
        """The ordinary way in. A space that this node does not know stays unknown."""
        own = {bytes(h) for h in SpaceRow.objects.values_list("hash", flat=True)}
        report = ingest(incoming, spaces=[s for s in spaces if s.id in own], known_logs=known, pool=self._pool)
        refused = [f"{type(one.error).__name__}: {one.error}" for one in report.refused]
        bad = [f"payload of {digest.hex()[:16]}: {error}" for digest, error in report.bad_payloads]
        return Taken(report.accepted, report.held, report.filled, report.waiting, refused, bad)

    def lacks_blob(self, blob: str) -> bool:
        """Named by a payload that is held, not here, not erased."""
        return not blobs.has(blob) and not blobs.is_erased(blob) and db.value(NAMES, [blob]) is not None

    def missing_chunks(self, descriptor: Descriptor) -> Sequence[int]:
        """Of a transfer that was begun, the rest."""
        return blobs.vault().missing_chunks(descriptor.id, _stored(descriptor))

    def take_chunk(self, descriptor: Descriptor, number: int, data: bytes) -> None:
        """Verified, then kept."""
        if not descriptor.matches(number, data):
            raise BlobProblem(f"chunk {number + 1} has the wrong bytes")
        blobs.vault().storage.write(f"{descriptor.id}/{number}", data)

    def finish_blob(self, descriptor: Descriptor) -> bool:
        """Every chunk is looked at once more."""
        if self.missing_chunks(descriptor):
            return False
        try:
            blobs.receive(descriptor.id, _stored(descriptor), lambda _number: b"")
        except Problem as error:
            raise BlobProblem(str(error)) from error
        return True

    def take_checkpoint(self, space: bytes, data: bytes) -> str:
        """What is wrong with it, or nothing."""
        del space  # the statement names its own
        try:
            witness.take(data, today=timezone.now().date())
        except Malformed as error:
            return str(error)
        return ""


def _stored(descriptor: Descriptor) -> Stored:
    return Stored(descriptor.chunks, descriptor.size)


def _log_row(log: Log) -> int | None:
    found = db.value("SELECT id FROM store_log WHERE hash = %s", [log.id])
    return None if found is None else int(found)


def _first(log: int, seq: int) -> int:
    return int(db.value(FIRST, [log, seq]) or 1)


def _held(log: bytes, row: Sequence[bytes]) -> Held:
    seq, digest, header, signature, data, key_id, wrapped = row[2:]
    payload = None if data is None else Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b""))
    return Held(bytes(digest), int(seq), Incoming(log, bytes(header), bytes(signature), payload))
