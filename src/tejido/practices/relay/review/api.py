"""The workbench over HTTP: what the pages can do. Words that nobody approved say so: every segment has its `state`."""

from dataclasses import dataclass, fields
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tejido.ground import blobs
from tejido.ground.api import Q, gives, listing, needs
from tejido.ground.errors import NotFound
from tejido.ground.people import viewer_of
from tejido.practices.relay.review import actions, measures, reading, selectors
from tejido.practices.relay.review.actions import Seen
from tejido.practices.relay.review.measures import Measured
from tejido.practices.relay.review.reasons import sentences
from tejido.practices.relay.review.records import Bench, BenchItem, Rendering, Row, Shown, Version

router = Router(tags=["review"])
READS, WRITES, ERASES = "relay.read", "relay.write", "relay.erase"
Word = Annotated[str, Query(max_length=40)]
Name = Annotated[str, Field(pattern="^[0-9a-f]{16,64}$")]


@dataclass(frozen=True, kw_only=True)
class SegmentOut(Shown):
    """A segment: `source` and `text` with the hashes that a change must name; `doubts`: what speaks against a draft."""

    doubts: list[str]
    others: list[str]


@dataclass
class BenchOut:
    """A text under review. `into`: its language, or `original`; `drafting`: percent of a machine's draft in the making."""

    key: str
    into: str
    kind: str
    title: str
    source_lang: str
    state: str
    percent: int
    passed: bool
    drafting: int | None
    segments: list[SegmentOut]


@dataclass
class Begun:
    """The language's tag, as it is spelt here."""

    lang: str


class StartIn(Schema):
    """Into which language. `by_hand`: without a machine; `outside`: the node's translation server may read the words."""

    lang: str
    by_hand: bool = False
    outside: bool = False


class WordsIn(Schema):
    """A segment's words; `base`: the hash of the text that was seen, `settles`: those of others beside it."""

    base: Name
    text: Annotated[str, Field(max_length=4000)]
    settles: list[str] = []


class ApprovalIn(Schema):
    """What was seen: hashes of the text and, for a translation, of its source."""

    base: Name
    source_base: str = ""


@listing(router, "/texts", BenchItem)
def list_texts(request: HttpRequest, q: Q = "", kind: Word = "", lang: Word = "") -> Any:
    """What is to be reviewed, the newest first; `kind`: transcript or translation."""
    return selectors.benches(viewer=viewer_of(request), query=q, kind=kind, lang=lang)


@router.get("/texts/{key}/{into}", response=BenchOut)
def get_text(request: HttpRequest, key: str, into: str) -> BenchOut:
    """A transcript (`original`) or a translation, segment by segment."""
    return _out(selectors.bench(viewer=viewer_of(request), key=key, into=into))


@router.post("/texts/{key}", response={202: Begun})
def start(request: HttpRequest, key: str, data: StartIn) -> Status[Begun]:
    """Begin a translation of a report or a hop. A machine drafts it in the background."""
    viewer = viewer_of(request)
    if data.by_hand:
        return Status(202, Begun(actions.write_by_hand(viewer=viewer, key=key, lang=data.lang)))
    return Status(202, Begun(actions.start(viewer=viewer, key=key, lang=data.lang, outside=data.outside)))


@router.get("/texts/{key}/original/audio")
@gives("audio/mp4", "audio/ogg", "audio/mpeg", ranges=True)
def get_text_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sound of a text under review, with byte ranges."""
    return blobs.serve_range(request, selectors.sound(viewer=viewer_of(request), key=key), f"review-{key[:8]}.m4a")


@router.post("/texts/{key}/{into}/retry", response={204: None})
def retry(request: HttpRequest, key: str, into: str) -> Status[None]:
    """Let a draft be tried again that failed."""
    actions.retry(viewer=viewer_of(request), key=key, lang=into)
    return Status(204, None)


@router.post("/texts/{key}/{into}/share", response={204: None})
def share(request: HttpRequest, key: str, into: str) -> Status[None]:
    """Give the other circles a translation of a report of ours, or its new state."""
    actions.share(viewer=viewer_of(request), key=key, lang=into)
    return Status(204, None)


@router.delete("/texts/{key}/{into}", response={204: None})
@needs(ERASES)
def discard(request: HttpRequest, key: str, into: str) -> Status[None]:
    """Erase a translation, here and at the other circles."""
    actions.discard(viewer=viewer_of(request), key=key, lang=into)
    return Status(204, None)


@router.put("/texts/{key}/{into}/segments/{segment}", response={204: None})
def write(request: HttpRequest, key: str, into: str, segment: str, data: WordsIn) -> Status[None]:
    """Write a segment. 409 with both texts where it has changed meanwhile."""
    actions.correct(
        viewer=viewer_of(request), key=key, into=into, segment=segment, seen=Seen(data.base), text=data.text,
        settles=data.settles,
    )  # fmt: skip
    return Status(204, None)


@router.post("/texts/{key}/{into}/segments/{segment}/approval", response={204: None})
def approve(request: HttpRequest, key: str, into: str, segment: str, data: ApprovalIn) -> Status[None]:
    """Approve a segment as it was seen. 409 with both texts where it, or what it translates, has changed meanwhile."""
    seen = Seen(data.base, data.source_base)
    actions.approve(viewer=viewer_of(request), key=key, into=into, segment=segment, seen=seen)
    return Status(204, None)


@listing(router, "/texts/{key}/{into}/segments/{segment}/versions", Version)
def list_versions(request: HttpRequest, key: str, into: str, segment: str) -> list[Version]:
    """Everything that a segment said, the newest last."""
    return selectors.versions(viewer=viewer_of(request), key=key, into=into, segment=segment)


@router.get("/hops/{key}/{lang}", response=Rendering)
def read_hop(request: HttpRequest, key: str, lang: str) -> Rendering:
    """A hop in a language; each line's `mark` says what a machine wrote (machine, suspect) or is not translated."""
    found = reading.renderings(viewer=viewer_of(request), hops=[key], lang=lang).get(key)
    if found is None:
        raise NotFound
    return found


@listing(router, "/measures", Measured)
def list_measures(request: HttpRequest) -> list[Measured]:
    """How good drafts are and how fast words travel, by pair of languages."""
    return measures.measured(viewer=viewer_of(request))


def _out(found: Bench) -> BenchOut:
    subject, doing = found.subject, found.under_way
    return BenchOut(
        subject.key, found.into, subject.kind, subject.title, subject.lang, found.state, found.percent, found.passed,
        doing.percent if doing else None, [_segment(row) for row in found.rows],
    )  # fmt: skip


def _segment(row: Row) -> SegmentOut:
    doubts = sentences(row.suspects) if row.doubtful else []
    shown = {one.name: getattr(row, one.name) for one in fields(Shown)}
    return SegmentOut(**shown, doubts=doubts, others=list(row.others))
