"""Partners over the internet through the API: the same desk as the pages', the same permissions."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tejido.ground.api import listing
from tejido.ground.peers import addresses, desk
from tejido.ground.peers.actions import MOST_MINUTES
from tejido.ground.peers.desk import PeerGlance
from tejido.ground.people import viewer_of

router = Router(tags=["peers"])
READS, WRITES = "exchange", "keep"


class PartnerOut(Schema):
    """A partner. `percent`: null where no exchange is under way; `problem`: empty where the last one went well; `checked`: what
    the check of its address said: `public`, `lan`, `onion` or `unknown`; `report`: numbers of the last exchange."""

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


class PlaceIn(Schema):
    """Where their node answers, and how often it is called: in minutes, 0 for only by hand."""

    address: str = Field(min_length=1, max_length=addresses.MOST)
    every_min: int = Field(60, ge=0, le=MOST_MINUTES)


class PartnerIn(PlaceIn):
    """A new partner: an organisation of our networks, by its id."""

    org: str = Field(pattern="^[0-9a-f]{64}$")


class PausedIn(Schema):
    """Whether the exchange with a partner is paused."""

    paused: bool


@listing(router, "/partners", PartnerOut)
def list_partners(request: HttpRequest) -> list[PeerGlance]:
    """Partners by name, with how the last exchange went."""
    return desk.partners(viewer=viewer_of(request))


@router.post("/partners", response={201: PartnerOut})
def add_partner(request: HttpRequest, body: PartnerIn) -> Status[PeerGlance]:
    """Exchange with an organisation's node at an address. The address is checked: local ones need a setting."""
    return Status(201, desk.add(viewer=viewer_of(request), **body.dict()))


@router.get("/partners/{peer}", response=PartnerOut)
def get_partner(request: HttpRequest, peer: str) -> PeerGlance:
    """One partner."""
    return desk.partner(viewer=viewer_of(request), peer=peer)


@router.put("/partners/{peer}", response=PartnerOut)
def change_partner(request: HttpRequest, peer: str, body: PlaceIn) -> PeerGlance:
    """Another address, or more or less often."""
    return desk.change(viewer=viewer_of(request), peer=peer, **body.dict())


@router.delete("/partners/{peer}", response={204: None})
def remove_partner(request: HttpRequest, peer: str) -> Status[None]:
    """Call it no more; what was exchanged stays."""
    desk.remove(viewer=viewer_of(request), peer=peer)
    return Status(204, None)


@router.put("/partners/{peer}/paused", response=PartnerOut)
def pause_partner(request: HttpRequest, peer: str, body: PausedIn) -> PeerGlance:
    """Leave off for now, or go on."""
    return desk.pause(viewer=viewer_of(request), peer=peer, paused=body.paused)


@router.post("/partners/{peer}/exchange", response=PartnerOut)
def exchange_partner(request: HttpRequest, peer: str) -> PeerGlance:
    """Exchange now: queued where a worker runs, else done here for up to 20 seconds."""
    return desk.exchange(viewer=viewer_of(request), peer=peer)
