"""Spaces, logs and identities as the store knows them. Of logs and identities a write reads those that it needs: anybody in
a space can make them up, and what is read at each write would grow with them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
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


class Logs:
    """Logs by hash, each read when it is asked for first, and the same object from then on."""

    def __init__(self, is_public: Callable[[bytes], bool | None]) -> None:
        self._is_public, self._whole = is_public, False
        self._by_hash: dict[bytes, LogInfo | None] = {}
        self.ids = dict[int, LogInfo]()

    def get(self, log: bytes) -> LogInfo | None:
        """One of them."""
        if log not in self._by_hash:
            self.read([log])
        return self._by_hash[log]

    def __getitem__(self, log: bytes) -> LogInfo:
        found = self.get(log)
        if found is None:
            raise KeyError(log.hex())
        return found

    def read(self, logs: Iterable[bytes]) -> None:
        """These will be asked for: one query."""
        fresh = [log for log in dict.fromkeys(logs) if log not in self._by_hash]
        self._by_hash |= dict.fromkeys(fresh)
        self._add(fresh, "hash")

    def read_ids(self, ids: Iterable[int]) -> None:
        """As `read`, by the rows' keys."""
        self._add([one for one in dict.fromkeys(ids) if one not in self.ids], "id")

    def of_orgs(self, orgs: Iterable[bytes]) -> list[LogInfo]:
        """Every log of these organisations."""
        found = db.rows_in("SELECT id FROM store_log WHERE org IN ({}) ORDER BY id", orgs)
        return self._these([one for (one,) in found])

    def in_space(self, space_id: int) -> list[LogInfo]:
        """Every log of a space."""
        found = db.rows("SELECT id FROM store_log WHERE space_id = %s ORDER BY id", [space_id])
        return self._these([one for (one,) in found])

    def _these(self, ids: Sequence[int]) -> list[LogInfo]:
        self.read_ids(ids)
        return [self.ids[one] for one in ids]

    def _add(self, names: Sequence[bytes | int], column: str) -> None:
        for start in range(0, len(names), db.CHUNK):
            part = names[start : start + db.CHUNK]
            for row in db.load(LogRow, f"WHERE {column} IN ({','.join(['%s'] * len(part))})", part):
                self.add(row)

    def add(self, row: LogRow) -> LogInfo:
        """A row that was read, or made."""
        known = self.ids.get(row.id)
        if known is not None:
            return known
        log = _parsed(bytes(row.descriptor))
        info = LogInfo(row, log, log.identity or bool(self._is_public(log.space)))
        self._by_hash[bytes(row.hash)] = self.ids[row.id] = info
        return info

    def _all(self) -> dict[bytes, LogInfo]:
        if not self._whole:
            for row in db.load(LogRow):
                self.add(row)
            self._whole = True
        return {bytes(info.row.hash): info for _, info in sorted(self.ids.items())}

    def values(self) -> Iterator[LogInfo]:
        """Every log: for those who look at everything."""
        return iter(self._all().values())

    def items(self) -> Iterator[tuple[bytes, LogInfo]]:
        """Every log with its hash."""
        return iter(self._all().items())

    def __len__(self) -> int:
        return len(self._all())


class LogsById:
    """The same by the rows' keys."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs

    def get(self, log_id: int) -> LogInfo | None:
        """One of them."""
        if log_id not in self._logs.ids:
            self._logs.read_ids([log_id])
        return self._logs.ids.get(log_id)

    def __getitem__(self, log_id: int) -> LogInfo:
        found = self.get(log_id)
        if found is None:
            raise KeyError(log_id)
        return found


class Orgs:
    """Identities by hash, each read when it is asked for first."""

    def __init__(self) -> None:
        self._known: dict[bytes, OrgRow | None] = {}

    def get(self, org: bytes) -> OrgRow | None:
        """One of them."""
        if org not in self._known:
            self._known[org] = next(iter(db.load(OrgRow, "WHERE hash = %s", [org])), None)
        return self._known[org]

    def __setitem__(self, org: bytes, row: OrgRow) -> None:
        self._known[org] = row

    def items(self) -> list[tuple[bytes, OrgRow]]:
        """Every one."""
        return [(bytes(row.hash), row) for row in db.load(OrgRow)]


class Snapshot:
    """What `admit` may ask, for one page of events (implements `tejido.log.admit.Known`)."""

    def __init__(self) -> None:
        self.last_id = last_event_id()
        self.spaces = {bytes(row.hash): row for row in db.load(SpaceRow)}
        self.orgs, self.logs = Orgs(), Logs(self.is_public)
        self.by_id = LogsById(self.logs)
        self.places = dict[bytes, Place]()
        self.signing = dict[bytes, Authority]()

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
        found = db.rows_in(sql, events)
        self.logs.read_ids(log_id for _, log_id, *_ in found)
        for digest, log_id, seq, lam in found:
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


def snapshot(wanted: Iterable[bytes] = ()) -> Snapshot:
    """What is known now; the logs `wanted` are read at once."""
    shot = Snapshot()
    shot.logs.read(wanted)
    return shot


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
