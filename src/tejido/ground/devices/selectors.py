"""Devices, forks and sheets as this node knows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson

from tejido.ground.devices import deciding
from tejido.ground.devices.errors import NoSuchDevice, NotResolved
from tejido.ground.devices.models import Confirmed
from tejido.ground.devices.sheets import Sheet
from tejido.ground.network import selectors as network
from tejido.ground.store import db, logs, reading
from tejido.ground.store.logs import LogInfo, Snapshot
from tejido.ground.store.models import Own, Space
from tejido.ground.store.public import known_own
from tejido.ground.witness import public as witness
from tejido.log import checkpoint, identity, lineage
from tejido.log.identity import Authority
from tejido.log.words import fingerprint


@dataclass(frozen=True)
class DeviceInfo:
    """One device of an organisation; `written`: the day of its last readable event here, "" where there is none."""

    key: str
    own: bool
    revoked: bool
    events: int
    written: str

    @property
    def short(self) -> str:
        """Enough of the key to name it."""
        return self.key[:16]


@dataclass(frozen=True)
class ForkInfo:
    """A fork that stops a log: the events that stand in one place, and their signed headers as proof."""

    org: bytes
    log: bytes
    identity: bool
    seq: int
    branches: tuple[bytes, ...]
    headers: tuple[str, ...]

    @property
    def hashes(self) -> tuple[str, ...]:
        """The branches, as a command names them."""
        return tuple(branch.hex() for branch in self.branches)


def devices(org: bytes) -> list[DeviceInfo]:
    """Every device that an organisation has named, those that count first."""
    said, own = deciding.identity_of(org), Own.objects.first()
    mine = bytes(own.device) if own else b""
    shot = logs.snapshot()
    found = [_device(shot, org, key, mine, revoked=False) for key in said.devices]
    return found + [_device(shot, org, key, mine, revoked=True) for key in said.revoked]


def _device(shot: Snapshot, org: bytes, key: bytes, mine: bytes, *, revoked: bool) -> DeviceInfo:
    held = [info for info in shot.logs.values() if (info.log.org, info.log.device) == (org, key)]
    sql = """SELECT (SELECT e.id FROM store_event e WHERE e.log_id = l.id AND e.state = 1 ORDER BY e.seq DESC LIMIT 1)
             FROM store_log l WHERE l.id IN ({})"""
    last = [event for (event,) in db.rows_in(sql, [info.id for info in held]) if event is not None]
    days = [entry.day for entry in reading.entries(last, shot, reading.epoch_keys()).values()]
    return DeviceInfo(key.hex(), key == mine, revoked, sum(i.row.head_seq + 1 for i in held), max(days, default=""))


@dataclass(frozen=True)
class Reach:
    """What a device of ours could read in one space; `since`: the day of the first event held there."""

    name: str
    own: bool
    events: int
    since: str


def reach() -> list[Reach]:
    """Spaces that are not public and in which this organisation is: every one of its devices could read them whole."""
    org = bytes(known_own().org)
    rows = [
        row for row in Space.objects.filter(public=False).order_by("id") if org.hex() in row.members.get("orgs", ())
    ]
    return [_reach(row) for row in rows]


def _reach(row: Space) -> Reach:
    sql = """SELECT e.id FROM store_event e JOIN store_log l ON l.id = e.log_id
             WHERE l.space_id = %s AND e.state = 1 ORDER BY e.lam, e.id LIMIT 1"""
    first = db.value(sql, [row.id])
    found = reading.entries([first] if first else [], logs.snapshot(), reading.epoch_keys())
    counted = """SELECT COUNT(*) FROM store_event e JOIN store_log l ON l.id = e.log_id
                 WHERE l.space_id = %s AND e.state = 1"""
    days = [entry.day for entry in found.values()]
    return Reach(row.name, row.purpose == "own", int(db.value(counted, [row.id])), min(days, default=""))


@dataclass(frozen=True)
class Told:
    """Whether a partner's node says that it holds the last decision of this organisation's sheets; None: it never said."""

    name: str
    knows: bool | None


def told() -> list[Told]:
    """Partners in common spaces, by their last signed statements."""
    org = bytes(known_own().org)
    latest, partners = deciding.identity_of(org).chain[-1], dict[bytes, bool | None]()
    for row in Space.objects.filter(public=False).exclude(purpose="own").order_by("id"):
        partners |= {
            bytes.fromhex(one): None for one in row.members.get("orgs", ()) if bytes.fromhex(one) not in partners
        }
        for data in witness.kept(bytes(row.hash)):
            said = checkpoint.parse(data)
            partners[said.org] = bool(partners.get(said.org)) or any(head.hash == latest for head in said.heads)
    partners.pop(org, None)
    return sorted((Told(network.org_name(one), knows) for one, knows in partners.items()), key=lambda one: one.name)


def device(org: bytes, begins: str) -> bytes:
    """The key of the one device whose key begins so; raises `NoSuchDevice`."""
    found = [one.key for one in devices(org) if begins and one.key.startswith(begins.lower())]
    if len(found) != 1:
        raise NoSuchDevice
    return bytes.fromhex(found[0])


def logs_of(org: bytes, device: bytes) -> list[LogInfo]:
    """Logs of one device."""
    return [i for i in logs.snapshot().logs.values() if (i.log.org, i.log.device) == (org, device)]


FORKS = """SELECT l.org, l.hash, l.space_id, l.stopped_at, e.hash, e.header FROM store_log l
           JOIN store_event e ON e.log_id = l.id AND e.seq = l.stopped_at
           WHERE l.stopped_at IS NOT NULL ORDER BY l.id, e.hash"""


def forks(org: bytes | None = None) -> list[ForkInfo]:
    """Forks that nobody has resolved, of one organisation or of all."""
    found: dict[bytes, ForkInfo] = {}
    for owner, log, space_id, seq, digest, header in db.rows(FORKS):
        if org is not None and bytes(owner) != org:
            continue
        one = found.get(bytes(log)) or ForkInfo(bytes(owner), bytes(log), space_id == 0, seq, (), ())
        branches, headers = (*one.branches, bytes(digest)), (*one.headers, bytes(header).decode())
        found[bytes(log)] = ForkInfo(one.org, one.log, one.identity, seq, branches, headers)
    return [_on_chain(one) for one in found.values()]


def _on_chain(one: ForkInfo) -> ForkInfo:
    """Without events of the same number on branches that were passed over before."""
    prevs = [orjson.loads(header)["prev"] for header in one.headers]
    aside = {bytes(h) for (h,) in db.rows("SELECT e.hash FROM store_aside a JOIN store_event e ON e.id = a.event_id")}
    chain = set(deciding.identity_of(one.org).chain) if one.identity else set()
    kept = [
        place
        for place, prev in enumerate(prevs)
        if not prev or (bytes.fromhex(prev) in chain if one.identity else bytes.fromhex(prev) not in aside)
    ]
    branches = tuple(one.branches[place] for place in kept)
    return ForkInfo(one.org, one.log, one.identity, one.seq, branches, tuple(one.headers[place] for place in kept))


def tip_of(org: bytes, branch: bytes) -> tuple[bytes, Authority]:
    """The end of a branch of an identity log, and who may sign what follows there; where it forks again, the place before."""
    ops = logs.ops_of(org)
    children: dict[bytes, list[bytes]] = {}
    for op in ops:
        children.setdefault(op.prev, []).append(op.hash)
    tip = branch
    while len(children.get(tip, ())) == 1:
        tip = children[tip][0]
    found = lineage.authorities(org, ops).get(tip)
    if found is None:
        raise NotResolved
    return tip, found


def recoveries_after(org: bytes, event: bytes) -> list[bytes]:
    """Recoveries that follow an event of an identity log at once: another one in their place names them."""
    return [op.hash for op in logs.ops_of(org) if op.prev == event and op.kind == identity.RECOVERED]


def keys_digest(org: bytes) -> str:
    """Names today's admin and recovery keys."""
    said = deciding.identity_of(org)
    return sha256(orjson.dumps([said.admin.value(), said.recovery.value()], option=orjson.OPT_SORT_KEYS)).hexdigest()


def sheets_confirmed(org: bytes) -> bool:
    """Whether somebody said that the sheets of today's keys lie on paper."""
    return Confirmed.objects.filter(keys=keys_digest(org)).exists()


def decisions(org: bytes) -> Sequence[tuple[str, str, bool]]:
    """`(hash, kind, whether it counts)` of each event of an identity log, in order."""
    counted = set(deciding.identity_of(org).chain)
    ordered = sorted(logs.ops_of(org), key=lambda op: (op.seq, op.hash))
    return [(op.hash.hex(), op.kind, op.hash in counted) for op in ordered]


def role_of(sheet: Sheet) -> str:
    """What a sheet still signs, in plain words."""
    said = deciding.identity_of(bytes(known_own().org))
    roles = [
        ("an admin sheet that counts", sheet.key.public in said.admin.keys),
        ("a recovery sheet that counts", sheet.key.public in said.recovery.keys),
        ("promised as the next admin key", identity.commitment((sheet.next or sheet.key).public) in said.next),
    ]
    return ", ".join(words for words, holds in roles if holds) or "counts no more: destroy it"


def organisation(named: str) -> bytes | None:
    """The one organisation with this id, name, or words of its fingerprint."""
    known = [bytes(org) for (org,) in db.rows("SELECT hash FROM store_org")]
    found = {org for org in known if named in (org.hex(), fingerprint(org), network.org_name(org))}
    return found.pop() if len(found) == 1 else None
