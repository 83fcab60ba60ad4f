"""Spaces, logs and identities as the store knows them: small tables, read whole where needed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import orjson

from tejido.ground.store import db
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.models import Org as OrgRow
from tejido.ground.store.models import Space as SpaceRow
from tejido.log import descriptors
from tejido.log.admit import Place
from tejido.log.header import trusted
from tejido.log.identity import Authority
from tejido.log.lineage import Op, authorities
from tejido.log.payload import SALT


@dataclass
class LogInfo:
    """One log's row with its parsed descriptor."""

    row: LogRow
    log: descriptors.Log
    public: bool  # whether its headers tell kind and aggregate

    @property
    def id(self) -> int:
        """The row's key."""
        return self.row.id


@dataclass
class Snapshot:
    """What `admit` may ask, loaded for one page of events (implements `tejido.log.admit.Known`)."""

    logs: dict[bytes, LogInfo] = field(default_factory=dict)
    by_id: dict[int, LogInfo] = field(default_factory=dict)
    spaces: dict[bytes, SpaceRow] = field(default_factory=dict)
    orgs: dict[bytes, OrgRow] = field(default_factory=dict)
    places: dict[bytes, Place] = field(default_factory=dict)
    signing: dict[bytes, Authority] = field(default_factory=dict)
    last_id: int = 0

    def log(self, log: bytes) -> descriptors.Log | None:
        """The descriptor of a log."""
        found = self.logs.get(log)
        return found.log if found else None

    def is_public(self, space: bytes) -> bool | None:
        """Whether a space's headers are in public form."""
        found = self.spaces.get(space)
        return found.public if found else None

    def prepare(self, events: Iterable[bytes]) -> None:
        """Look up where these stand."""
        sql = "SELECT hash, log_id, seq, lam FROM store_event WHERE hash IN ({})"
        for digest, log_id, seq, lam in db.rows_in(sql, events):
            log = self.by_id[log_id].log
            self.places[bytes(digest)] = Place(log.id, log.space, seq, lam)

    def place(self, event: bytes) -> Place | None:
        """Where a held event stands."""
        return self.places.get(event)

    def authority(self, event: bytes) -> Authority | None:
        """Who may sign what follows a held event of an identity log."""
        if event not in self.signing:
            sql = "SELECT l.hash FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE e.hash = %s"
            org = db.value(sql, [event])
            self.signing |= authorities(bytes(org), ops_of(bytes(org))) if org is not None else {}
        return self.signing.get(event)


def snapshot() -> Snapshot:
    """All logs, spaces and identities."""
    shot = Snapshot(last_id=last_event_id())
    shot.spaces = {bytes(row.hash): row for row in db.load(SpaceRow)}
    shot.orgs = {bytes(row.hash): row for row in db.load(OrgRow)}
    for log_row in db.load(LogRow):
        add_log(shot, log_row)
    return shot


def add_log(shot: Snapshot, row: LogRow) -> LogInfo:
    """Put a log's row into a snapshot."""
    log = _parsed(bytes(row.descriptor))
    info = LogInfo(row, log, log.identity or bool(shot.is_public(log.space)))
    shot.logs[bytes(row.hash)] = info
    shot.by_id[row.id] = info
    return info


@lru_cache(maxsize=4096)
def _parsed(descriptor: bytes) -> descriptors.Log:
    return descriptors.Log.parse(descriptor)


def ops_of(org: bytes) -> list[Op]:
    """The events of an identity log, branches and all."""
    sql = """SELECT e.hash, e.header, p.data FROM store_event e JOIN store_log l ON l.id = e.log_id
             LEFT JOIN store_payload p ON p.event_id = e.id WHERE l.hash = %s"""
    return [_op(bytes(digest), bytes(header), data) for digest, header, data in db.rows(sql, [org])]


def _op(digest: bytes, header: bytes, data: bytes | None) -> Op:
    said = trusted(header)
    body = None if data is None else orjson.loads(bytes(data)[SALT:])
    return Op(digest, bytes.fromhex(said.prev), said.seq, said.kind or "", body)


def last_event_id() -> int:
    """The greatest id given out; ids follow the order of commits."""
    return int(db.value("SELECT COALESCE(MAX(id), 0) FROM store_event"))


def _next_id(table: str) -> int:
    return int(db.value(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}"))  # noqa: S608


def learn_space(space: descriptors.Space, *, name: str = "") -> SpaceRow:
    """Make a space known to this node; knowing it already changes nothing."""
    found = SpaceRow.objects.filter(hash=space.id).first()
    if found:
        return found
    return SpaceRow.objects.create(
        id=_next_id("store_space"),
        hash=space.id,
        descriptor=space.data,
        owner=space.owner,
        public=space.public,
        name=name,
    )


def learn_log(log: descriptors.Log) -> LogRow | None:
    """Make a log known; None where its space is not known to this node."""
    found = LogRow.objects.filter(hash=log.id).first()
    if found:
        return found
    space = None if log.identity else SpaceRow.objects.filter(hash=log.space).first()
    if space is None and not log.identity:
        return None
    return LogRow.objects.create(
        id=_next_id("store_log"), hash=log.id, descriptor=log.data, org=log.org, space_id=space.id if space else 0
    )


def forget_empty(hashes: Iterable[bytes]) -> None:
    """Forget descriptors of which no event turned out to be well-formed: anybody can make them up."""
    sql = """DELETE FROM store_log WHERE head_seq < 0
             AND NOT EXISTS (SELECT 1 FROM store_waiting w WHERE w.log = store_log.hash)
             AND NOT EXISTS (SELECT 1 FROM store_event e WHERE e.log_id = store_log.id) AND hash IN ({})"""
    db.execute_in(sql, hashes)


def space_row(space: bytes) -> SpaceRow:
    """A space's row; raises `SpaceRow.DoesNotExist`."""
    return SpaceRow.objects.get(hash=space)
