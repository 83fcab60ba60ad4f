"""Networks at a glance: who is in them, when each was last heard from, what this node holds, and what is wrong.

Everything is derived from what is held. The number of queries depends neither on the events nor on the organisations.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tejido.ground.errors import NotFound
from tejido.ground.network import crowds, folders, policies, selectors, tasks
from tejido.ground.network.models import Exchange, ProfileRow
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.ground.store import db, logs, reading
from tejido.ground.store.models import Own, Redaction, Waiting
from tejido.ground.store.models import Space as SpaceRow
from tejido.log.words import fingerprint

SHORT = 12
SHOWN = 50


@dataclass(frozen=True)
class OrgGlance:
    """An organisation in a network. `heard` is the day of its last readable event here (YYYY-MM-DD), or empty."""

    org: str
    name: str
    words: str
    place: str
    languages: tuple[str, ...]
    own: bool
    founder: bool
    heard: str
    events: int
    forked: bool


@dataclass(frozen=True)
class Fork:
    """Two signed events at one place of one log. `headers` are the beginnings of their hashes."""

    org: str
    name: str
    seq: int
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Holdings:
    """What this node holds of a network: events, those without a readable payload, those that wait, forks, erasures."""

    events: int
    pending: int
    waiting: int
    forks: tuple[Fork, ...]
    erasing: tuple[str, ...]
    erasing_in_all: int


@dataclass(frozen=True)
class FolderGlance:
    """A folder of exchange, with how it went last time (None: not yet), and how far it is now in percent (None: idle)."""

    path: str
    last: Exchange | None
    percent: int | None = None


def networks(*, viewer: Viewer) -> list[NetworkInfo]:
    """Networks that this node is in or waits to be admitted to."""
    require(viewer, policies.SEE)
    return selectors.networks()


def network(*, viewer: Viewer, key: str) -> NetworkInfo:
    """One network; raises `NotFound`."""
    found = next((one for one in networks(viewer=viewer) if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def unstated(*, viewer: Viewer) -> list[NetworkInfo]:
    """Networks of which we are a member without having said who we are."""
    require(viewer, policies.SEE)
    own = Own.objects.first()
    if own is None:
        return []
    said = set(ProfileRow.objects.filter(org=bytes(own.org).hex()).values_list("space", flat=True))
    return [one for one in selectors.networks() if one.admitted and one.key not in said]


def own_words(*, viewer: Viewer) -> str:
    """The words of this organisation's fingerprint, to be read out on the telephone; empty before there is one."""
    require(viewer, policies.SEE)
    own = Own.objects.first()
    return fingerprint(bytes(own.org)) if own else ""


def organisations(*, viewer: Viewer, network: NetworkInfo, query: str = "") -> list[OrgGlance]:
    """Members of a network, this node's own first, then by name; narrowed to those in which `query` is found."""
    require(viewer, policies.SEE)
    profiles, own = selectors.organisations(), bytes(Own.objects.values_list("org", flat=True).first() or b"")
    held = _logs_by_org(_space_ids(network), network.members)
    found = []
    for org in network.members:
        said, mine = profiles.get(org.hex()), held.get(org, _Logs())
        found.append(
            OrgGlance(
                org.hex(), said.name if said else "", fingerprint(org), said.place if said else "",
                said.languages if said else (), org == own, org == network.owner, mine.heard, mine.events, mine.forked,
            )
        )  # fmt: skip
    found.sort(key=lambda one: (not one.own, not one.name, one.name.casefold(), one.org))
    words = query.casefold().split()
    return [one for one in found if all(word in f"{one.name} {one.place} {one.words}".casefold() for word in words)]


@dataclass
class _Logs:
    events: int = 0
    heard: str = ""
    forked: bool = False


LAST = """SELECT (SELECT e.id FROM store_event e WHERE e.log_id = l.id AND e.state = 1 ORDER BY e.seq DESC LIMIT 1)
          FROM store_log l WHERE l.space_id IN ({})"""


def _logs_by_org(spaces: Sequence[int], members: Iterable[bytes]) -> dict[bytes, _Logs]:
    found: dict[bytes, _Logs] = {org: _Logs() for org in members}
    sql = "SELECT org, space_id, head_seq, stopped_at FROM store_log WHERE space_id IN ({})"
    for org, space, head, forked in db.rows_in(sql, [*spaces, 0]):
        one = found.setdefault(bytes(org), _Logs())
        one.events += head + 1 if space else 0
        one.forked = one.forked or forked is not None
    last = [event for (event,) in db.rows_in(LAST, spaces) if event is not None]
    for entry in reading.entries(last, logs.snapshot(), reading.epoch_keys()).values():
        one = found.setdefault(entry.org, _Logs())
        one.heard = max(one.heard, entry.day)
    return found


def heard_from(spaces: Sequence[int]) -> dict[bytes, str]:
    """The day of each organisation's last readable event in these spaces (ids of rows)."""
    return {org: found.heard for org, found in _logs_by_org(spaces, ()).items()}


def _space_ids(network: NetworkInfo) -> list[int]:
    hashes = [one for one in (network.space, network.public_space) if one]
    return list(SpaceRow.objects.filter(hash__in=hashes).order_by("id").values_list("id", flat=True))


def holdings(*, viewer: Viewer, network: NetworkInfo) -> Holdings:
    """What this node holds of a network, and what is wrong with it."""
    require(viewer, policies.SEE)
    spaces = _space_ids(network)
    held = db.rows_in("SELECT COALESCE(SUM(head_seq + 1), 0) FROM store_log WHERE space_id IN ({})", spaces)
    pending = """SELECT COUNT(*) FROM store_event WHERE state = 0
                 AND log_id IN (SELECT id FROM store_log WHERE space_id IN ({}))"""
    waiting = """SELECT COUNT(*) FROM store_waiting
                 WHERE log IN (SELECT hash FROM store_log WHERE space_id IN ({}))"""
    due = Redaction.objects.filter(space_id__in=spaces, applied=True, scrubbed=False).order_by("id")
    targets = due.values_list("target", flat=True)
    return Holdings(
        events=_sum(held),
        pending=_sum(db.rows_in(pending, spaces)),
        waiting=_sum(db.rows_in(waiting, spaces)),
        forks=tuple(_forks(spaces, network)),
        erasing=tuple(bytes(target).hex()[:SHORT] for target in targets[:SHOWN]),
        erasing_in_all=due.count(),
    )


def _sum(rows: Sequence[Any]) -> int:
    return sum(int(row[0]) for row in rows)


FORKED = """SELECT l.org, l.id, l.stopped_at, e.hash FROM store_log l
            JOIN store_event e ON e.log_id = l.id AND e.seq = l.stopped_at
            WHERE l.stopped_at IS NOT NULL AND l.space_id IN ({}) ORDER BY l.id, e.id"""


def _forks(spaces: Sequence[int], network: NetworkInfo) -> Iterable[Fork]:
    found: dict[int, tuple[bytes, int, list[str]]] = {}
    for org, log, seq, digest in db.rows_in(FORKED, [*spaces, 0]):
        if bytes(org) in network.members:
            found.setdefault(log, (bytes(org), seq, []))[2].append(bytes(digest).hex()[:SHORT])
    if not found:
        return
    names = selectors.organisations()
    for org, seq, headers in found.values():
        said = names.get(org.hex())
        yield Fork(org.hex(), said.name if said else fingerprint(org), seq, tuple(headers))


@dataclass(frozen=True)
class CrowdGlance:
    """An organisation that has begun more logs in a network than there is room for. `org` and `name` are empty where these
    are of nobody who is known to belong there."""

    org: str
    name: str
    held: int
    kept_out: int


def crowded(*, viewer: Viewer, network: NetworkInfo) -> list[CrowdGlance]:
    """Whose logs are kept out of a network's spaces for now."""
    require(viewer, policies.SEE)
    counts: dict[bytes, tuple[int, int]] = {}
    for one in crowds.crowded([one for one in (network.space, network.public_space) if one]):
        held, out = counts.get(one.org, (0, 0))
        counts[one.org] = (held + one.held, out + one.kept_out)
    return [
        CrowdGlance(org.hex(), selectors.org_name(org) if org else "", held, out)
        for org, (held, out) in sorted(counts.items())
    ]


def waiting_in_all(*, viewer: Viewer) -> int:
    """Events that name something not held yet, whatever they belong to."""
    require(viewer, policies.SEE)
    return Waiting.objects.count()


def exchange_folders(*, viewer: Viewer) -> list[FolderGlance]:
    """Configured folders, and others through which was exchanged by hand, with how it went last time."""
    require(viewer, policies.EXCHANGE)
    last = {one.folder: one for one in selectors.exchanges()}
    known = folders.configured()
    now = tasks.asked_for(known)
    return [FolderGlance(path, last.get(path), now.get(path)) for path in known]


def last_exchange(*, viewer: Viewer) -> Exchange | None:
    """The latest exchange through any folder."""
    require(viewer, policies.SEE)
    return Exchange.objects.order_by("-at").first()
