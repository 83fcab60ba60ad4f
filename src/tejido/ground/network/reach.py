"""What the exchange core asks of this node's store, and does to it (`tejido.replication.store.ExchangeStore`), beyond
what a folder needs."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

from django.utils import timezone

from tejido.ground import blobs
from tejido.ground.errors import Problem
from tejido.ground.network import crowds
from tejido.ground.store import db, logs
from tejido.ground.store.ingest import MANY, ingest
from tejido.ground.store.models import EpochKey, Org, Own
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.witness import public as witness
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log
from tejido.log.errors import Malformed
from tejido.log.header import trusted
from tejido.log.payload import Payload
from tejido.replication.blobs import Descriptor
from tejido.replication.store import BlobProblem, Head, Held, Point, SharedSpace, Taken

FIRST, MOST = 100, 2000
EVENTS = """SELECT e.hash, e.seq, e.header, e.signature, p.data, k.key_id, k.wrapped FROM store_event e
JOIN store_log l ON l.id = e.log_id LEFT JOIN store_payload p ON p.event_id = e.id
LEFT JOIN store_payloadkey k ON k.event_id = e.id """
LACKING = "p.event_id IS NULL"
SEALED_TO_US = "k.key_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM store_epochkey y WHERE y.key_id = k.key_id)"
COUNT = EVENTS.replace(EVENTS[: EVENTS.index("FROM")], "SELECT COUNT(*) ")
RETRIED = 200
"""Payloads that name a key which never came are asked for again, the newest of them: somebody may have made the key's name up."""
WITHIN = "(l.space_id = %s OR (l.space_id = 0 AND l.org IN ({})))"
NAMED = """SELECT 1 FROM store_blobuse u JOIN store_event e ON e.id = u.event_id JOIN store_log l ON l.id = e.log_id
JOIN store_space s ON s.id = l.space_id WHERE u.blob = %s AND s.purpose <> 'own' LIMIT 1"""


class Reach:
    """Reads and writes of an exchange with another node."""

    def members(self, space: SharedSpace) -> Collection[bytes]:
        """The folded member list."""
        return {bytes.fromhex(org) for org in logs.space_row(space.space.id).members.get("orgs", ())}

    def devices(self, org: bytes) -> Collection[bytes]:
        """Devices that the folded identity names now."""
        found = Org.objects.filter(hash=org).first()
        return {bytes.fromhex(key) for key in found.devices} if found else ()

    def logs(self, space: SharedSpace) -> Sequence[Log]:
        """Identity logs of everybody in the space first, then its logs."""
        return [Log.parse(bytes(row.descriptor)) for row in _log_rows(space)]

    def heads(self, space: SharedSpace) -> Sequence[Head]:
        """Of each log that has an event."""
        return [Head(bytes(row.hash), _tips(row)) for row in _log_rows(space) if row.head_seq >= 0]

    def kept_out(self, space: SharedSpace) -> Collection[bytes]:
        """Logs for which there is no room."""
        return crowds.kept_out(logs.space_row(space.space.id))

    def tips(self, log: bytes) -> Sequence[Point]:
        """Of any log."""
        row = LogRow.objects.filter(hash=log, head_seq__gte=0).first()
        return _tips(row) if row is not None else ()

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these are here."""
        return {bytes(digest) for (digest,) in db.rows_in("SELECT hash FROM store_event WHERE hash IN ({})", events)}

    def hashes(self, log: bytes, tip: Point, seqs: Sequence[int]) -> Sequence[Point]:
        """The events at these seqs on the way to a tip."""
        row = _row_of(log, tip)
        if row is None:
            return []
        wanted = {seq for seq in seqs if 0 <= seq <= tip.seq}
        trunk = wanted if row.forked_at is None else {seq for seq in wanted if seq < row.forked_at}
        sql = "SELECT seq, hash FROM store_event WHERE log_id = %s AND seq IN ({})"
        found = [Point(seq, bytes(digest)) for seq, digest in db.rows_in(sql, trunk, [row.id])]
        if wanted > trunk:
            found += [point for point in _branch(row, tip) if point.seq in wanted]
        return sorted(found)

    def run(self, log: bytes, tip: Point, after: int) -> Iterator[Held]:
        """Events on the way to a tip, in order, read piece by piece."""
        row = _row_of(log, tip)
        if row is None:
            return
        last = tip.seq if row.forked_at is None else min(tip.seq, row.forked_at - 1)
        size = FIRST
        sql = EVENTS + "WHERE e.log_id = %s AND e.seq > %s AND e.seq <= %s ORDER BY e.seq LIMIT %s"
        while after < last and (found := db.rows(sql, [row.id, after, last, size])):
            for one in found:
                yield held_of(log, one)
            after, size = found[-1][1], min(MOST, 2 * size)
        if row.forked_at is not None:
            yield from _held_branch(log, [point for point in _branch(row, tip) if point.seq > after])

    def pending(self, space: SharedSpace, skip: int, most: int) -> Sequence[bytes]:
        """Events whose payload is lacking; for readers also some whose payload names a key that never came."""
        row = logs.space_row(space.space.id)
        within, orgs = _within(row)
        where, values = f"WHERE {within} AND e.state = 0 AND ", [row.id, *orgs]
        found = _hashes(where + LACKING + " ORDER BY e.id", values, skip, most)
        if len(found) < most and reads(row):
            absent = int(db.value(COUNT + where + LACKING, values))
            begin = max(0, skip - absent)
            sealed = min(most - len(found), RETRIED - begin)
            found += _hashes(where + SEALED_TO_US + " ORDER BY e.id DESC", values, begin, max(0, sealed))
        return found

    def payload(self, space: SharedSpace, event: bytes) -> bytes | None:
        """Packed, or None: whoever asks in one space must not get at another's events."""
        row = logs.space_row(space.space.id)
        within, orgs = _within(row)
        found = db.rows(EVENTS + f"WHERE e.hash = %s AND e.state = 1 AND {within}", [event, row.id, *orgs])
        payload = _payload(found[0]) if found else None
        return payload.pack() if payload else None

    def waiting(self) -> int:
        """How many events wait here for others."""
        return int(db.value("SELECT COUNT(*) FROM store_waiting"))

    def fill(self, payloads: Sequence[tuple[bytes, Payload]]) -> Taken:
        """Payloads of events that are held and pending; those of redacted ones are not taken again."""
        by_hash = dict(payloads)
        sql = """SELECT e.hash, l.hash, e.header, e.signature FROM store_event e JOIN store_log l ON l.id = e.log_id
                 WHERE e.state = 0 AND e.hash IN ({})"""
        return take(
            [
                Incoming(bytes(log), bytes(header), bytes(signature), by_hash[bytes(digest)])
                for digest, log, header, signature in db.rows_in(sql, by_hash)
            ]
        )

    # --- blobs

    def lacks_blob(self, blob: str) -> bool:
        """Named by a held payload of a shared space, not here, not erased."""
        return not blobs.has(blob) and not blobs.is_erased(blob) and bool(db.value(NAMED, [blob]))

    def descriptor(self, blob: str) -> bytes | None:
        """Of a whole blob."""
        try:
            return blobs.descriptor(blob).encode()
        except Problem:
            return None

    def chunk(self, blob: str, number: int) -> bytes | None:
        """Verified; None where it is damaged here."""
        vault = blobs.vault()
        try:
            return vault.stored_chunk(blob, number)
        except Problem:
            return None

    def missing_chunks(self, descriptor: Descriptor) -> Sequence[int]:
        """Numbers of those that are not here; none of a blob that is larger than this node takes, which ends in `finish`."""
        vault = blobs.vault()
        if descriptor.size > vault.max_size:
            return ()
        return vault.missing_chunks(descriptor.id, blobs.Descriptor.decode(descriptor.data))

    def next_chunk(self, blob: str) -> int:
        """The first that is not here."""
        return blobs.vault().next_chunk(blob)

    def take_chunk(self, descriptor: Descriptor, number: int, data: bytes) -> None:
        """Verified once more by the vault."""
        try:
            blobs.vault().take_chunk(descriptor.id, blobs.Descriptor.decode(descriptor.data), number, data)
        except Problem as error:
            raise BlobProblem(str(error)) from error

    def part(self, blob: str, number: int, giver: bytes) -> bytes:
        """What that organisation gave of a chunk before its line broke."""
        return blobs.vault().part(blob, number, giver)

    def take_part(self, descriptor: Descriptor, number: int, giver: bytes, start: int, data: bytes) -> None:
        """Kept by giver: whoever gives wrong bytes spoils nobody else's."""
        try:
            found = blobs.Descriptor.decode(descriptor.data)
            blobs.vault().take_part(descriptor.id, found, number, giver, start, data)
        except Problem as error:
            raise BlobProblem(str(error)) from error

    def drop_part(self, descriptor: Descriptor, number: int, giver: bytes) -> None:
        """Begin that chunk anew."""
        blobs.vault().drop_part(descriptor.id, number, giver)

    def finish_blob(self, descriptor: Descriptor) -> bool:
        """Whether it is whole now."""
        try:
            blobs.vault().finish(descriptor.id, blobs.Descriptor.decode(descriptor.data))
        except Problem as error:
            raise BlobProblem(str(error)) from error
        return True

    # --- checkpoints

    def checkpoints(self, space: SharedSpace) -> Sequence[bytes]:
        """The last of every device that counts in the space; our own is made anew where it tells less than is held."""
        witness.own(space.space.id, today=timezone.now().date())
        return witness.kept(space.space.id)

    def take_checkpoint(self, _space: bytes, data: bytes) -> str:
        """What is wrong with it, or nothing; it names its space itself."""
        try:
            witness.take(data, today=timezone.now().date())
        except Malformed as error:
            return str(error)
        return ""


def reads(row: SpaceRow) -> bool:
    """Whether what this node cannot open in a space may be asked for again: its organisation is a member, or was given a key and
    can read no list yet, since these were sealed with a key that is gone (a device that came while it went)."""
    own = Own.objects.first()
    if own is None:
        return False
    given = not bytes(row.opened) and EpochKey.objects.filter(space_id=row.id).exists()
    return given or bytes(own.org).hex() in row.members.get("orgs", ())


def take(incoming: Sequence[Incoming], known: Sequence[Log] = ()) -> Taken:
    """Into the store; a space that this node does not know stays unknown."""
    with ThreadPoolExecutor(2) if len(incoming) >= MANY else nullcontext() as pool:
        report = ingest(incoming, known_logs=known, pool=pool)
    refused = [f"{type(one.error).__name__}: {one.error}" for one in report.refused]
    bad = [f"payload of {digest.hex()[:16]}: {error}" for digest, error in report.bad_payloads]
    return Taken(report.accepted, report.held, report.filled, report.waiting, refused, bad)


def _log_rows(space: SharedSpace) -> list[LogRow]:
    row = logs.space_row(space.space.id)
    mine = list(LogRow.objects.filter(space_id=row.id).order_by("id"))
    orgs = {bytes(log.org) for log in mine} | set(_orgs(row))
    return [*LogRow.objects.filter(space_id=0, org__in=list(orgs)).order_by("id"), *mine]


def _orgs(row: SpaceRow) -> list[bytes]:
    return sorted({bytes(row.owner), *(bytes.fromhex(org) for org in row.members.get("orgs", ()))})


def _within(row: SpaceRow) -> tuple[str, list[bytes]]:
    """Events of a space, and of the identities of its members and of whoever wrote in it."""
    written = db.rows("SELECT DISTINCT org FROM store_log WHERE space_id = %s", [row.id])
    orgs = sorted({*_orgs(row), *(bytes(org) for (org,) in written)})
    return WITHIN.format(",".join(["%s"] * len(orgs))), orgs


def _row_of(log: bytes, tip: Point) -> LogRow | None:
    """The log's row, where the tip is one of its events."""
    row = LogRow.objects.filter(hash=log).first()
    sql = "SELECT 1 FROM store_event WHERE hash = %s AND log_id = %s AND seq = %s"
    return row if row is not None and db.value(sql, [tip.hash, row.id, tip.seq]) else None


def _forked_part(row: LogRow) -> dict[bytes, tuple[int, bytes]]:
    """From the first fork on: event → (seq, prev)."""
    sql = "SELECT hash, seq, header FROM store_event WHERE log_id = %s AND seq >= %s"
    found = db.rows(sql, [row.id, row.forked_at])
    return {bytes(digest): (seq, bytes.fromhex(trusted(bytes(header)).prev)) for digest, seq, header in found}


def _tips(row: LogRow) -> tuple[Point, ...]:
    """The end of each branch; the first two part at the first fork, and so prove it."""
    if row.forked_at is None:
        return (Point(row.head_seq, bytes(row.head_hash)),)
    part = _forked_part(row)
    continued = {prev for _, prev in part.values()}
    tips = sorted(Point(seq, digest) for digest, (seq, _) in part.items() if digest not in continued)
    root = _root(part, tips[0].hash)
    other = next((tip for tip in tips if _root(part, tip.hash) != root), tips[-1])
    return (tips[0], other, *(tip for tip in tips[1:] if tip != other))


def _root(part: dict[bytes, tuple[int, bytes]], event: bytes) -> bytes:
    while part[event][1] in part:
        event = part[event][1]
    return event


def _branch(row: LogRow, tip: Point) -> list[Point]:
    """The places from the first fork to a tip, in order."""
    part, found, event = _forked_part(row), list[Point](), tip.hash
    while event in part:
        found.append(Point(part[event][0], event))
        event = part[event][1]
    return found[::-1]


def _held_branch(log: bytes, points: Sequence[Point]) -> Iterator[Held]:
    for start in range(0, len(points), MOST):
        found = db.rows_in(EVENTS + "WHERE e.hash IN ({})", [point.hash for point in points[start : start + MOST]])
        yield from sorted((held_of(log, one) for one in found), key=lambda held: held.seq)


def _hashes(sql: str, values: Sequence[object], skip: int, most: int) -> list[bytes]:
    found = db.rows(EVENTS + sql + " LIMIT %s OFFSET %s", [*values, most, skip])
    return [bytes(one[0]) for one in found]


def _payload(row: Sequence[bytes | None]) -> Payload | None:
    data, key_id, wrapped = row[4:7]
    return None if data is None else Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b""))


def held_of(log: bytes, row: Sequence[bytes]) -> Held:
    """From a row that `EVENTS` selected."""
    digest, seq, header, signature = row[:4]
    return Held(bytes(digest), int(seq), Incoming(log, bytes(header), bytes(signature), _payload(row)))
