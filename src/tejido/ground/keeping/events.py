"""Checks of the log itself: every signature and hash, the chains, payloads against their commitments, the index.

An auditor of its own: it says again what well-formed means instead of asking the code that admitted the events.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tejido.ground.keeping.faults import Fault, Findings, warning
from tejido.ground.keeping.rows import batches, place
from tejido.ground.store import db, logs, reading
from tejido.ground.store.batch import HANDLED, family_of
from tejido.ground.store.logs import LogInfo, Snapshot
from tejido.ground.store.models import Event
from tejido.ground.store.registry import Entry
from tejido.log import header as headers
from tejido.log import identity, keys
from tejido.log.descriptors import Space
from tejido.log.errors import BadPayload, BadSignature, Malformed
from tejido.log.header import Header
from tejido.log.payload import Payload

EVENTS = "SELECT id, log_id, seq, lam, hash, header, signature FROM store_event WHERE id > %s ORDER BY id LIMIT %s"
CONTENT = """SELECT e.id, e.log_id, e.seq, e.state, e.hash, e.header, p.data, k.key_id, k.wrapped FROM store_event e
LEFT JOIN store_payload p ON p.event_id = e.id LEFT JOIN store_payloadkey k ON k.event_id = e.id
WHERE e.id > %s ORDER BY e.id LIMIT %s"""


def descriptors() -> Findings:
    """Spaces and logs are named by the hash of what describes them."""
    shot = logs.snapshot()
    for space in shot.spaces.values():
        if Space.parse(bytes(space.descriptor)).id != bytes(space.hash):
            yield Fault("descriptors", f"space {bytes(space.hash).hex()[:12]}", "its descriptor has another hash")
    for info in shot.logs.values():
        if info.log.id != bytes(info.row.hash) or info.log.org != bytes(info.row.org):
            yield Fault("descriptors", f"log {bytes(info.row.hash).hex()[:12]}", "its descriptor has another hash")
    return f"{len(shot.spaces)} spaces and {len(shot.logs)} logs"


def signatures() -> Findings:
    """Every header parsed, hashed and verified anew."""
    shot, count = logs.snapshot(), 0
    for rows in batches(EVENTS):
        count += len(rows)
        for _id, log_id, seq, _lam, digest, header, signature in rows:
            problem = _signed(shot, shot.by_id.get(log_id), bytes(digest), bytes(header), bytes(signature))
            if problem:
                yield Fault("signatures", _where(shot, log_id, seq), problem)
    return f"{count:,} events: hashes and signatures are right"


def _where(shot: Snapshot, log_id: int, seq: int) -> str:
    info = shot.by_id.get(log_id)
    return place(info.row.hash, seq) if info else f"log number {log_id} seq {seq}"


def _signed(shot: Snapshot, info: LogInfo | None, digest: bytes, header: bytes, signature: bytes) -> str:
    if info is None:
        return "belongs to a log that is not held"
    try:
        parsed = headers.parse(header)
        if headers.event_hash(header) != digest:
            return "its header has another hash: it was changed"
        _verify(shot, info, header, signature)
    except Malformed as error:
        return str(error)
    named = bytes.fromhex(parsed.log) or digest
    return "" if named == info.log.id else "its header names another log"


def _verify(shot: Snapshot, info: LogInfo, header: bytes, signature: bytes) -> None:
    if not info.log.identity:
        return keys.verify(keys.EVENT, header, signature, info.log.device)
    digest = headers.event_hash(header)
    op = next(one for one in logs.ops_of(info.log.org) if one.hash == digest)
    kind, body = op.kind, op.body or {}
    if kind == identity.GENESIS:
        return identity.verify(header, signature, identity.parse_genesis(info.log.org, body).admin)
    before = shot.authority(op.prev)
    if before is None:
        raise BadSignature("the organisation's genesis is not held")
    identity.check(header, kind, body, signature, before)
    return None


class _Row(NamedTuple):
    log_id: int
    seq: int
    lam: int


def chains() -> Findings:
    """seq, prev and lam of every event against what it names, and every log without a gap up to its head."""
    shot, count = logs.snapshot(), 0
    for rows in batches(EVENTS):
        count += len(rows)
        parsed = [headers.trusted(bytes(row[5])) for row in rows]
        named = _named(parsed)
        for row, header in zip(rows, parsed, strict=True):
            for problem in _chained(header, _Row(*row[1:4]), named, shot):
                yield Fault("chains", _where(shot, row[1], row[2]), problem)
    yield from _whole(shot)
    return f"{count:,} events in {len(shot.logs)} logs: no gap"


def _named(parsed: Iterable[Header]) -> dict[str, _Row]:
    names = {name for header in parsed for name in (header.prev, *header.deps) if name}
    sql = "SELECT hash, log_id, seq, lam FROM store_event WHERE hash IN ({})"
    return {bytes(h).hex(): _Row(*rest) for h, *rest in db.rows_in(sql, map(bytes.fromhex, names))}


def _chained(header: Header, row: _Row, named: Mapping[str, _Row], shot: Snapshot) -> Iterable[str]:
    if (header.seq, header.lam) != (row.seq, row.lam):
        yield "its row has another seq or lam than its header"
    absent = [name for name in (header.prev, *header.deps) if name and name not in named]
    if absent:
        yield f"names an event that is not held ({absent[0][:12]})"
        return
    prev = named.get(header.prev)
    if prev and (prev.log_id != row.log_id or prev.seq != header.seq - 1):
        yield "its prev is not the event before it"
    space = _space(shot, row)
    near = [dep for dep in map(named.__getitem__, header.deps) if _space(shot, dep) == space != 0]
    greatest = max((one.lam for one in [*near, *([prev] if prev else [])]), default=0)
    if header.lam != greatest + 1:
        yield f"lam is {header.lam}; by prev and deps it is {greatest + 1}"


def _space(shot: Snapshot, row: _Row) -> int:
    info = shot.by_id.get(row.log_id)
    return info.row.space_id if info else 0


def _whole(shot: Snapshot) -> Iterable[Fault]:
    sql = "SELECT log_id, COUNT(DISTINCT seq), MAX(seq) FROM store_event GROUP BY log_id"
    held = {log_id: (count, greatest) for log_id, count, greatest in db.rows(sql)}
    head = "SELECT 1 FROM store_event WHERE log_id = %s AND seq = %s AND hash = %s"
    for info in shot.logs.values():
        count, greatest = held.get(info.id, (0, -1))
        row = info.row
        if count != greatest + 1:
            yield Fault("chains", place(row.hash, greatest), f"{greatest + 1 - count} events before it are missing")
        if row.forked_at is None and row.head_seq != greatest:
            yield Fault("chains", place(row.hash, greatest), f"the head is noted as seq {row.head_seq}")
        if row.head_seq >= 0 and not db.value(head, [info.id, row.head_seq, bytes(row.head_hash)]):
            yield Fault("chains", place(row.hash, row.head_seq), "the noted head is not held")


def forks() -> Findings:
    """Logs with two events of one seq: both stay, folding stops there until the organisation resolves it."""
    sql = (
        "SELECT log_id, MIN(seq) FROM (SELECT log_id, seq FROM store_event GROUP BY log_id, seq HAVING COUNT(*) > 1) f"
    )
    forked = dict(db.rows(sql + " GROUP BY log_id"))
    shot = logs.snapshot()
    for info in shot.logs.values():
        first, noted = forked.get(info.id), info.row.forked_at
        if first != noted:
            yield Fault("forks", place(info.row.hash, first or 0), f"fork noted at {noted}, found at {first}")
        elif first is not None:
            whose = f"organisation {info.log.org.hex()[:12]} wrote two different events; nothing from there on counts"
            yield Fault("forks", place(info.row.hash, first), whose)
    return f"none in {len(shot.logs)} logs"


def payloads() -> Findings:
    """Every payload opened and compared with its commitment, and the index against what it says."""
    shot, epoch_keys, count = logs.snapshot(), reading.epoch_keys(), 0
    for rows in batches(CONTENT):
        entries: dict[int, Entry] = {}
        for row in rows:
            count += row[6] is not None
            found = _content(row, shot, epoch_keys)
            if isinstance(found, str):
                yield Fault("payloads", _where(shot, row[1], row[2]), found)
            elif found is not None:
                entries[row[0]] = found
        for event_id, problem in _misindexed(entries, rows[0][0], rows[-1][0], shot):
            seq = entries[event_id].seq if event_id in entries else 0
            yield Fault("index", f"event number {event_id} (seq {seq})", problem)
    yield from _orphans()
    return f"{count:,} payloads are what their events commit to, and are indexed so"


def _content(row: Any, shot: Snapshot, epoch_keys: Mapping[bytes, bytes]) -> Entry | str | None:
    """The entry of a readable event; a text where something is wrong; None where there is nothing to read."""
    _id, log_id, _seq, state, digest, header, data, key_id, wrapped = row
    if state == Event.REDACTED:
        return None if data is None and key_id is None else "was erased, but its payload or key is still here"
    if data is None:
        return "counts as readable, but its payload is gone" if state == Event.READABLE else None
    parsed = headers.trusted(bytes(header))
    try:
        plain = reading.opened(Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b"")), epoch_keys)
        if plain is None:
            return "counts as readable, but its space's key is gone" if state == Event.READABLE else None
        content = reading.checked_content(plain, parsed)
    except BadPayload as error:
        return str(error)
    if state == Event.PENDING:
        return "its payload can be read, but it counts as pending"
    return reading.to_entry(bytes(digest), parsed, shot.by_id[log_id], content)


def _misindexed(entries: Mapping[int, Entry], first: int, last: int, shot: Snapshot) -> Iterable[tuple[int, str]]:
    sql = "SELECT event_id, space_id, family, kind, akey FROM store_eventindex WHERE event_id BETWEEN %s AND %s"
    held = {row[0]: (row[1], row[2], row[3], bytes(row[4])) for row in db.rows(sql, [first, last])}
    uses = "SELECT event_id, blob FROM store_blobuse WHERE event_id BETWEEN %s AND %s"
    named: dict[int, set[str]] = {}
    for event_id, blob in db.rows(uses, [first, last]):
        named.setdefault(event_id, set()).add(blob)
    for event_id, entry in entries.items():
        space = shot.logs[entry.log].row.space_id
        if held.pop(event_id, None) != (space, family_of(entry), entry.kind, entry.aggregate[:16]):
            yield event_id, "its row in the index is missing or wrong: run `tejido rebuild`"
        if named.pop(event_id, set()) != set(entry.blobs):
            yield event_id, "the files that it names are noted wrongly: run `tejido rebuild`"
    for event_id in held.keys() | named.keys():
        yield event_id, "is indexed, but cannot be read: run `tejido rebuild`"


def _orphans() -> Iterable[Fault]:
    for table in ("payload", "payloadkey", "eventindex", "blobuse"):
        sql = f"SELECT COUNT(*) FROM store_{table} WHERE event_id NOT IN (SELECT id FROM store_event)"  # noqa: S608
        if count := db.value(sql):
            yield Fault("payloads", table, f"{count} rows belong to no event")


def pending() -> Findings:
    """Events without a readable payload, and events that wait for another."""
    sql = """SELECT l.hash, COUNT(*), MIN(e.seq), COUNT(p.event_id) FROM store_event e JOIN store_log l ON l.id = e.log_id
             LEFT JOIN store_payload p ON p.event_id = e.id WHERE e.state = 0 GROUP BY l.hash ORDER BY l.hash"""
    for log, count, first, sealed in db.rows(sql):
        lacking = f"{count - sealed} without their payload, {sealed} without a key"
        message = f"{count} events cannot be read yet ({lacking}); nothing from there on counts. Exchange again"
        yield warning("pending", place(log, first), message)
    return "every event that is not erased can be read"


def waiting() -> Findings:
    """Events that name something not held."""
    sql = "SELECT missing, COUNT(*) FROM store_waiting GROUP BY missing ORDER BY COUNT(*) DESC, missing"
    rows = db.rows(sql)
    for missing, count in rows:
        message = f"{count} events name it, and it is not held. Exchange with whoever has it"
        yield warning("waiting", bytes(missing).hex()[:12], message)
    return "no event waits for another"


def unknown_kinds() -> Findings:
    """Kinds that this version does not know are kept and passed on."""
    sql = "SELECT kind, COUNT(*) FROM store_eventindex WHERE family = '' GROUP BY kind ORDER BY kind"
    unknown = [(kind, count) for kind, count in db.rows(sql) if kind not in HANDLED]
    yield from ()
    listed = ", ".join(f"{kind} ({count})" for kind, count in unknown[:10])
    return f"{sum(c for _, c in unknown)} events of unknown kinds: {listed}" if unknown else "every kind is known"
