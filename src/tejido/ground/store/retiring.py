"""Old epoch keys go for good: what is left under one is wrapped anew, then neither this node nor the log keeps it.

A key lies in two places: in the table `EpochKey`, and in boxes of `space.key` events, which the device's age key opens.
A month after it was followed, whoever wrote such an event wraps what is left under it with the current key, part by part, and
takes the event back (`redact`, as for words); from then on each node wraps what it holds itself in the same way, and destroys
its own copy. So no node gives anything away under a key that the log does not give, and what was erased goes with the key:
of words that stay only the 72 bytes of their own key change.

When is found anew at each look. It decides what is written and what is kept, never what is folded.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from nacl.exceptions import CryptoError

from tejido.ground.store import db, erasing, keyring, logs, reading
from tejido.ground.store.appending import Fact, append
from tejido.ground.store.batch import rebuilding_now
from tejido.ground.store.models import EpochKey, Own, Redaction
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.registry import REDACT, Entry
from tejido.ground.store.spaces import share_keys
from tejido.log.membership import KEY
from tejido.log.payload import KEY_ID, Payload, epoch_key_id, rewrap

GRACE = timedelta(days=30)
"""After a key was followed by another one: whoever was away that long still gets at what was sealed with it."""
PATIENCE = timedelta(days=180)
"""The same where payloads of the space have not arrived: they may be sealed with it."""
REASON = "replaced"
PART, PARTS = 5000, 20
"""Wrapped anew in one transaction; and how many of these in one look, which comes each hour. What is left waits for the next."""

OLD = """SELECT key_id, key FROM store_epochkey WHERE space_id = %s AND key_id <> %s ORDER BY id"""
LEFT = "SELECT COUNT(*) FROM store_payloadkey WHERE key_id = %s"
LACKING = """SELECT 1 FROM store_event e JOIN store_log l ON l.id = e.log_id
             WHERE e.state = 0 AND l.space_id = %s LIMIT 1"""
WRAPS = "SELECT event_id, wrapped FROM store_payloadkey WHERE key_id = %s ORDER BY event_id LIMIT %s"
GIVEN = "SELECT i.event_id FROM store_eventindex i WHERE i.space_id = %s AND i.kind = %s"


def carry_out(today: date) -> int:
    """Let every key go whose time has come; how many keys this node destroyed."""
    found = Own.objects.first()
    if found is None or rebuilding_now():
        return 0  # which events give keys is told by the index
    rows = SpaceRow.objects.filter(public=False).exclude(opened=b"").order_by("id")
    gone = sum(_retire(row, bytes(found.org), today) for row in rows)
    if gone:
        erasing.overwrite()
    return gone


def _retire(row: SpaceRow, own: bytes, today: date) -> int:
    current = keyring.current_epoch_key(row.id)
    if current is None:
        return 0
    old = _old_keys(row, current)
    if not old:
        return 0
    given = _given(row)
    if not any(_boxed([epoch_key_id(current)], entry) for entry in given):
        return 0  # what gives the next one has not come, or is not read yet
    ripe = _ripe(row, old, given, today)
    spent = {key_id for key_id in ripe if not _waits(key_id) and _wrap_anew(key_id, old[key_id], current) <= PART}
    if mine := [entry for entry in given if entry.org == own and _boxed(spent, entry)]:
        _take_back(row, own, mine, {key_id: old[key_id] for key_id in spent}, current)
        given = _given(row)
    free = [key_id for key_id in ripe if not _gives(given, old[key_id])]
    for key_id in free:
        _wrap_anew(key_id, old[key_id], current)
    return _destroy(row, [key_id for key_id in free if not _needed(key_id)])


def _old_keys(row: SpaceRow, current: bytes) -> dict[bytes, bytes]:
    """Every key of a space but the one that new payloads are sealed with."""
    return {bytes(key_id): bytes(key) for key_id, key in db.rows(OLD, [row.id, epoch_key_id(current)])}


def _given(row: SpaceRow) -> list[Entry]:
    """Every `space.key` of a space that was not taken back, in order."""
    ids = [event_id for (event_id,) in db.rows(GIVEN, [row.id, KEY])]
    found = reading.entries(ids, logs.snapshot(), reading.epoch_keys()).values()
    return sorted(found, key=lambda entry: entry.order)


def _ripe(row: SpaceRow, old: Collection[bytes], given: Sequence[Entry], today: date) -> list[bytes]:
    """Keys that were followed by others long enough ago; those that no event names any more, their authors waited for."""
    owners = [entry for entry in given if entry.org == bytes(row.owner)]
    ceased, first = ceased_on(owners), date.fromisoformat(owners[0].day) if owners else today
    named = {key_id for entry in given for key_id in _named(entry)}
    wait = PATIENCE if db.value(LACKING, [row.id]) else GRACE
    return [key_id for key_id in old if key_id not in named or today - ceased.get(key_id, first) >= wait]


def ceased_on(given: Iterable[Entry]) -> dict[bytes, date]:
    """When each key of a space was followed by another, by the owner's `space.key` events in order."""
    found, before = dict[bytes, date](), b""
    for entry in given:
        current = _id(entry.body.get("current"))
        if before and current != before:
            found[before] = date.fromisoformat(entry.day)
        found.pop(current, None)
        before = current
    return found


def _id(value: object) -> bytes:
    return bytes.fromhex(value) if isinstance(value, str) and len(value) == 2 * KEY_ID else b""


def _named(entry: Entry) -> set[bytes]:
    """The keys of which an event holds boxes."""
    boxes = entry.body.get("boxes")
    return {_id(one.get("key_id")) for one in boxes if isinstance(one, Mapping)} if isinstance(boxes, list) else set()


def _boxed(keys: Collection[bytes], entry: Entry) -> bool:
    return not _named(entry).isdisjoint(keys)


def _waits(key_id: bytes) -> bool:
    sql = "SELECT 1 FROM store_waiting WHERE SUBSTR(payload, 1, %s) = %s LIMIT 1"
    return bool(db.value(sql, [1 + KEY_ID, b"\x01" + key_id]))


def _take_back(row: SpaceRow, own: bytes, mine: Sequence[Entry], spent: Mapping[bytes, bytes], current: bytes) -> None:
    """Our own events with boxes of these keys; what else they gave is given once more before."""
    with db.writing():
        for key_id, key in spent.items():
            while _wrap_part(key_id, key, current):
                pass
        if bytes(row.owner) == own:
            share_keys(bytes(row.hash))
        bodies = [{"kind": KEY, "reason": REASON, "stub": {}, "target": entry.hash.hex()} for entry in mine]
        append(bytes(row.hash), *(Fact(REDACT, body, bytes(row.opened)) for body in bodies))


def _gives(given: Iterable[Entry], key: bytes) -> bool:
    """Whether an event still gives us this key."""
    key_id = epoch_key_id(key)
    named = [entry for entry in given if _boxed([key_id], entry)]
    return any(key in keyring.open_boxes(_only(entry, key_id)) for entry in named)


def _only(entry: Entry, key_id: bytes) -> dict[str, object]:
    boxes = [one for one in entry.body["boxes"] if isinstance(one, Mapping) and _id(one.get("key_id")) == key_id]
    return {"boxes": boxes}


def _wrap_anew(key_id: bytes, key: bytes, current: bytes) -> int:
    """What is still sealed with a key, part by part, so that nobody waits long; how much is left."""
    for _ in range(PARTS):
        with db.writing():
            if not _wrap_part(key_id, key, current):
                break
    return int(db.value(LEFT, [key_id]))


def _wrap_part(key_id: bytes, key: bytes, current: bytes) -> bool:
    """Whether something was wrapped anew. What does not open under its key stays as it is, and the key with it."""
    fresh = []
    for event_id, wrapped in db.rows(WRAPS, [key_id, PART]):
        try:
            done = rewrap(Payload(b"", key_id, bytes(wrapped)), key, current)
        except (CryptoError, ValueError):
            continue
        fresh.append((done.key_id, done.wrapped, event_id))
    db.many("UPDATE store_payloadkey SET key_id = %s, wrapped = %s WHERE event_id = %s", fresh)
    mark = "INSERT INTO store_rewrapped (event_id, before) VALUES (%s, %s)"
    db.many(mark, [(event_id, key_id) for _, _, event_id in fresh])
    return bool(fresh)


def _needed(key_id: bytes) -> bool:
    return bool(db.value("SELECT 1 FROM store_payloadkey WHERE key_id = %s LIMIT 1", [key_id])) or _waits(key_id)


def _destroy(row: SpaceRow, keys: Sequence[bytes]) -> int:
    """This node's own copies. The journal is emptied with the next erasure, too, should somebody read now."""
    if not keys:
        return 0
    with db.writing():
        gone = int(EpochKey.objects.filter(space_id=row.id, key_id__in=list(keys)).delete()[0])
        last = Redaction.objects.filter(space_id=row.id, applied=True).order_by("-id").first()
        if last is not None:
            Redaction.objects.filter(id=last.id).update(scrubbed=False)
    keyring.forget_opened()
    return gone
