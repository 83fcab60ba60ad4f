"""Events that name something not held yet: kept apart, capped, and tried again when what they wait for arrives."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import heapify, heapreplace

from tejido.ground.store import db
from tejido.ground.store.models import Waiting as WaitingRow
from tejido.log.admit import Accepted, Incoming, Waiting
from tejido.log.header import event_hash, trusted
from tejido.log.payload import Payload

MOST = 10_000
MOST_BYTES = 64 * 2**20
ROW = 6_000  # what a row weighs besides its bytes: as much as of `MOST_BYTES` there is for each of `MOST`
WEIGHT = """SELECT COUNT(*), COALESCE(SUM(LENGTH(header) + LENGTH(signature) + COALESCE(LENGTH(payload), 0)), 0)
FROM store_waiting"""
ROWS = (
    """SELECT id, log, header, LENGTH(header) + LENGTH(signature) + COALESCE(LENGTH(payload), 0) FROM store_waiting"""
)


def keep(waiting: Sequence[Waiting]) -> None:
    """Keep what waits; beyond the cap some go (they will be offered again)."""
    if not waiting:
        return
    known = {bytes(h) for (h,) in db.rows_in("SELECT hash FROM store_waiting WHERE hash IN ({})", map(_hash, waiting))}
    whole = sorted(waiting, key=lambda one: one.incoming.payload is not None)  # with a payload last: those are kept
    fresh = {_hash(one): one for one in whole}
    again = [(one.missing, _packed(one.incoming), digest) for digest, one in fresh.items() if digest in known]
    db.many("UPDATE store_waiting SET missing = %s, payload = COALESCE(%s, payload) WHERE hash = %s", again)
    WaitingRow.objects.bulk_create(_row(digest, one) for digest, one in fresh.items() if digest not in known)
    _strip_erased(fresh)
    _cut()


def _strip_erased(hashes: Iterable[bytes]) -> None:
    """A redact that came before its target: the payload does not even wait here."""
    if db.value("SELECT 1 FROM store_redaction LIMIT 1"):
        named = db.rows_in("SELECT target FROM store_redaction WHERE target IN ({})", hashes)
        sql = "UPDATE store_waiting SET payload = NULL WHERE hash IN ({})"
        db.execute_in(sql, [bytes(target) for (target,) in named])


def _cut() -> None:
    """Until number and size fit, the log of which most wait gives its events with the greatest `lam`: they would wait longest,
    and their page is read again. So nobody can crowd others out by events that wait for nothing."""
    count, size = db.rows(WEIGHT)[0]
    if count <= MOST and size <= MOST_BYTES:
        return
    logs: dict[bytes, list[tuple[int, int, int]]] = defaultdict(list)
    for row_id, log, header, length in db.rows(ROWS):
        logs[bytes(log)].append((trusted(bytes(header)).lam, row_id, length))
    for listed in logs.values():
        listed.sort()
    heap = [(-sum(ROW + length for *_, length in listed), log) for log, listed in logs.items()]
    heapify(heap)
    going = []
    while count > MOST or size > MOST_BYTES:
        weight, log = heap[0]
        _, row_id, length = logs[log].pop()
        going.append(row_id)
        heapreplace(heap, (weight + ROW + length, log))
        count, size = count - 1, size - length
    db.execute_in("DELETE FROM store_waiting WHERE id IN ({})", going)


def _hash(one: Waiting) -> bytes:
    return event_hash(one.incoming.header)


def _packed(event: Incoming) -> bytes | None:
    return event.payload.pack() if event.payload else None


def _row(digest: bytes, one: Waiting) -> WaitingRow:
    event = one.incoming
    packed = _packed(event)
    return WaitingRow(
        hash=digest, missing=one.missing, log=event.log, header=event.header, signature=event.signature, payload=packed
    )


def ready(accepted: Sequence[Accepted]) -> list[Incoming]:
    """What waited for these events, and what waited for that, in the order of `lam`; the rows stay until settled."""
    if not _any():
        return []
    found: dict[int, WaitingRow] = {row.id: row for row in _for_descriptors()}
    frontier = [one.hash for one in accepted] + [bytes(row.hash) for row in found.values()]
    while frontier:
        ids = [i for (i,) in db.rows_in("SELECT id FROM store_waiting WHERE missing IN ({})", frontier)]
        fresh = {row.id: row for row in WaitingRow.objects.filter(id__in=ids) if row.id not in found}
        found |= fresh
        frontier = [bytes(row.hash) for row in fresh.values()]
    return sorted((_incoming(row) for row in found.values()), key=lambda one: trusted(one.header).lam)


def _any() -> bool:
    return bool(db.value("SELECT 1 FROM store_waiting LIMIT 1"))


def _for_descriptors() -> Sequence[WaitingRow]:
    sql = """SELECT w.id FROM store_waiting w WHERE w.missing IN (SELECT hash FROM store_log)
             OR w.missing IN (SELECT hash FROM store_space)"""
    return list(WaitingRow.objects.filter(id__in=[i for (i,) in db.rows(sql)]))


def settle(hashes: Iterable[bytes]) -> None:
    """Forget what was decided about."""
    if _any():
        db.execute_in("DELETE FROM store_waiting WHERE hash IN ({})", hashes)


def _incoming(row: WaitingRow) -> Incoming:
    payload = Payload.unpack(bytes(row.payload)) if row.payload else None
    return Incoming(bytes(row.log), bytes(row.header), bytes(row.signature), payload)
