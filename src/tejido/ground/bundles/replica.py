"""This node's store as the making of bundles sees it: beyond an exchange with one node, the order in which things came."""

from collections.abc import Iterator, Sequence

from tejido.ground import blobs
from tejido.ground.network.replica import NodeStore
from tejido.ground.network.urgency import Urgency
from tejido.ground.store import db, logs
from tejido.ground.witness import public as witness
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.payload import Payload
from tejido.replication.carrying import Placed, Span
from tejido.replication.store import Held, SharedSpace

PORTION = 1000
ARRIVED = """SELECT e.id, e.log_id, e.seq, e.hash, e.header, e.signature, p.data, k.key_id, k.wrapped FROM store_event e
LEFT JOIN store_payload p ON p.event_id = e.id LEFT JOIN store_payloadkey k ON k.event_id = e.id
WHERE e.id > %s AND e.id <= %s ORDER BY e.id LIMIT %s"""
FIRST = "SELECT id FROM store_event WHERE log_id = %s AND seq >= %s ORDER BY seq LIMIT 1"
NAMED = """SELECT u.blob, u.event_id FROM store_blobuse u JOIN store_event e ON e.id = u.event_id
           WHERE e.log_id = %s AND e.seq >= %s AND e.seq <= %s AND e.id <= %s"""


class BundleStore(NodeStore):
    """The node's database and vault."""

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
        """People's words before people's pictures."""
        named: dict[str, int] = {}
        for span in spans:
            found = db.rows(NAMED, [_log_row(span.log), span.first, span.last, upto])
            named |= {blob: event for blob, event in found if blob not in named and blobs.has(blob)}
        return Urgency().sort(named)

    def checkpoints(self, space: SharedSpace) -> Sequence[bytes]:
        """The last statement of every device that counts there; ours was made anew before the bundle was begun."""
        return witness.kept(space.space.id)


def _log_row(log: Log) -> int | None:
    found = db.value("SELECT id FROM store_log WHERE hash = %s", [log.id])
    return None if found is None else int(found)


def _first(log: int, seq: int) -> int:
    return int(db.value(FIRST, [log, seq]) or 1)


def _held(log: bytes, row: Sequence[bytes]) -> Held:
    seq, digest, header, signature, data, key_id, wrapped = row[2:]
    payload = None if data is None else Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b""))
    return Held(bytes(digest), int(seq), Incoming(log, bytes(header), bytes(signature), payload))
