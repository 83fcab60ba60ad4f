"""After events were stored: what they change beyond their own aggregate, then horizons, then folding.

Identities, member lists, epoch keys and redactions act here, each as a function of the set of events held, so that the
order in which they came makes no difference.
"""

from collections import defaultdict
from typing import Any

from tejido.ground.store import db, erasing, keyring
from tejido.ground.store.batch import Batch, authorised, mark_dirty, stale_between
from tejido.ground.store.folding import refold
from tejido.ground.store.logs import LogInfo
from tejido.ground.store.models import Event
from tejido.ground.store.models import Org as OrgRow
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.reading import LOAD, checked_content, from_rows, opened
from tejido.ground.store.registry import REDACT, Entry
from tejido.log import identity, membership
from tejido.log.errors import BadPayload
from tejido.log.header import trusted
from tejido.log.membership import UNLIMITED
from tejido.log.payload import Payload, epoch_key_id

HEADS = "UPDATE store_log SET head_seq = %s, head_hash = %s, forked_at = %s, allowed = %s, horizon = %s WHERE id = %s"
Order = tuple[int, bytes, bytes, int, bytes]
SEALED = LOAD + "WHERE k.key_id = %s AND e.state = 0"


def settle(batch: Batch) -> None:
    """Act upon control events until nothing more opens, move horizons, fold what changed, save logs and spaces."""
    batch.write_index()
    _act_on_forks(batch)
    while batch.control:
        acting, batch.control = batch.control, []
        _act(acting, batch)
        batch.write_index()
    erasing.apply_due(batch)
    _move_horizons(batch)
    _save_spaces(batch)
    if batch.stale:
        mark_dirty(batch.stale.all())
        refold(batch.stale, batch.context())


def _act(acting: list[tuple[int, Entry]], batch: Batch) -> None:
    orgs = {entry.org or entry.hash for _, entry in acting if entry.kind in (identity.GENESIS, identity.DEVICE)}
    spaces = {entry.space for _, entry in acting if entry.kind in membership.CONTROL}
    for org in orgs:
        _fold_identity(org, batch)
    for info in batch.shot.logs.values():
        if info.log.org in orgs and not info.log.identity:
            spaces.add(info.log.space)
    for space in spaces:
        _fold_members(space, batch)
        _take_keys(space, batch)
    erasing.note([entry for _, entry in acting if entry.kind == REDACT], batch)


def _act_on_forks(batch: Batch) -> None:
    """Control events beyond a fork lose their effect, whether the fork or they came first."""
    for info in batch.forked:
        if info.log.identity:
            _fold_identity(info.log.org, batch)
        spaces = {other.log.space for other in batch.shot.logs.values() if other.log.org == info.log.org}
        for space in spaces if info.log.identity else {info.log.space}:
            _fold_members(space, batch)
    batch.forked = []


def _control_entries(batch: Batch, space_id: int, org: bytes) -> list[Entry]:
    """Readable control events of `org` in a space, in the order of folding."""
    kinds = [identity.GENESIS, identity.DEVICE, *sorted(membership.CONTROL)]
    marks = ",".join(["%s"] * len(kinds))
    sql = LOAD + f"JOIN store_eventindex i ON i.event_id = e.id WHERE i.space_id = %s AND i.kind IN ({marks})"
    found = [entry for _, entry in from_rows(db.rows(sql, [space_id, *kinds]), batch.shot, batch.keys)]
    mine = [entry for entry in found if entry.org == org]
    return sorted(mine, key=lambda entry: entry.order)


def _below_fork(entry: Entry, batch: Batch) -> bool:
    forked = batch.shot.logs[entry.log].row.forked_at
    return forked is None or entry.seq < forked


def folded_identity(org: bytes, batch: Batch) -> identity.Identity | None:
    """What an organisation's identity log says; None where its genesis is not held."""
    folded: identity.Identity | None = None
    for entry in _control_entries(batch, 0, org):
        if not _below_fork(entry, batch):
            continue
        if entry.kind == identity.GENESIS:
            folded = identity.parse_genesis(org, entry.body)
        elif folded is not None and entry.kind == identity.DEVICE:
            folded = identity.with_device(folded, entry.body)
    return folded


def _fold_identity(org: bytes, batch: Batch) -> None:
    folded = folded_identity(org, batch)
    if folded is None:
        return
    row = batch.shot.orgs.get(org)
    if row is None:
        last = int(db.value("SELECT COALESCE(MAX(id), 0) + 1 FROM store_org"))
        row = OrgRow(id=last, hash=org)
    row.admin = folded.admin.value()
    row.devices = {device.key.hex(): device.age for device in folded.devices.values()}
    row.save()
    batch.shot.orgs[org] = row
    for info in batch.shot.logs.values():
        if info.log.org == org:
            batch.touch(info)


def folded_members(row: SpaceRow, batch: Batch) -> membership.Members:
    """What the owner's control events say of a space."""
    owned = (entry for entry in _owned(row, batch) if _below_fork(entry, batch))
    return membership.fold((entry.kind, entry.hash, entry.body) for entry in owned)


def member_lists(row: SpaceRow, batch: Batch) -> list[tuple[Order, frozenset[bytes]]]:
    """Every member list that counted in a space, in order, with its place: who was in it when something was written."""
    found = []
    for entry in _owned(row, batch):
        if entry.kind == membership.MEMBERS and _below_fork(entry, batch):
            listed = membership.fold([(entry.kind, entry.hash, entry.body)])
            if listed != membership.Members():
                found.append((entry.order, listed.orgs))
    return found


def members_value(state: membership.Members) -> dict[str, Any]:
    """As a space's row keeps it."""
    pins = {log.hex(): [pin.seq, pin.hash.hex()] for log, pin in state.pins.items()}
    return {"orgs": sorted(org.hex() for org in state.orgs), "pins": pins}


def _fold_members(space: bytes, batch: Batch) -> None:
    row = batch.shot.spaces.get(space)
    if row is None:
        return
    state = folded_members(row, batch)
    row.folder, row.purpose, row.opened = state.folder or row.folder, state.purpose or row.purpose, state.opened
    row.members = members_value(state)
    row.save()
    for info in batch.shot.logs.values():
        if info.log.space == space:
            batch.touch(info)


def _owned(row: SpaceRow, batch: Batch) -> list[Entry]:
    """Control events of a space, by devices that its owner's identity names."""
    found = _control_entries(batch, row.id, bytes(row.owner))
    return [entry for entry in found if authorised(batch.shot, batch.shot.logs[entry.log])]


def _take_keys(space: bytes, batch: Batch) -> None:
    """Keys of forked logs count too: otherwise what they opened would depend on which branch came first."""
    row = batch.shot.spaces.get(space)
    if row is None:
        return
    for entry in _owned(row, batch):
        if entry.kind == membership.KEY and (found := keyring.open_boxes(entry.body)):
            for key in found:
                current = epoch_key_id(key).hex() == entry.body.get("current")
                _add_key(row, key, entry.lam if current else 0, batch)


def _add_key(row: SpaceRow, key: bytes, lam: int, batch: Batch) -> None:
    key_id = keyring.learn_epoch_key(row.id, key, lam)
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
    if bytes(space.owner) == info.log.org or info.log.org.hex() in space.members.get("orgs", ()):
        return UNLIMITED
    pin = space.members.get("pins", {}).get(info.log.id.hex())
    if pin is None:
        return 0
    sql = "SELECT 1 FROM store_event WHERE log_id = %s AND seq = %s AND hash = %s"
    return pin[0] + 1 if db.value(sql, [info.id, pin[0], bytes.fromhex(pin[1])]) else 0


def _move_horizons(batch: Batch) -> None:
    by_log: dict[bytes, list[Entry]] = defaultdict(list)
    for entry in batch.entries.values():
        by_log[entry.log].append(entry)
    for info in batch.touched.values():
        row, old = info.row, info.row.horizon
        row.allowed = allowed(info, batch)
        pending = db.value("SELECT MIN(seq) FROM store_event WHERE log_id = %s AND state = 0", [info.id])
        limits = [row.allowed, row.head_seq + 1]
        limits += [limit for limit in (row.forked_at, pending) if limit is not None]
        row.horizon = min(limits)
        if row.horizon != old:
            low, high = sorted((old, row.horizon))
            stale_between(info, low, high, batch.stale, by_log.get(info.log.id, []))
    heads = [info.row for info in batch.touched.values()]
    db.many(HEADS, [(r.head_seq, r.head_hash, r.forked_at, r.allowed, r.horizon, r.id) for r in heads])
    batch.touched = {}


def _save_spaces(batch: Batch) -> None:
    changed = [(row.top_lam, row.top_hash, row.id) for row in batch.taller.values()]
    db.many("UPDATE store_space SET top_lam = %s, top_hash = %s WHERE id = %s", changed)
