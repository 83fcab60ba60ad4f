"""Redaction and voices over HTTP: what the pages can do."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponseBase
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tejido.ground import blobs
from tejido.ground.api import gives, needs
from tejido.ground.bodies import BadBody
from tejido.ground.people import viewer_of
from tejido.practices.relay import uploads
from tejido.practices.relay.redaction import actions, selectors, voicing
from tejido.practices.relay.redaction.domain import MOST_SPANS, read_marks
from tejido.practices.relay.redaction.errors import BadSpan

router = Router(tags=["relay"])
READS, WRITES, ERASES = "relay.read", "relay.write", "relay.erase"
SOUND = ("audio/mp4", "audio/ogg", "audio/mpeg")
Key = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass
class AfterOut:
    """A segment as it would be, or will be."""

    id: str
    text: str
    start: int | None
    end: int | None


@dataclass
class MarksOut:
    """What is marked: words as [segment, place from 0], whole segments, stretches in ms."""

    words: list[tuple[str, int]]
    segments: list[str]
    spans: list[tuple[int, int]]


@dataclass
class RedactionOut:
    """`base` names the words that marks are made on; `state`: marking, waiting, ready, failed, stale. `spans`: what goes."""

    base: str
    state: str
    mode: str
    marks: MarksOut
    spans: list[tuple[int, int]]
    after: list[AfterOut]
    duration: int
    message: str


@dataclass
class TierOut:
    """A voice: whether it can be heard, is made of earlier words or sound, is allowed in public; ms."""

    voice: str
    heard: bool
    stale: bool
    allowed: bool
    duration: int


@dataclass
class VoicesOut:
    """The voices of a report, who hears which, and how a disguise in the making stands."""

    tiers: list[TierOut]
    circles: str
    public: str
    state: str


class MarksIn(Schema):
    """What is to be taken out of the words that `base` names. `mode`: cut, or a tone in its place."""

    base: Key
    words: Annotated[list[tuple[str, int]], Field(max_length=20_000)] = []
    segments: Annotated[list[str], Field(max_length=600)] = []
    spans: Annotated[list[tuple[int, int]], Field(max_length=MOST_SPANS)] = []
    mode: Annotated[str, Field(pattern="^(cut|tone)$")] = "cut"


class ChoiceIn(Schema):
    """Who hears which voice."""

    circles: Annotated[str, Field(pattern="^(own|disguised|revoiced|none)$")]
    public: Annotated[str, Field(pattern="^(own|disguised|revoiced|none)$")]


class ReadingIn(Schema):
    """Whether the reader was asked and agrees."""

    agreed: bool = False


@router.get("/reports/{key}/redaction", response=RedactionOut)
def get_redaction(request: HttpRequest, key: str) -> RedactionOut:
    """What is marked in a report, and what it comes to."""
    found = selectors.redaction(viewer=viewer_of(request), report=key)
    after = [AfterOut(one.id, one.text, one.start, one.end) for one in found.after]
    marks = MarksOut(list(found.marks.words), list(found.marks.segments), list(found.marks.spans))
    return RedactionOut(
        found.base, found.state, found.mode, marks, list(found.cuts), after, found.duration, found.message
    )


@router.put("/reports/{key}/redaction", response={202: None})
def mark(request: HttpRequest, key: str, data: MarksIn) -> Status[None]:
    """Mark, and have it cut in the background."""
    viewer = viewer_of(request)
    try:
        marks = read_marks(data.dict())
    except BadBody as error:
        raise BadSpan from error
    actions.mark(viewer=viewer, report=key, base=data.base, marks=marks, mode=data.mode)
    actions.cut(viewer=viewer, report=key)
    return Status(202, None)


@router.delete("/reports/{key}/redaction", response={204: None})
def forget(request: HttpRequest, key: str) -> Status[None]:
    """Let marks and trial go."""
    actions.forget(viewer=viewer_of(request), report=key)
    return Status(204, None)


@router.get("/reports/{key}/redaction/audio")
@gives(*SOUND, ranges=True)
def trial_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The recording as it was cut, with byte ranges."""
    return blobs.serve_range(
        request, selectors.trial_audio(viewer=viewer_of(request), report=key), f"trial-{key[:8]}.m4a"
    )


@router.post("/reports/{key}/redaction/keep", response={204: None})
@needs(ERASES)
def keep(request: HttpRequest, key: str, original: bool = False) -> Status[None]:
    """Keep it, and erase what came before; `original`: but for an original that only the recovery sheets open."""
    actions.keep(viewer=viewer_of(request), report=key, original=original)
    return Status(204, None)


@router.get("/reports/{key}/voices", response=VoicesOut)
def get_voices(request: HttpRequest, key: str) -> VoicesOut:
    """The voices of a report."""
    found = selectors.voice_page(viewer=viewer_of(request), report=key)
    tiers = [TierOut(one.voice, one.heard, one.stale, one.allowed, one.duration) for one in found.tiers]
    return VoicesOut(tiers, found.circles, found.public or "none", found.state)


@router.put("/reports/{key}/voices", response={204: None})
def choose(request: HttpRequest, key: str, data: ChoiceIn) -> Status[None]:
    """Choose who hears which voice."""
    voicing.choose(viewer=viewer_of(request), report=key, circles=data.circles, public=data.public)
    return Status(204, None)


@router.post("/reports/{key}/disguise", response={202: None})
def disguise(request: HttpRequest, key: str) -> Status[None]:
    """Have the voice disguised in the background."""
    voicing.disguise(viewer=viewer_of(request), report=key)
    return Status(202, None)


@router.post("/reports/{key}/reading", response={204: None})
def read_again(request: HttpRequest, key: str, data: Form[ReadingIn], recording: File[UploadedFile]) -> Status[None]:
    """Add another person's reading of the approved words."""
    with uploads.recording(recording) as audio:
        voicing.read_again(viewer=viewer_of(request), report=key, agreed=data.agreed, **audio)
    return Status(204, None)


@router.get("/reports/{key}/voices/{voice}/audio")
@gives(*SOUND, ranges=True)
def voice_audio(request: HttpRequest, key: str, voice: str) -> HttpResponseBase:
    """A report in one voice, with byte ranges."""
    ref = selectors.voice_audio(viewer=viewer_of(request), report=key, voice=voice)
    return blobs.serve_range(request, ref, f"{voice}-{key[:8]}.m4a")


@router.delete("/reports/{key}/voices/{voice}", response={204: None})
@needs(ERASES)
def remove(request: HttpRequest, key: str, voice: str) -> Status[None]:
    """Erase a disguised voice or a reading."""
    voicing.remove(viewer=viewer_of(request), report=key, voice=voice)
    return Status(204, None)
