"""Whose devices a space's keys are wrapped for, and when a new key begins: found anew at each look, so that it can be
repeated and interrupted at will.

An owner begins a new key when a quarter of a year ends or a member's device was revoked, and wraps the keys again when a
member names a new device. A member wraps what it holds for an owner who names a new device: the owner may have lost all.
What was before and after is told by the order in which this node took events in; it decides what is written, never a fold.
"""

from datetime import UTC, date, datetime

from tejido.ground.store import db, keyring, logs, reading
from tejido.ground.store.models import Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.spaces import hand_back, share_keys
from tejido.log.descriptors import Log
from tejido.log.identity import DEVICE, RECOVERED, REVOKED
from tejido.log.membership import KEY
from tejido.log.payload import epoch_key_id

RENEW, SHARE, RETURN = "renew", "share", "return"
LAST = """SELECT MAX(i.event_id) FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
          JOIN store_log l ON l.id = e.log_id WHERE i.space_id = 0 AND i.kind IN (%s, %s) AND l.org IN ({})"""
KEYS = """SELECT i.event_id FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
          JOIN store_log l ON l.id = e.log_id WHERE i.space_id = %s AND i.kind = %s AND l.org = %s ORDER BY i.event_id"""


WROTE = """SELECT DISTINCT l.id, l.descriptor FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
           JOIN store_log l ON l.id = e.log_id WHERE i.space_id = %s AND i.kind = %s AND l.org = %s"""


def due(today: date) -> list[tuple[SpaceRow, str]]:
    """Spaces in which this organisation has something to write, and what."""
    own = Own.objects.first()
    if own is None:
        return []
    rows = SpaceRow.objects.filter(public=False).exclude(opened=b"").order_by("id")
    return [(row, what) for row in rows if (what := _due(row, own, today))]


def _due(row: SpaceRow, own: Own, today: date) -> str:
    me, owner = bytes(own.org), bytes(row.owner)
    if owner == me:
        return _owner_due(row, own, today)
    if me.hex() not in row.members.get("orgs", ()) or keyring.current_epoch_key(row.id) is None:
        return ""
    named = _last([owner], DEVICE, RECOVERED)
    return RETURN if named > max(_wrapped(row, owner), _wrapped(row, me)) else ""


def _owner_due(row: SpaceRow, own: Own, today: date) -> str:
    me = bytes(own.org)
    members = [bytes.fromhex(org) for org in row.members.get("orgs", ())]
    since, day = _current_since(row, me)
    if _last(members, REVOKED, REVOKED) > since or (day and quarter(today) > quarter(day)):
        return RENEW
    if keyring.current_epoch_key(row.id) is None:
        return RENEW  # all devices were lost, and with them the key
    named = _last(members, DEVICE, RECOVERED)
    return SHARE if named > _wrapped(row, me) or not _shared(row, own) else ""


def _shared(row: SpaceRow, own: Own) -> bool:
    """Whether this very device has given keys in a space. In what order a new one took in what others wrote before it came says
    nothing of whom they knew: it gives them once to everybody."""
    written = db.rows(WROTE, [row.id, KEY, bytes(own.org)])
    return any(Log.parse(bytes(descriptor)).device == bytes(own.device) for _, descriptor in written)


def quarter(day: date) -> tuple[int, int]:
    """Its year and quarter."""
    return day.year, (day.month - 1) // 3


def _last(orgs: list[bytes], *kinds: str) -> int:
    """The last identity event of these kinds."""
    return max((int(event_id or 0) for (event_id,) in db.rows_in(LAST, orgs, kinds)), default=0)


def _wrapped(row: SpaceRow, org: bytes) -> int:
    """The last `space.key` of an organisation in a space."""
    found = db.rows(KEYS, [row.id, KEY, org])
    return int(found[-1][0]) if found else 0


def _current_since(row: SpaceRow, me: bytes) -> tuple[int, date | None]:
    """The event that made the space's current key current, and its day."""
    key = keyring.current_epoch_key(row.id)
    if key is None:
        return 0, None
    place = (bytes(row.hash), epoch_key_id(key))
    if place not in _since:
        _since[place] = _first_named(row, me, place[1].hex())
    return _since[place]


_since: dict[tuple[bytes, bytes], tuple[int, date | None]] = {}  # what was once found stays so


def _first_named(row: SpaceRow, me: bytes, key_id: str) -> tuple[int, date | None]:
    ids = [event_id for (event_id,) in db.rows(KEYS, [row.id, KEY, me])]
    entries = reading.entries(ids, logs.snapshot(), reading.epoch_keys())
    for event_id in ids:
        entry = entries.get(event_id)
        if entry is not None and entry.body.get("current") == key_id:
            return event_id, datetime.fromtimestamp(entry.at or 0, UTC).date()
    return 0, None


def carry_out(today: date) -> list[str]:
    """Do what is due; the words for what was done, a space each."""
    done = []
    for row, what in due(today):
        with db.writing():
            if what == RETURN:
                hand_back(bytes(row.hash))
            else:
                share_keys(bytes(row.hash), renew=what == RENEW)
        done.append(what)
    return done
