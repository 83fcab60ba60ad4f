"""Bundles through the API: the same desk as the pages', the same permissions."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tejido.ground.api import gives, listing
from tejido.ground.bundles import desk, glance
from tejido.ground.bundles.answering import file_answer
from tejido.ground.bundles.planning import ALL, Wish
from tejido.ground.bundles.records import ArrivingGlance, MadeGlance
from tejido.ground.people import viewer_of

router = Router(tags=["bundles"])
READS, WRITES = "exchange", "exchange"


class BundleMemberOut(Schema):
    """An organisation that a bundle can be for. `said`: day of its last word about what it holds, or empty; `sent`: when a
    bundle was last made for it; `reachable`: whether a device of it is known."""

    org: str
    name: str
    words: str
    networks: list[str]
    said: str
    sent: datetime | None
    reachable: bool


class BundleIn(Schema):
    """Whom a bundle is for (ids of organisations); `since`: `all`, `said` (what they lack by their last word) or `last`
    (since the last one for them); `megabytes` of a part, 0 for one file."""

    to: list[str] = Field(max_length=100)
    since: str = ALL
    blobs: bool = True
    megabytes: int = 0


class BundleEstimateOut(Schema):
    """About how large a bundle will be, in bytes."""

    events: int
    recordings: int
    size: int
    parts: int


class BundlePartOut(Schema):
    """One file of a bundle."""

    number: int
    name: str
    size: int


class BundleOut(Schema):
    """A bundle made here. `state`: waiting, ready or failed; `percent`: how far it is, null where it is done."""

    id: str
    at: datetime
    until: datetime
    names: list[str]
    state: str
    error: str
    events: int
    recordings: int
    size: int
    parts: list[BundlePartOut]
    percent: int | None


class BundleSpaceOut(Schema):
    """What a bundle holds of one space; purpose and network are empty where it is not known here."""

    purpose: str
    network: str
    logs: int
    events: int


class BundleGapOut(Schema):
    """Events of an organisation that wait for earlier ones."""

    name: str
    events: int


class BundleBroughtOut(Schema):
    """What a bundle brought; `problems` were passed over."""

    accepted: int
    held: int
    filled: int
    waiting: int
    blobs_in: int
    problems: list[str]


class BundleArrivedOut(Schema):
    """A bundle that is arriving, or was taken in (`report`). `missing`: parts that have not come; `looked`: every byte was
    compared with what was signed; `agreed`: it is being taken in."""

    id: str
    at: datetime
    parts: int
    missing: list[int]
    size: int
    looked: bool
    agreed: bool
    error: str
    percent: int | None
    org: str
    name: str
    words: str
    day: str
    events: int
    recordings: int
    spaces: list[BundleSpaceOut]
    report: BundleBroughtOut | None
    gaps: list[BundleGapOut]


@listing(router, "/members", BundleMemberOut)
def list_members(request: HttpRequest) -> Any:
    """Organisations that a bundle can be for."""
    return glance.members(viewer=viewer_of(request))


@router.post("/preview", response=BundleEstimateOut)
def preview(request: HttpRequest, body: BundleIn) -> Any:
    """About how large a bundle would be; nothing is made."""
    viewer = viewer_of(request)
    return desk.preview(viewer=viewer, asked=_wish(request, body))


def _wish(request: HttpRequest, body: BundleIn) -> Wish:
    return desk.wish(
        viewer=viewer_of(request), to=body.to, since=body.since, blobs=body.blobs, megabytes=body.megabytes
    )


@listing(router, "/made", BundleOut)
def list_made(request: HttpRequest) -> Any:
    """Bundles made here that still lie here."""
    return glance.made(viewer=viewer_of(request))


@router.post("/made", response={201: BundleOut})
def make(request: HttpRequest, body: BundleIn) -> Status[MadeGlance]:
    """Make a bundle. It is ready at once, or the worker makes it: ask for it again."""
    viewer = viewer_of(request)
    return Status(201, desk.make(viewer=viewer, asked=_wish(request, body)))


@router.get("/made/{bundle}", response=BundleOut)
def get_made(request: HttpRequest, bundle: str) -> MadeGlance:
    """One bundle made here."""
    return glance.made_one(viewer=viewer_of(request), bundle=bundle)


@router.delete("/made/{bundle}", response={204: None})
def remove(request: HttpRequest, bundle: str) -> Status[None]:
    """Delete a bundle from this node."""
    desk.remove(viewer=viewer_of(request), bundle=bundle)
    return Status(204, None)


@router.get("/made/{bundle}/parts/{number}")
@gives("application/octet-stream")
def get_part(request: HttpRequest, bundle: str, number: int) -> HttpResponseBase:
    """One part as a file."""
    name, path = desk.part(viewer=viewer_of(request), bundle=bundle, number=number)
    return file_answer(request, path, name)


@listing(router, "/arriving", BundleArrivedOut)
def list_arriving(request: HttpRequest) -> Any:
    """Bundles of which parts lie here."""
    return glance.arriving(viewer=viewer_of(request))


@listing(router, "/taken", BundleArrivedOut)
def list_taken(request: HttpRequest) -> Any:
    """Bundles that were taken in, the latest first."""
    return glance.taken(viewer=viewer_of(request))


@router.post("/arriving", response={201: BundleArrivedOut})
def bring_part(request: HttpRequest, part: File[UploadedFile]) -> Status[ArrivingGlance]:
    """Bring one part of a bundle; bringing it again changes nothing."""
    viewer = viewer_of(request)
    found = desk.gather(viewer=viewer, files=[part])
    return Status(201, glance.arrived(viewer=viewer, bundle=found[0]))


@router.get("/arriving/{bundle}", response=BundleArrivedOut)
def get_arrived(request: HttpRequest, bundle: str) -> ArrivingGlance:
    """Who signed a bundle and what it holds; after it was taken in, what it brought."""
    return glance.arrived(viewer=viewer_of(request), bundle=bundle)


@router.post("/arriving/{bundle}/take", response=BundleArrivedOut)
def take(request: HttpRequest, bundle: str) -> ArrivingGlance:
    """Take in a bundle that was looked at; doing it again changes nothing."""
    return desk.take(viewer=viewer_of(request), bundle=bundle)


@router.delete("/arriving/{bundle}", response={204: None})
def discard(request: HttpRequest, bundle: str) -> Status[None]:
    """Throw away what came of a bundle."""
    desk.discard(viewer=viewer_of(request), bundle=bundle)
    return Status(204, None)
