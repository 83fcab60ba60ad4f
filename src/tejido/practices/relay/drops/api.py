"""Drop links over HTTP: what facilitators can do on the pages. Giving and receipts need no API: they have no account."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema, Status

from tejido.ground.api import Number, Q, listing, needs
from tejido.ground.people import viewer_of
from tejido.practices.relay.drops import actions, selectors
from tejido.practices.relay.drops.actions import Terms
from tejido.practices.relay.drops.selectors import Arrival, LinkRow

router = Router(tags=["drop links"])
READS, WRITES, ERASES = "relay.read", "relay.write", "relay.erase"


@dataclass
class MadeOut:
    """A link that was just made; its address is told this once."""

    id: int
    url: str


class LinkIn(Schema):
    """What a link asks for and takes: a chain for reports, or a hop with a role for answers."""

    chain: str = ""
    hop: str = ""
    role: str = "commentary"
    circle: str
    lang: str
    days: int = 14
    most: int = 20
    minutes: int = 10
    megabytes: int = 32
    note: str = ""


class HiddenIn(Schema):
    """Whether lists leave it out."""

    hidden: bool


@listing(router, "/links", LinkRow)
def list_links(request: HttpRequest, q: Q = "") -> Any:
    """Drop links with their use, the newest first."""
    return selectors.links(viewer=viewer_of(request), query=q)


@router.post("/links", response={201: MadeOut})
def make_link(request: HttpRequest, data: LinkIn) -> Status[MadeOut]:
    """Make a drop link."""
    terms = Terms(data.lang, data.days, data.most, data.minutes, data.megabytes, data.note)
    made = actions.make_link(
        viewer=viewer_of(request), chain=data.chain, hop=data.hop, role=data.role, circle=data.circle, terms=terms
    )
    return Status(201, MadeOut(made.id, request.build_absolute_uri(reverse("relay_drop", args=[made.token]))))


@router.delete("/links/{drop_id}", response={204: None})
def revoke_link(request: HttpRequest, drop_id: Number) -> Status[None]:
    """Let a link take nothing any more."""
    actions.revoke_link(viewer=viewer_of(request), link=drop_id)
    return Status(204, None)


@listing(router, "/given", Arrival)
def list_given(request: HttpRequest, q: Q = "") -> Any:
    """What came in by links, the newest first."""
    return selectors.arrivals(viewer=viewer_of(request), query=q)


@router.post("/given/seen", response={204: None})
def mark_seen(request: HttpRequest) -> Status[None]:
    """Say that all that came in was looked at."""
    actions.mark_seen(viewer=viewer_of(request))
    return Status(204, None)


@router.put("/given/{key}/hidden", response={204: None})
def hide(request: HttpRequest, key: str, data: HiddenIn) -> Status[None]:
    """Take a report that came by link out of the lists, or put it back."""
    actions.hide(viewer=viewer_of(request), report=key, hidden=data.hidden)
    return Status(204, None)


@router.delete("/given/{key}", response={204: None})
@needs(ERASES)
def erase(request: HttpRequest, key: str) -> Status[None]:
    """Erase a report that came by link, here and everywhere, and its receipt."""
    actions.erase(viewer=viewer_of(request), report=key)
    return Status(204, None)
