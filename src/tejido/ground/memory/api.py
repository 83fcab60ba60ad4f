"""The memory over HTTP: what the pages can do."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tejido import __version__
from tejido.engines.language import tmx
from tejido.ground.api import Number, Q, gives, listing
from tejido.ground.memory import actions, selectors
from tejido.ground.memory.models import Origin
from tejido.ground.memory.selectors import Filter
from tejido.ground.people import viewer_of

router = Router(tags=["memory"])
READS, WRITES = "memory.read", "memory.write"
Text = Annotated[str, Query(max_length=4000)]
Lang = Annotated[str, Query(max_length=8)]


class OriginOut(Schema):
    """A file or what was approved here. `state`: waiting, ready, failed (`fault` says why); `done` of `total` bytes."""

    key: str
    kind: str
    name: str
    day: str
    state: str
    done: int
    total: int
    fault: str = Field(validation_alias="said")
    entries: int
    words: int


class TermOut(Schema):
    """A term of the glossary."""

    id: int
    a_lang: str
    a_text: str
    b_lang: str
    b_text: str
    name: str
    note: str
    origin_id: str


class UnitOut(TermOut):
    """An entry. `subject` is the report or hop that it is from, or empty."""

    subject: str


class TermIn(Schema):
    """A term and its translation."""

    source: str
    term: str
    target: str
    meant: str
    note: str = ""


@dataclass
class MatchOut:
    """An alike text with its translation; `percent` says how alike."""

    text: str
    target: str
    percent: int
    origin: str
    entry: int


@dataclass
class EngineOut:
    """A machine that can draft here, and its pairs where they are known."""

    name: str
    there: bool
    pairs: list[str]


@dataclass
class Made:
    """The key of what was made."""

    key: str


@listing(router, "/origins", OriginOut)
def list_origins(request: HttpRequest) -> list[Origin]:
    """Files and approvals that the memory is made of."""
    return selectors.origins(viewer=viewer_of(request))


@router.get("/origins/{key}", response=OriginOut)
def get_origin(request: HttpRequest, key: str) -> Origin:
    """One of them."""
    return selectors.origin(viewer=viewer_of(request), key=key)


@router.post("/origins", response={202: Made})
def import_file(request: HttpRequest, file: File[UploadedFile]) -> Status[Made]:
    """Hand in a TMX file or a glossary; a worker reads it. 409 where this very file was read before."""
    key = actions.hand_in(viewer=viewer_of(request), name=file.name or "", chunks=file.chunks())
    return Status(202, Made(key))


@router.delete("/origins/{key}", response={204: None})
def remove_origin(request: HttpRequest, key: str) -> Status[None]:
    """Take out everything that is from a file."""
    actions.remove_origin(viewer=viewer_of(request), key=key)
    return Status(204, None)


@listing(router, "/entries", UnitOut)
def list_entries(request: HttpRequest, q: Q = "", source: Lang = "", target: Lang = "") -> Any:
    """Entries that hold every word of `q` on one side."""
    return selectors.units(viewer=viewer_of(request), wanted=Filter(q, source, target))


@router.delete("/entries/{unit_id}", response={204: None})
def remove_entry(request: HttpRequest, unit_id: Number) -> Status[None]:
    """Take out one imported entry."""
    actions.remove_unit(viewer=viewer_of(request), unit=unit_id)
    return Status(204, None)


@listing(router, "/matches", MatchOut)
def list_matches(request: HttpRequest, text: Text, source: Lang, target: Lang) -> Any:
    """What was translated before and is alike, the most alike first."""
    found = selectors.matches(viewer=viewer_of(request), text=text, source=source, target=target)
    return [MatchOut(one.text, one.target, one.percent, one.origin, one.entry) for one in found]


@listing(router, "/terms", TermOut)
def list_terms(request: HttpRequest, q: Q = "", source: Lang = "", target: Lang = "") -> Any:
    """The glossary."""
    return selectors.terms(viewer=viewer_of(request), wanted=Filter(q, source, target))


@router.post("/terms", response={204: None})
def add_term(request: HttpRequest, data: TermIn) -> Status[None]:
    """Add a term; one that is there already stays as it is."""
    actions.add_term(viewer=viewer_of(request), **data.dict())
    return Status(204, None)


@router.delete("/terms/{term_id}", response={204: None})
def remove_term(request: HttpRequest, term_id: Number) -> Status[None]:
    """Take out a term."""
    actions.remove_term(viewer=viewer_of(request), term=term_id)
    return Status(204, None)


@listing(router, "/engines", EngineOut)
def list_engines(request: HttpRequest) -> Any:
    """What can draft here."""
    return [EngineOut(one.name, one.there, list(one.pairs)) for one in selectors.engines(viewer=viewer_of(request))]


@router.get("/tmx")
@gives("application/x-tmx+xml")
def export_tmx(
    request: HttpRequest, q: Q = "", source: Lang = "", target: Lang = "", *, people: bool = False
) -> StreamingHttpResponse:
    """The memory as TMX 1.4; with `people` also reports whose speakers allow their transcript to be published."""
    wanted = Filter(q, source, target)
    found = selectors.exported(viewer=viewer_of(request), wanted=wanted, people=people)
    parts = (part.encode() for part in tmx.write(found, version=__version__))
    return StreamingHttpResponse(parts, content_type="application/x-tmx+xml; charset=utf-8")
