"""What a person may do with partners: the permission first, then the action. Pages, the API and commands call these."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tejido.ground import work
from tejido.ground.errors import NotFound, Problem
from tejido.ground.network import policies, selectors
from tejido.ground.peers import actions, exchanging, tasks
from tejido.ground.peers.errors import NoSuchName, Paused, named
from tejido.ground.peers.models import Peer
from tejido.ground.people import Viewer, require
from tejido.ground.ui.errors import words

HERE_S = 20.0  # how long somebody waits for a page where no worker runs


@dataclass(frozen=True)
class PeerGlance:
    """A partner, and how it went last. `problem` is in the viewer's words, empty where it went well; `percent` is None where no
    exchange is under way; `checked`: `public`, `lan`, `onion` or `unknown`."""

    id: str
    org: str
    name: str
    address: str
    every_min: int
    paused: bool
    percent: int | None
    tried_at: datetime | None
    heard_at: datetime | None
    failed_at: datetime | None
    next_at: datetime | None
    problem: str
    code: str
    checked: str
    report: dict[str, Any]

    @property
    def plain(self) -> bool:
        """Whether the line itself is not sealed: http within a local network."""
        return self.address.startswith("http://") and self.checked == actions.LAN


def partners(*, viewer: Viewer) -> list[PeerGlance]:
    """Partners by name."""
    require(viewer, policies.EXCHANGE)
    rows = list(Peer.objects.order_by("address"))
    names = selectors.organisations()
    now = tasks.asked_for([row.id for row in rows])
    found = [_glance(row, _name(names, row.org), now.get(row.id)) for row in rows]
    return sorted(found, key=lambda one: one.name.casefold())


def _name(names: dict[str, selectors.OrgInfo], org: str) -> str:
    return names[org].name if org in names else selectors.org_name(org)


def _glance(row: Peer, name: str, percent: int | None) -> PeerGlance:
    return PeerGlance(
        row.id, row.org, name, row.address, row.every_min, row.paused, percent, row.tried_at, row.heard_at, row.failed_at,
        row.next_at, words(named(row.problem)) if row.problem else "", row.problem,
        "unknown" if row.checked == NoSuchName.code else row.checked, row.report,
    )  # fmt: skip


def partner(*, viewer: Viewer, peer: str) -> PeerGlance:
    """One partner; raises `NotFound`."""
    found = next((one for one in partners(viewer=viewer) if one.id == peer), None)
    if found is None:
        raise NotFound
    return found


def candidates(*, viewer: Viewer) -> list[tuple[str, str]]:
    """Organisations that may become partners: id and name of everybody else in our networks."""
    require(viewer, policies.MANAGE)
    names, own = selectors.organisations(), selectors.org_id()
    orgs = {org for info in selectors.networks() for org in (info.owner, *info.members)} - {own}
    return sorted(((org.hex(), _name(names, org.hex())) for org in orgs), key=lambda one: one[1].casefold())


def add(*, viewer: Viewer, org: str, address: str, every_min: int = 60) -> PeerGlance:
    """Exchange with an organisation's node at an address."""
    require(viewer, policies.MANAGE)
    row = actions.add(org=org, address=address, every_min=every_min)
    return partner(viewer=viewer, peer=row.id)


def change(*, viewer: Viewer, peer: str, address: str, every_min: int) -> PeerGlance:
    """Another address, or more or less often."""
    require(viewer, policies.MANAGE)
    actions.change(peer=peer, address=address, every_min=every_min)
    return partner(viewer=viewer, peer=peer)


def remove(*, viewer: Viewer, peer: str) -> None:
    """Call it no more."""
    require(viewer, policies.MANAGE)
    actions.remove(peer=peer)


def pause(*, viewer: Viewer, peer: str, paused: bool) -> PeerGlance:
    """Leave off for now, or go on."""
    require(viewer, policies.MANAGE)
    actions.pause(peer=peer, paused=paused)
    return partner(viewer=viewer, peer=peer)


def exchange(*, viewer: Viewer, peer: str) -> PeerGlance:
    """Exchange now: by the worker, or here for a moment where none runs. How it went stands in the answer."""
    require(viewer, policies.EXCHANGE)
    row = actions.one(peer)
    if row.paused:
        raise Paused
    if work.worker_is_running():
        tasks.request(row.id)
    else:
        _exchange_here(row)
    return partner(viewer=viewer, peer=peer)


def _exchange_here(row: Peer) -> None:
    try:
        exchanging.exchange(row, slice_s=HERE_S)
    except Problem:
        return  # it stands with the partner


def found(*, viewer: Viewer, wanted: str) -> Peer:
    """The partner that somebody names by its organisation's name or id, or by its address; raises `NotFound`."""
    require(viewer, policies.EXCHANGE)
    known = partners(viewer=viewer)
    matches = {
        one.id
        for one in known
        if wanted in (one.address, one.id, one.org) or wanted.casefold() == one.name.casefold()
        or one.address.partition("://")[2] == wanted
    }  # fmt: skip
    if len(matches) != 1:
        listed = ", ".join(f"{one.name} ({one.address})" for one in known) or "none yet"
        raise NotFound(f"No partner, or more than one, is called {wanted}. Partners: {listed}.")
    return actions.one(matches.pop())
