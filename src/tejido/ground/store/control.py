"""After events were stored: what they change beyond their own aggregate, then horizons, then folding.

Identities, member lists, epoch keys and redactions act here, each as a function of the set of events held, so that the
order in which they came makes no difference.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tejido.ground.store import courses, db, erasing, keyring
from tejido.ground.store.batch import Batch, aside, authorised, ended, mark_dirty, stale_between
from tejido.ground.store.folding import refold
from tejido.ground.store.logs import LogInfo, ops_of
from tejido.ground.store.models import Event
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.models import Org as OrgRow
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.reading import LOAD, checked_content, from_rows, opened
from tejido.ground.store.registry import REDACT, Entry
from tejido.log import identity, lineage, membership
from tejido.log.descriptors import is_hex
from tejido.log.errors import BadPayload
from tejido.log.header import trusted
from tejido.log.membership import UNLIMITED
from tejido.log.payload import Payload

HEADS = """UPDATE store_log SET head_seq = %s, head_hash = %s, forked_at = %s, stopped_at = %s, ended_at = %s,
           branched = %s, allowed = %s, horizon = %s WHERE id = %s"""
OWN = "own"
NOT_CURRENT = "UPDATE store_epochkey SET lam = 0 WHERE space_id = %s"
Order = tuple[int, bytes, bytes, int, bytes]
SEALED = LOAD + "WHERE k.key_id = %s AND e.state = 0"


def settle(batch: Batch) -> None:
    """Act upon control events until nothing more opens, move horizons, fold what changed, save logs and spaces."""
    batch.write_index()
    _act_on_forks(batch)
    batch.write_index()
    while batch.control:
        acting, batch.control = batch.control, []
        _act(acting, batch)
        batch.write_index()
    for space in erasing.apply_due(batch):
        _say_current_anew(space, batch)
    batch.write_index()
    _move_horizons(batch)
    _save_spaces(batch)
    if batch.stale:
        mark_dirty(batch.stale.all())
        refold(batch.stale, batch.context())


def _act(acting: list[tuple[int, Entry]], batch: Batch) -> None:
    orgs = {entry.org or entry.hash for _, entry in acting if entry.kind in identity.KINDS}
    spaces = {entry.space for _, entry in acting if entry.kind in membership.CONTROL}
    for org in orgs:
        _fold_identity(org, batch)
    mine = [info for info in batch.shot.logs.of_orgs(orgs) if not info.log.identity]
    _bend(mine, batch)
    for space in spaces | {info.log.space for info in mine}:
        _fold_members(space, batch)
        _take_keys(space, batch)
    erasing.note([entry for _, entry in acting if entry.kind == REDACT], batch)


def _act_on_forks(batch: Batch) -> None:
    """Control events beyond a fork lose their effect, whether the fork or they came first."""
    changed = {info.log.space for info in _bend(list(batch.touched.values()), batch)}
    again = [info for info in batch.touched.values() if info.log.identity and info.row.forked_at is not None]
    for info in {info.id: info for info in [*batch.forked, *again]}.values():
        if info.log.identity:
            _fold_identity(info.log.org, batch)
        mine = batch.shot.logs.of_orgs([info.log.org])
        if info.log.identity:
            _bend(mine, batch)
        changed |= {one.log.space for one in (mine if info.log.identity else [info])}
    for space in changed:
        _fold_members(space, batch)
        _take_keys(space, batch)
    batch.forked = []


def _bend(infos: Sequence[LogInfo], batch: Batch) -> list[LogInfo]:
    """Decide anew which branches count and where logs end; what follows for redacts and for epoch keys."""
    changed = courses.bend(infos, batch)
    erasing.take_back([info for info in changed if info.row.ended_at is not None], batch)
    for info in changed:
        space = batch.shot.spaces.get(info.log.space)
        if space is not None and bytes(space.owner) == info.log.org and info.row.ended_at is not None:
            db.execute(NOT_CURRENT, [space.id])  # `_take_keys` says anew
    return changed


def _say_current_anew(space: bytes, batch: Batch) -> None:
    """Boxes went: what the owner's other events say of the current key counts, whether those that went were read before."""
    db.execute(NOT_CURRENT, [batch.shot.spaces[space].id])
    _take_keys(space, batch)


def _control_entries(batch: Batch, space_id: int) -> list[tuple[int, Entry]]:
    """Readable control events in a space, by whomever, in the order of folding."""
    kinds = sorted(membership.CONTROL)
    marks = ",".join(["%s"] * len(kinds))
    sql = LOAD + f"JOIN store_eventindex i ON i.event_id = e.id WHERE i.space_id = %s AND i.kind IN ({marks})"
    return sorted(from_rows(db.rows(sql, [space_id, *kinds]), batch.shot, batch.keys), key=lambda one: one[1].order)


def _below_fork(event_id: int, entry: Entry, batch: Batch) -> bool:
    row = batch.shot.logs[entry.log].row
    return (row.stopped_at is None or entry.seq < row.stopped_at) and not (row.branched and aside(event_id))


def folded_identity(org: bytes) -> identity.Identity | None:
    """What an organisation's identity log says; None where its genesis is not held."""
    return lineage.fold(org, ops_of(org))


def _fold_identity(org: bytes, batch: Batch) -> None:
    folded = folded_identity(org)
    if folded is None:
        return
    row = batch.shot.orgs.get(org)
    if row is None:
        last = int(db.value("SELECT COALESCE(MAX(id), 0) + 1 FROM store_org"))
        row = OrgRow(id=last, hash=org)
    row.admin = folded.admin.value()
    row.devices = {device.key.hex(): device.age for device in folded.devices.values()}
    row.ended, row.resolved = ended_value(folded), resolved_value(folded)
    row.save()
    batch.shot.orgs[org] = row
    log = batch.shot.logs[org].row
    log.stopped_at = folded.forked_at
    if log.forked_at is not None:
        log.head_seq, log.head_hash = len(folded.chain) - 1, folded.chain[-1]
    for info in batch.shot.logs.of_orgs([org]):
        batch.touch(info)


def ended_value(folded: identity.Identity) -> dict[str, Any]:
    """Revoked devices as an organisation's row keeps them."""
    ends = folded.revoked.items()
    return {key.hex(): {log.hex(): [pin.seq, pin.hash.hex()] for log, pin in pins.items()} for key, pins in ends}


def resolved_value(folded: identity.Identity) -> list[Any]:
    """Resolutions as an organisation's row keeps them."""
    listed = folded.resolved
    return [[one.log.hex(), one.seq, sorted(b.hex() for b in one.branches), one.keep.hex()] for one in listed]


def folded_members(row: SpaceRow, batch: Batch) -> membership.Members:
    """What the owner's control events say of a space."""
    owned = (entry for event_id, entry in _owned(row, batch) if _below_fork(event_id, entry, batch))
    return membership.fold((entry.kind, entry.hash, entry.body) for entry in owned)


def list_entries(row: SpaceRow, batch: Batch) -> list[Entry]:
    """Every member list that counted in a space, in order, as the owner wrote it."""
    found = []
    for event_id, entry in _owned(row, batch):
        if entry.kind == membership.MEMBERS and _below_fork(event_id, entry, batch):
            listed = membership.fold([(entry.kind, entry.hash, entry.body)])
            if listed != membership.Members():
                found.append(entry)
    return found


def member_lists(row: SpaceRow, batch: Batch) -> list[tuple[Order, frozenset[bytes]]]:
    """Every member list that counted in a space, in order, with its place: who was in it when something was written."""
    entries = list_entries(row, batch)
    return [(one.order, membership.fold([(one.kind, one.hash, one.body)]).orgs) for one in entries]


def members_value(state: membership.Members) -> dict[str, Any]:
    """As a space's row keeps it."""
    pins = {log.hex(): [pin.seq, pin.hash.hex()] for log, pin in state.pins.items()}
    return {"orgs": sorted(org.hex() for org in state.orgs), "pins": pins}


def _fold_members(space: bytes, batch: Batch) -> None:
    row = batch.shot.spaces.get(space)
    if row is None:
        return
    state = folded_members(row, batch)
    row.folder, row.opened = state.folder or row.folder, state.opened
    if state.purpose != OWN or bytes(row.owner) == bytes(db.value("SELECT org FROM store_own") or b""):
        row.purpose = state.purpose or row.purpose  # another's "own" space would vanish from exchanges here
    row.members = members_value(state)
    row.save()
    for info in batch.shot.logs.in_space(row.id):
        batch.touch(info)


def _owned(row: SpaceRow, batch: Batch) -> list[tuple[int, Entry]]:
    """Control events of a space, by devices that its owner's identity names, up to the end of those that were revoked."""
    found = _control_entries(batch, row.id)
    return [one for one in found if one[1].org == bytes(row.owner) and _may_control(*one, batch)]


def _may_control(event_id: int, entry: Entry, batch: Batch) -> bool:
    info = batch.shot.logs[entry.log]
    return authorised(batch.shot, info) and not ended(info, event_id, entry.seq)


def _take_keys(space: bytes, batch: Batch) -> None:
    """Whoever gives a key, it is taken: its id proves it, and an owner who lost all devices is given its own keys back by
    members. Which key is current, the owner alone says; keys of forked logs count, too, since what they opened would
    otherwise depend on which branch came first."""
    row = batch.shot.spaces.get(space)
    if row is None:
        return
    for _, entry in _control_entries(batch, row.id):
        if entry.kind == membership.KEY:
            for key in keyring.open_boxes(entry.body):
                _add_key(row, key, batch)
    for _, entry in _owned(row, batch):
        if entry.kind == membership.KEY and is_hex(entry.body.get("current"), 32):
            keyring.make_current(row.id, bytes.fromhex(entry.body["current"]), entry.lam)


def _add_key(row: SpaceRow, key: bytes, batch: Batch) -> None:
    key_id = keyring.learn_epoch_key(row.id, key, 0)
    if key_id in batch.keys:
        return
    batch.keys[key_id] = key
    for event_id, _log, _seq, _lam, digest, header, data, kid, wrapped in db.rows(SEALED, [key_id]):
        _unseal(batch, event_id, bytes(digest), bytes(header), Payload(bytes(data), bytes(kid), bytes(wrapped)))


def _unseal(batch: Batch, event_id: int, digest: bytes, header: bytes, payload: Payload) -> None:
    parsed = trusted(header)
    log = bytes.fromhex(parsed.log)
    try:
        plain = opened(payload, batch.keys)
        if plain is None:
            return
        batch.read(event_id, digest, parsed, log, checked_content(plain, parsed))
    except BadPayload:
        erasing.drop_payloads([event_id])  # what opens but is not what the header commits to counts as not arrived
        return
    db.execute("UPDATE store_event SET state = %s WHERE id = %s", [Event.READABLE, event_id])
    batch.touch(batch.shot.logs[log])


def allowed(info: LogInfo, batch: Batch) -> int:
    """The seq before which this log may fold, by identity and membership."""
    if info.log.identity:
        return UNLIMITED
    space = batch.shot.spaces.get(info.log.space)
    if space is None or not authorised(batch.shot, info):
        return 0
    end = UNLIMITED if info.row.ended_at is None else info.row.ended_at
    if bytes(space.owner) == info.log.org or info.log.org.hex() in space.members.get("orgs", ()):
        return end
    pin = space.members.get("pins", {}).get(info.log.id.hex())
    if pin is None:
        return 0
    sql = "SELECT 1 FROM store_event WHERE log_id = %s AND seq = %s AND hash = %s"
    return min(end, pin[0] + 1) if db.value(sql, [info.id, pin[0], bytes.fromhex(pin[1])]) else 0


def horizon(info: LogInfo, allowed_before: int) -> int:
    """The seq before which a log's events fold."""
    row = info.row
    passed = " AND NOT EXISTS (SELECT 1 FROM store_aside a WHERE a.event_id = e.id)" if row.branched else ""
    sql = f"SELECT MIN(e.seq) FROM store_event e WHERE e.log_id = %s AND e.state = 0{passed}"  # noqa: S608
    limits = (allowed_before, row.head_seq + 1, row.stopped_at, db.value(sql, [info.id]))
    return min(limit for limit in limits if limit is not None)


def _course(row: LogRow) -> tuple[Any, ...]:
    return (row.head_seq, row.head_hash, row.forked_at, row.stopped_at, row.ended_at, row.branched)


def _move_horizons(batch: Batch) -> None:
    by_log: dict[bytes, list[Entry]] = defaultdict(list)
    for entry in batch.entries.values():
        by_log[entry.log].append(entry)
    for info in batch.touched.values():
        row, old = info.row, info.row.horizon
        row.allowed = allowed(info, batch)
        row.horizon = horizon(info, row.allowed)
        if row.horizon != old:
            low, high = sorted((old, row.horizon))
            stale_between(info, low, high, batch.stale, by_log.get(info.log.id, []))
    heads = [info.row for info in batch.touched.values()]
    db.many(HEADS, [(*_course(r), r.allowed, r.horizon, r.id) for r in heads])
    batch.touched = {}


def _save_spaces(batch: Batch) -> None:
    changed = [(row.top_lam, row.top_hash, row.id) for row in batch.taller.values()]
    db.many("UPDATE store_space SET top_lam = %s, top_hash = %s WHERE id = %s", changed)
