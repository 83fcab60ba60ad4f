"""What one write transaction has read and changed so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tejido.ground import blobs
from tejido.ground.store import db
from tejido.ground.store.folding import Context, Stale
from tejido.ground.store.logs import LogInfo, Snapshot, learn_log
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.reading import to_entry
from tejido.ground.store.registry import REDACT, REGISTRY, Entry
from tejido.log import descriptors, identity, membership
from tejido.log.admit import Accepted
from tejido.log.header import Header
from tejido.log.payload import Content

INDEX = "INSERT INTO store_eventindex (event_id, space_id, family, kind, akey) VALUES (%s, %s, %s, %s, %s)"
USE = "INSERT INTO store_blobuse (key, blob, event_id) VALUES (%s, %s, %s)"
HANDLED = {REDACT, *identity.KINDS, *membership.CONTROL}
LASTING = HANDLED - {membership.KEY}
"""Kinds that no redact takes back. Boxes of keys can be: keys are proved by their ids, whoever gives them and how often."""


@dataclass
class Batch:
    """Rows to write, logs whose horizon may move, aggregates to fold again, control events to act upon."""

    shot: Snapshot
    keys: dict[bytes, bytes]
    signed_here: bool = False
    touched: dict[int, LogInfo] = field(default_factory=dict)
    taller: dict[int, SpaceRow] = field(default_factory=dict)  # spaces with a greater head than before
    forked: list[LogInfo] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    control: list[tuple[int, Entry]] = field(default_factory=list)
    stale: Stale = field(default_factory=Stale)
    _index: list[tuple[int, int, str, str, bytes]] = field(default_factory=list)
    _uses: list[tuple[str, str, int]] = field(default_factory=list)

    def log_of(self, one: Accepted) -> LogInfo:
        """The log's row; a genesis makes its own."""
        info = self.shot.logs.get(one.place.log)
        if info is None:
            row = learn_log(descriptors.Log.of_identity(one.hash))
            if row is None:
                raise LookupError("an identity log needs no space")
            info = self.shot.logs.add(row)
        return info

    def grow(self, info: LogInfo, one: Accepted) -> None:
        """Move the log's head, or note a fork; remember the greatest head of the space."""
        row, header = info.row, one.header
        if header.seq == row.head_seq + 1 and bytes.fromhex(header.prev) == bytes(row.head_hash):
            row.head_seq, row.head_hash = header.seq, one.hash
        elif row.forked_at is None or header.seq < row.forked_at:
            row.forked_at = header.seq
            self.forked.append(info)
        space = self.shot.spaces.get(info.log.space)
        if space is not None and header.lam > space.top_lam:
            space.top_lam, space.top_hash = header.lam, one.hash
            self.taller[space.id] = space
        self.shot.places[one.hash] = one.place
        self.touch(info)

    def touch(self, info: LogInfo) -> None:
        """This log's horizon may have moved."""
        self.touched[info.id] = info

    def read(self, event_id: int, digest: bytes, header: Header, log: bytes, content: Content) -> None:
        """An event became readable: index it, and note what it controls."""
        info = self.shot.logs[log]
        entry = to_entry(digest, header, info, content)
        self.entries[event_id] = entry
        family = family_of(entry)
        self._index.append((event_id, info.row.space_id, family, entry.kind, entry.aggregate[:16]))
        self._uses += [(f"{blob}-{event_id}", blob, event_id) for blob in entry.blobs]
        if entry.kind in HANDLED:
            self.control.append((event_id, entry))

    def write_index(self) -> None:
        """Write the index rows gathered so far."""
        db.many(INDEX, self._index)
        db.many(USE, self._uses)
        self._welcome()
        mark_dirty(akey for *_, akey in self._index)
        self._index, self._uses = [], []

    def _welcome(self) -> None:
        """A file that was erased with an earlier edition and that a later one of the same organisation still names.

        Editions and redacts come in any order: where the edition's payload came last, its file was dropped meanwhile."""
        named = blobs.erased_among(blob for _, blob, _ in self._uses) if self._uses else set()
        for _, blob, event_id in self._uses:
            if blob in named and self._erases(self.entries[event_id]):
                blobs.welcome(blob)

    def _erases(self, entry: Entry) -> bool:
        space = self.shot.spaces.get(entry.space)
        if space is None or space.purpose == "own":
            return False
        sql = "SELECT 1 FROM store_redaction WHERE org = %s AND space_id = %s LIMIT 1"
        return bool(db.value(sql, [entry.org, space.id]))

    def redacted_among(self, accepted: Iterable[Accepted]) -> set[bytes]:
        """Those whose redaction arrived before them, by the same organisation in the same space."""
        if not db.value("SELECT 1 FROM store_redaction LIMIT 1"):
            return set()
        by_hash = {one.hash: one for one in accepted}
        sql = """SELECT r.target, e.log_id, e.id, e.seq FROM store_redaction r JOIN store_event e ON e.hash = r.redact
                 WHERE r.target IN ({})"""
        found = set()
        for target, log_id, event_id, seq in db.rows_in(sql, by_hash):
            info, author = self.shot.logs.get(by_hash[bytes(target)].place.log), self.shot.by_id[log_id]
            if info and may_redact(self.shot, author, info) and not ended(author, event_id, seq):
                found.add(bytes(target))
        return found

    def context(self) -> Context:
        """For folding."""
        return Context(self.shot, self.keys, self.entries)


def family_of(entry: Entry) -> str:
    """The family that an event belongs to; a redact belongs to its target's, an identity log's to none."""
    return "" if entry.space == entry.org else family_of_kind(entry.kind, entry.body)


def family_of_kind(kind: str, body: dict[str, Any]) -> str:
    """As `family_of`, for an event that does not stand in an identity log."""
    return REGISTRY.family_of(str(body.get("kind", "")) if kind == REDACT else kind)


def authorised(shot: Snapshot, info: LogInfo) -> bool:
    """Whether the organisation's identity names this log's device, or named it until it was revoked."""
    if info.log.identity:
        return True
    org, device = shot.orgs.get(info.log.org), info.log.device.hex()
    return org is not None and (device in org.devices or device in org.ended)


def may_redact(shot: Snapshot, author: LogInfo, target: LogInfo) -> bool:
    """Whether a redact in one log counts for an event of another: same organisation, same space, a device it named.

    Of an identity log nothing is ever erased: it holds nothing personal, and who signs what follows stands in it."""
    same = (target.log.org, target.log.space) == (author.log.org, author.log.space)
    return same and not target.log.identity and authorised(shot, author)


def ended(info: LogInfo, event_id: int, seq: int) -> bool:
    """Whether this event of a revoked device's log lies beyond its end, or on another branch than the one that counts."""
    row = info.row
    return row.ended_at is not None and (seq >= row.ended_at or (row.branched and aside(event_id)))


def aside(event_id: int) -> bool:
    """Whether an event lies on a branch that was passed over."""
    return bool(db.value("SELECT 1 FROM store_aside WHERE event_id = %s", [event_id]))


def rebuilding_now() -> bool:
    """Whether a rebuild is under way, or was killed and not resumed."""
    return bool(db.value("SELECT 1 FROM store_rebuild WHERE phase <> 'idle'"))


def mark_dirty(akeys: Iterable[bytes]) -> None:
    """Tell a rebuild that is under way that these aggregates changed behind its back."""
    values = [(akey,) for akey in akeys]
    if values and rebuilding_now():
        db.many("INSERT INTO store_dirty (akey) VALUES (%s) ON CONFLICT (akey) DO NOTHING", values)


def stale_between(info: LogInfo, start: int, end: int, stale: Stale, fresh: Sequence[Entry]) -> None:
    """Mark the aggregates of a log's events from `start` to before `end`; `fresh` are its entries in memory."""
    inside = [entry for entry in fresh if start <= entry.seq < end]
    if info.row.forked_at is None and len(inside) == end - start:  # at a fork one seq has several events
        for entry in inside:
            stale.add(family_of(entry), entry.aggregate[:16])
        return
    sql = """SELECT i.family, i.akey FROM store_event e JOIN store_eventindex i ON i.event_id = e.id
             WHERE e.log_id = %s AND e.seq >= %s AND e.seq < %s"""
    for family, akey in db.rows(sql, [info.id, start, end]):
        stale.add(family, bytes(akey))
