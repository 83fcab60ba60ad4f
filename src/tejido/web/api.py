"""What stands on nobody's own page, over HTTP: search, what waits for you, how the node stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tejido.ground import slots
from tejido.ground.api import listing, needs
from tejido.ground.people import viewer_of
from tejido.ground.work.overview import Piece
from tejido.web import finding, operating

router = Router(tags=["node"])
READS = WRITES = "keep"
Words = Annotated[str, Query(min_length=1, max_length=200)]
Kind = Annotated[str, Query(max_length=40)]


@dataclass
class FoundOut:
    """A find: what kind of thing, its key, its title, the words around what was found, its page."""

    kind: str
    key: str
    title: str
    lang: str
    day: str
    text: str
    url: str


@dataclass
class StepOut:
    """Something that waits for you; the more urgent, the greater."""

    label: str
    url: str
    urgency: int
    due: str
    note: str


@dataclass
class NodeOut:
    """How the node stands; sizes in bytes."""

    version: str
    python: str
    database: str
    database_size: int | None
    disk_free: int
    disk_total: int
    worker: bool
    waiting: int
    running: int
    failed: int
    stuck: int
    speech: bool
    sheets: list[str]
    stale: bool
    erasing: int
    backup: str | None


@dataclass
class WarningOut:
    """What a keeper should act upon, and where."""

    text: str
    url: str


class PieceIn(Schema):
    """The key of a piece of work."""

    key: Annotated[str, Field(min_length=1, max_length=200)]


def _found(one: finding.Found) -> FoundOut:
    hit, text = one.hit, "".join(piece.text for piece in one.hit.snippet)
    return FoundOut(hit.kind, hit.key, hit.title or str(one.link.label), hit.lang, hit.day, text, one.link.url)


@listing(router, "/search", FoundOut, make=_found)
@needs("search")
def search(request: HttpRequest, q: Words, kind: Kind = "") -> Iterator[finding.Found]:
    """Search in everything that you may see. How many finds there are nobody has counted."""
    return finding.finds(viewer=viewer_of(request), query=q, kind=kind)


@listing(router, "/steps", StepOut)
@needs("me")
def list_steps(request: HttpRequest) -> Any:
    """What waits for you, the most urgent first."""
    found = slots.next_steps(viewer_of(request))
    return [StepOut(str(one.label), one.url, one.urgency, one.due, str(one.note)) for one in found]


@router.get("/node", response=NodeOut)
def get_node(request: HttpRequest) -> NodeOut:
    """How the node stands."""
    found = operating.standing(viewer=viewer_of(request))
    same = {name: getattr(found, name) for name in NodeOut.__dataclass_fields__ if hasattr(found, name)}
    counts = {name: getattr(found.queue, name) for name in ("waiting", "running", "failed")}
    backup = found.backup.created.isoformat() if found.backup else None
    return NodeOut(**{**same, **counts, "sheets": list(found.sheets), "backup": backup})


@listing(router, "/warnings", WarningOut)
def list_warnings(request: HttpRequest) -> Any:
    """What a keeper should act upon, the most pressing first."""
    return [WarningOut(str(one.text), one.url) for one in operating.warnings(viewer=viewer_of(request))]


@listing(router, "/pieces", Piece)
def list_work(request: HttpRequest) -> Any:
    """Work under way, waiting or stuck."""
    return operating.unfinished(viewer=viewer_of(request))


@router.post("/pieces/retry", response={204: None})
def retry_work(request: HttpRequest, data: PieceIn) -> Status[None]:
    """Let a stuck piece of work be tried again."""
    operating.retry(viewer=viewer_of(request), key=data.key)
    return Status(204, None)
