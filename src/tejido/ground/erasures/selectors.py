"""Every read about receipts: how far our own erasures are, and what this node owes a receipt for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tejido.ground.erasures import domain
from tejido.ground.erasures.domain import Lists, Order, Request
from tejido.ground.erasures.events import FAMILY
from tejido.ground.erasures.records import Erasure, Node, Standing
from tejido.ground.errors import NotFound
from tejido.ground.network import glance, policies
from tejido.ground.network.selectors import organisations
from tejido.ground.people import Viewer, require
from tejido.ground.store import db, keyring, logs, reading
from tejido.ground.store.models import Own
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import member_lists
from tejido.ground.store.reindexing import akey_of
from tejido.log.membership import MEMBERS
from tejido.log.words import fingerprint

EVERYBODYS = """FROM store_redaction r JOIN store_event e ON e.hash = r.redact JOIN store_log l ON l.id = e.log_id
          JOIN store_eventindex i ON i.event_id = e.id
          WHERE r.applied = %s AND r.space_id <> %s AND i.family <> '' """
OURS = EVERYBODYS + "AND r.org = %s "
COLUMNS = "SELECT r.redact, r.space_id, r.scrubbed, e.id, e.lam, e.seq, l.org, l.hash, i.akey, i.family "
GROUPS = "SELECT i.akey, MAX(e.id) " + OURS + "GROUP BY i.akey ORDER BY MAX(e.id) DESC"


@dataclass(frozen=True)
class Redact:
    """One redact of ours that counts. `day` and `reason` are those of its event."""

    hash: bytes
    space: int
    scrubbed: bool
    event: int
    order: Order
    akey: bytes
    family: str
    day: str = ""
    reason: str = ""


@dataclass
class _Known:
    """What standings are made of, read once for many."""

    lists: Mapping[int, Lists]
    receipts: Mapping[bytes, dict[bytes, str]]
    heard: Mapping[bytes, str]
    names: Mapping[str, str]
    own: bytes
    members: Mapping[int, frozenset[bytes]] = field(default_factory=dict)

    def name(self, org: bytes) -> str:
        """What an organisation is called, or words of its fingerprint."""
        return self.names.get(org.hex()) or fingerprint(org)


def _params() -> list[Any]:
    own = Own.objects.first()
    return [True, own.own_space if own else 0, bytes(own.org) if own else b""]


def _redacts(akeys: Collection[bytes], *, everybodys: bool = False) -> list[Redact]:
    which, params = (EVERYBODYS, _params()[:2]) if everybodys else (OURS, _params())
    rows = db.rows_in(COLUMNS + which + "AND i.akey IN ({})", akeys, params)
    found = [
        Redact(bytes(r), space, bool(done), event, (lam, bytes(org), bytes(log), seq, bytes(r)), bytes(akey), family)
        for r, space, done, event, lam, seq, org, log, akey, family in rows
    ]
    said = reading.entries([one.event for one in found], logs.snapshot(), reading.epoch_keys()) if found else {}
    return [_told(one, said.get(one.event)) for one in found]


def _told(one: Redact, entry: Any) -> Redact:
    if entry is None:
        return one
    reason = str(entry.body.get("reason", ""))[:40]
    return Redact(**{**vars(one), "day": entry.day, "reason": reason})


def _known(redacts: Iterable[Redact]) -> _Known:
    listed = list(redacts)
    ids = sorted({one.space for one in listed})
    spaces = list(SpaceRow.objects.filter(id__in=ids).order_by("id"))
    members = {row.id: frozenset(map(bytes.fromhex, row.members.get("orgs", ()))) for row in spaces}
    names, own = {org: info.name for org, info in organisations().items()}, _params()[2]
    return _Known(
        member_lists(spaces),
        _receipts(spaces, [one.hash for one in listed]),
        glance.heard_from(ids),
        names,
        own,
        members,
    )


def _receipts(spaces: Sequence[SpaceRow], redacts: Sequence[bytes]) -> dict[bytes, dict[bytes, str]]:
    """Who has confirmed which redact, and how, in the spaces of the redacts; the earlier word of several by key."""
    keys = {db.row_key(bytes(row.hash)) for row in spaces}
    sql = "SELECT redact, org, how, space FROM erasures_receipt WHERE redact IN ({})"
    found: dict[bytes, dict[bytes, str]] = defaultdict(dict)
    for redact, org, how, space in sorted(db.rows_in(sql, redacts), key=lambda row: row[2]):
        if space in keys:
            found[bytes(redact)][bytes(org)] = how
    return found


def _standing(redacts: Sequence[Redact], known: _Known) -> Standing:
    """Of all these together: a node has confirmed when it has confirmed everything that it was asked for."""
    requests = [
        Request(one.hash, domain.asked(known.lists[one.space], one.order, one.order[1]) - {known.own})
        for one in redacts
    ]
    done = domain.answered(requests, known.receipts)
    still = frozenset().union(*(known.members[one.space] for one in redacts))
    hows: dict[bytes, set[str]] = defaultdict(set)
    for one in redacts:
        for org, how in known.receipts.get(one.hash, {}).items():
            hows[org].add(how)
    nodes = [
        Node(org.hex(), known.name(org), known.heard.get(org, ""), yes, _weakest(hows[org]) if yes else "", org not in still)
        for org, yes in done.items()
    ]  # fmt: skip
    gone = frozenset().union(*(domain.left_before(known.lists[one.space], one.order) for one in redacts)) - set(done)
    last = max(redacts, key=lambda one: one.event)
    return Standing(
        last.day, tuple(sorted({one.reason for one in redacts})), len(redacts), all(one.scrubbed for one in redacts),
        tuple(sorted(nodes, key=lambda node: (not node.confirmed, node.name.casefold(), node.org))),
        tuple(sorted(known.name(org) for org in gone - {known.own})),
    )  # fmt: skip


def _weakest(hows: Collection[str]) -> str:
    others = sorted(set(hows) - {"overwritten"})
    return others[0] if others else "overwritten"


def together(keys: Collection[str]) -> Standing | None:
    """How far the erasure of all these aggregates (row keys) is, as one; None where nothing was erased of them.

    What others made of ours and erased counts too; this node itself is `here`, and not among those asked.

    It names organisations: for people with an account. Whoever else is shown it gets its numbers only."""
    redacts = _redacts({akey_of(key) for key in keys}, everybodys=True)
    return _standing(redacts, _known(redacts)) if redacts else None


def standing(*, viewer: Viewer, keys: Collection[str]) -> Standing | None:
    """As `together`, for somebody who may see the network's members."""
    require(viewer, policies.SEE)
    return together(keys)


def erasures(*, viewer: Viewer) -> "Erasures":
    """What this organisation has had erased in spaces that others share, the latest first."""
    require(viewer, policies.SEE)
    return Erasures()


def erasure(*, viewer: Viewer, key: str) -> Erasure:
    """One of them, by its aggregate's row key. Raises `NotFound`."""
    require(viewer, policies.SEE)
    found = _erasures([_akey(key)])
    if not found:
        raise NotFound
    return found[0]


def _akey(key: str) -> bytes:
    try:
        return akey_of(key)
    except ValueError as error:  # neither base32 nor ASCII
        raise NotFound from error


class Erasures(Sequence[Erasure]):
    """Counts and slices like a list; a page costs as many queries as one row."""

    def __init__(self) -> None:
        self._akeys = [bytes(akey) for akey, _ in db.rows(GROUPS, _params())]

    def __len__(self) -> int:
        return len(self._akeys)

    def __getitem__(self, index: Any) -> Any:
        wanted = self._akeys[index] if isinstance(index, slice) else [self._akeys[index]]
        found = _erasures(wanted)
        return found if isinstance(index, slice) else found[0]


def _erasures(akeys: Sequence[bytes]) -> list[Erasure]:
    redacts = _redacts(akeys)
    known = _known(redacts)
    named = dict(SpaceRow.objects.values_list("id", "name"))
    groups: dict[bytes, list[Redact]] = {akey: [] for akey in akeys}
    for one in redacts:
        groups[one.akey].append(one)
    return [
        Erasure(db.row_key(akey), group[0].family, named.get(group[0].space, ""), _standing(group, known))
        for akey, group in groups.items()
        if group
    ]


# --- what this node owes


@dataclass(frozen=True)
class Debt:
    """A redact of another organisation that this node carried out and has not confirmed."""

    redaction: int
    redact: bytes
    space: int
    event: int
    akey: bytes
    order: Order


OWED = """SELECT r.id, r.redact, r.space_id, e.id, i.akey, e.lam, l.org, l.hash, e.seq FROM store_redaction r
          JOIN store_event e ON e.hash = r.redact JOIN store_log l ON l.id = e.log_id
          JOIN store_eventindex i ON i.event_id = e.id
          WHERE r.applied = %s AND r.org <> %s AND r.space_id = %s AND i.family <> %s
          AND NOT EXISTS (SELECT 1 FROM erasures_receipt c WHERE c.redact = r.redact AND c.org = %s AND c.space = %s)
          AND NOT EXISTS (SELECT 1 FROM erasures_notasked n WHERE n.redact = r.redact AND n.lists = %s) ORDER BY r.id"""


def owed(org: bytes, space: SpaceRow) -> list[Debt]:
    """What this organisation has not answered in a space, less what is known to ask nothing of it; no receipts' own."""
    key = db.row_key(bytes(space.hash))
    rows = db.rows(OWED, [True, org, space.id, FAMILY, org, key, lists_so_far(space)])
    return [
        Debt(row, bytes(redact), space_id, event, bytes(akey), (lam, bytes(author), bytes(log), seq, bytes(redact)))
        for row, redact, space_id, event, akey, lam, author, log, seq in rows
    ]


def reasons(debts: Iterable[Debt]) -> list[str]:
    """Why these were asked for."""
    found = reading.entries([one.event for one in debts], logs.snapshot(), reading.epoch_keys())
    return [str(entry.body.get("reason", "")) for entry in found.values()]


def last_receipt(org: bytes, space: SpaceRow) -> int:
    """When this organisation's last receipt in a space was written, in Unix seconds by its own clock; 0 for never.

    Public spaces keep the day only: there, its last hour."""
    sql = """SELECT MAX(i.event_id) FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
             JOIN store_log l ON l.id = e.log_id WHERE i.family = %s AND i.space_id = %s AND l.org = %s"""
    event = db.value(sql, [FAMILY, space.id, org])
    entry = reading.entries([event], logs.snapshot(), reading.epoch_keys()).get(event) if event else None
    if entry is None:
        return 0
    return entry.at or int(datetime.fromisoformat(f"{entry.day}T23:00:00+00:00").timestamp())


def lists_so_far(space: SpaceRow) -> int:
    """How many member lists of a space are held."""
    sql = "SELECT COUNT(*) FROM store_eventindex WHERE space_id = %s AND kind = %s"
    return int(db.value(sql, [space.id, MEMBERS]))


def shared_spaces(org: bytes) -> list[SpaceRow]:
    """Spaces that this organisation is in with others, and can write in."""
    found = SpaceRow.objects.exclude(purpose="own").order_by("id")
    return [row for row in found if org.hex() in row.members.get("orgs", ()) and _can_write(row)]


def _can_write(row: SpaceRow) -> bool:
    return row.public or keyring.current_epoch_key(row.id) is not None
