"""Networks through the API: the same desk as the pages', the same permissions."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tejido.ground.api import Q, gives, listing, needs
from tejido.ground.network import desk, glance, health, policies
from tejido.ground.network.papers import MAX_PAPER, BadPaper
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import require, viewer_of
from tejido.replication.exchanged import Exchanged

router = Router(tags=["network"])
READS, WRITES, EXCHANGES = "network.read", "keep", "exchange"


class NetworkOut(Schema):
    """A network that this node is in, or waits to be admitted to."""

    key: str
    name: str
    admitted: bool
    members: int


class OrganisationOut(Schema):
    """An organisation in a network. `heard`: day of its last readable event here, or empty."""

    org: str
    name: str
    words: str
    place: str
    languages: list[str]
    own: bool
    founder: bool
    heard: str
    events: int
    forked: bool


class ForkOut(Schema):
    """Two signed events at one place of one log."""

    org: str
    name: str
    seq: int
    headers: list[str]


class HoldingsOut(Schema):
    """What this node holds of a network."""

    events: int
    pending: int
    waiting: int
    erasing: int
    forks: list[ForkOut]


class NodeStateOut(Schema):
    """A member's node by its own signed word; `agreement` is `same`, `other`, `unknown` or `silent`."""

    org: str
    name: str
    day: str
    heard: str
    events: int
    behind: int
    ahead: int
    agreement: str


class DoubtOut(Schema):
    """A fork that statements prove although one of its events is not here."""

    org: str
    name: str
    seq: int
    headers: list[str]


class StateOut(Schema):
    """The state of a space, in words and as SHA-256 in hex, and what every member's node says that it holds."""

    purpose: str
    words: str
    hash: str
    nodes: list[NodeStateOut]
    doubts: list[DoubtOut]


class CrowdOut(Schema):
    """An organisation that has begun more logs in a network than this node takes; `org` is empty for those of nobody known."""

    org: str
    name: str
    held: int
    kept_out: int


class RoomIn(Schema):
    """Whose logs are to be let in, as `crowded` tells it."""

    org: str = Field(max_length=64)


class NameIn(Schema):
    """The name of a new network."""

    name: str = Field(min_length=1, max_length=200)


class ProfileIn(Schema):
    """What we say of ourselves in a network; languages as codes."""

    name: str = Field(min_length=1, max_length=200)
    place: str = Field("", max_length=200)
    languages: list[str] = Field(max_length=50)


class AdmittedOut(Schema):
    """Who was admitted to which network; `already`: nothing was changed; `asked`: its charter lets the members decide, and the
    request was put to them with our yes."""

    org: str
    words: str
    network: str
    already: bool
    asked: bool


class FolderIn(Schema):
    """A folder on the node's machine, by its whole path."""

    path: str = Field(min_length=1, max_length=500)


class FolderOut(Schema):
    """A folder of exchange; `error` is empty where the last exchange went well, `percent` null where none is under way."""

    path: str
    last: str | None
    error: str
    percent: int | None


class ExchangeIn(Schema):
    """One configured folder, or all where it is empty."""

    folder: str = ""


@dataclass
class ExchangedOut(Exchanged):
    """How an exchange went. `problems` were passed over; `error` says why there was none. `queued`: the worker is at it
    now, and the folder says how far it is."""

    folder: str = ""
    error: str = ""
    queued: bool = False


def _out(one: NetworkInfo) -> NetworkOut:
    return NetworkOut(key=one.key, name=one.name, admitted=one.admitted, members=len(one.members))


@listing(router, "/networks", NetworkOut, make=_out)
def networks(request: HttpRequest) -> list[NetworkInfo]:
    """Networks by name."""
    return list(glance.networks(viewer=viewer_of(request)))


@router.post("/networks", response={201: NetworkOut})
def open_network(request: HttpRequest, body: NameIn) -> Status[NetworkOut]:
    """Open a network with this organisation as its first member."""
    return Status(201, _out(desk.open_network(viewer=viewer_of(request), name=body.name)))


@router.get("/networks/{key}", response=HoldingsOut)
def holdings(request: HttpRequest, key: str) -> HoldingsOut:
    """What this node holds of a network: events, pending, waiting, forks, erasures under way."""
    viewer = viewer_of(request)
    held = glance.holdings(viewer=viewer, network=glance.network(viewer=viewer, key=key))
    forks = [ForkOut(org=one.org, name=one.name, seq=one.seq, headers=list(one.headers)) for one in held.forks]
    return HoldingsOut(
        events=held.events, pending=held.pending, waiting=held.waiting, erasing=held.erasing_in_all, forks=forks
    )


@listing(router, "/networks/{key}/organisations", OrganisationOut)
def organisations(request: HttpRequest, key: str, q: Q = "") -> Any:
    """Who is in a network."""
    viewer = viewer_of(request)
    return glance.organisations(viewer=viewer, network=glance.network(viewer=viewer, key=key), query=q)


@router.delete("/networks/{key}/organisations/{org}", response={204: None})
def remove(request: HttpRequest, key: str, org: str) -> Status[None]:
    """Remove a member: it keeps what it holds and receives nothing from then on."""
    viewer = viewer_of(request)
    desk.remove(viewer=viewer, network=glance.network(viewer=viewer, key=key), org=org)
    return Status(204, None)


@listing(router, "/networks/{key}/state", StateOut)
def state(request: HttpRequest, key: str) -> Any:
    """The state hash of each space: equal on every node that holds the same events."""
    viewer = viewer_of(request)
    return health.states(viewer=viewer, network=glance.network(viewer=viewer, key=key))


@listing(router, "/networks/{key}/crowded", CrowdOut)
def crowded(request: HttpRequest, key: str) -> Any:
    """Whose logs are kept out of a network for now, since they are more than there is room for."""
    viewer = viewer_of(request)
    return glance.crowded(viewer=viewer, network=glance.network(viewer=viewer, key=key))


@router.post("/networks/{key}/room", response={204: None})
def make_room(request: HttpRequest, key: str, body: RoomIn) -> Status[None]:
    """Let more logs of an organisation in; nothing where none are kept out. They come with the next exchange."""
    viewer = viewer_of(request)
    desk.make_room(viewer=viewer, network=glance.network(viewer=viewer, key=key), org=body.org)
    return Status(204, None)


@router.put("/networks/{key}/profile", response={204: None})
def profile(request: HttpRequest, key: str, body: ProfileIn) -> Status[None]:
    """Say in a network who we are."""
    viewer = viewer_of(request)
    info = glance.network(viewer=viewer, key=key)
    desk.state_profile(viewer=viewer, network=info, name=body.name, place=body.place, languages=body.languages)
    return Status(204, None)


@router.get("/networks/{key}/invitation")
@needs(WRITES)
@gives("application/octet-stream")
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """The invitation file."""
    viewer = viewer_of(request)
    return _file(desk.invitation(viewer=viewer, network=glance.network(viewer=viewer, key=key)))


@router.get("/networks/{key}/request")
@needs(WRITES)
@gives("application/octet-stream")
def request_file(request: HttpRequest, key: str) -> HttpResponse:
    """The file that asks to be admitted."""
    viewer = viewer_of(request)
    return _file(desk.request_file(viewer=viewer, network=glance.network(viewer=viewer, key=key)))


def _file(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/octet-stream")


@router.post("/join", response={201: NetworkOut})
def join(request: HttpRequest, paper: File[UploadedFile]) -> Status[NetworkOut]:
    """Accept an invitation; then fetch the request of the network that this returns."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    return Status(201, _out(desk.join(viewer=viewer, invitation=_bytes(paper))))


@router.post("/admit", response=AdmittedOut)
def admit(request: HttpRequest, paper: File[UploadedFile], words: Form[str]) -> AdmittedOut:
    """Admit whoever signed a request. `words` are those that its people read out; others are refused (422)."""
    viewer = viewer_of(request)
    require(viewer, policies.MANAGE)
    found = desk.admit(viewer=viewer, request=_bytes(paper), words=words)
    return AdmittedOut(
        org=found.org, words=found.words, network=found.network.key, already=found.member, asked=found.asked
    )


def _bytes(paper: UploadedFile) -> bytes:
    if (paper.size or 0) > MAX_PAPER:
        raise BadPaper
    return bytes(paper.read())


def _folder(one: Any) -> FolderOut:
    last = one.last.at.isoformat() if one.last else None
    return FolderOut(path=one.path, last=last, error=one.last.error if one.last else "", percent=one.percent)


@listing(router, "/folders", FolderOut, make=_folder)
@needs(EXCHANGES)
def folders(request: HttpRequest) -> Any:
    """Folders through which is exchanged, with how it went last time."""
    return glance.exchange_folders(viewer=viewer_of(request))


@router.post("/folders", response={201: FolderIn})
def add_folder(request: HttpRequest, body: FolderIn) -> Status[FolderIn]:
    """Exchange with a folder from now on."""
    return Status(201, FolderIn(path=desk.add_folder(viewer=viewer_of(request), path=body.path)))


@router.delete("/folders", response={204: None})
def remove_folder(request: HttpRequest, path: str) -> Status[None]:
    """Exchange with a folder no more."""
    desk.remove_folder(viewer=viewer_of(request), path=path)
    return Status(204, None)


@router.post("/exchange", response=list[ExchangedOut])
@needs(EXCHANGES)
def exchange(request: HttpRequest, body: ExchangeIn) -> list[ExchangedOut]:
    """Exchange now with each configured folder, or with one of them."""
    found = desk.exchange(viewer=viewer_of(request), folder=body.folder)
    return [
        ExchangedOut(folder=one.folder, error=one.error, queued=one.queued, **vars(one.report) if one.report else {})
        for one in found
    ]
