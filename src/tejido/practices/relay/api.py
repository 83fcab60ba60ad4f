"""The relay room over HTTP: what the pages can do."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase
from ninja import File, Form, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tejido.engines.language.captions import MOST_BYTES
from tejido.ground import blobs
from tejido.ground.api import Q, command, gives, listing, needs, repeatable
from tejido.ground.consent import public as consent
from tejido.ground.people import viewer_of
from tejido.practices.relay import actions, asking, selectors, uploads
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.records import (
    ChainItem,
    ChainPage,
    CircleView,
    HopView,
    InvitationView,
    Quoted,
    ReportItem,
)
from tejido.practices.relay.segments import Line

router = Router(tags=["relay"])
READS, WRITES, ERASES = "relay.read", "relay.write", "relay.erase"
Place = Annotated[int, Path(ge=0, le=1000)]
SOUND = ("audio/mp4", "audio/ogg", "audio/mpeg")


@dataclass
class Made:
    """The key of what was made."""

    key: str


@dataclass
class VoiceOut:
    """A hop with its words, and the words of others that it quotes."""

    hop: HopView
    lines: list[Line]
    quotes: list[Quoted] = field(default_factory=list)


@dataclass
class TermsOut:
    """What the speaker allows; `since` is empty where nobody was asked."""

    purposes: list[str]
    audio: str
    since: str


@dataclass
class ReportOut:
    """A report with its words and its consent; `percent`: how much of a recording has been transcribed."""

    report: ReportItem
    lines: list[Line]
    model: str
    consent: TermsOut
    percent: int
    changed: bool


class CircleIn(Schema):
    """A circle's description."""

    name: str
    place: str = ""
    langs: list[str]


class ChainIn(Schema):
    """A chain's question."""

    circle: str
    title: str
    question: str
    lang: str


class WordingIn(Schema):
    """A better wording."""

    title: str
    question: str


class ConsentIn(Schema):
    """A whole answer; what is not named is a no."""

    purposes: list[str] = []
    audio: str = "none"
    form: str = "self"
    lang: str


class ReportIn(Schema):
    """A report beside its recording. With `asked`, purposes and audio are the speaker's answers; else they are ignored."""

    circle: str
    lang: str
    text: str = ""
    pseudonym: str = ""
    day: str = ""
    synthetic: bool = False
    asked: bool = False
    purposes: list[str] = []
    audio: str = "none"
    form: str = "self"
    asked_in: str = ""


class AnswerIn(ReportIn):
    """An answer: `role` is commentary or parallel."""

    role: str
    quotes: list[str] = []


class InvitationIn(Schema):
    """Whom to ask until when; `hop` and `to_circle` may be left out."""

    circle: str
    to_org: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    deadline: str
    hop: str | None = None
    to_circle: str | None = None
    note: str = ""


class SegmentIn(Schema):
    """A segment's words; `base` is the SHA-256 of the text that was seen, `settles` those of others beside it."""

    base: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    text: str
    settles: list[str] = []


class TextIn(Schema):
    """Typed words."""

    text: str


class WithdrawalIn(Schema):
    """The purposes taken back (default: all); with `erase` the report itself goes, here and everywhere."""

    purposes: list[str] = list(consent.PURPOSES)
    erase: bool


@listing(router, "/circles", CircleView)
def list_circles(request: HttpRequest, q: Q = "") -> list[CircleView]:
    """Circles of all organisations, our own first."""
    return selectors.circles(viewer=viewer_of(request), query=q)


@router.post("/circles", response={201: Made})
@repeatable
def open_circle(request: HttpRequest, data: CircleIn) -> Status[Made]:
    """Open a circle."""
    return Status(201, Made(actions.open_circle(viewer=viewer_of(request), **data.dict(), command=command(request))))


@router.get("/circles/{key}", response=CircleView)
def get_circle(request: HttpRequest, key: str) -> CircleView:
    """One circle."""
    return selectors.circle(viewer=viewer_of(request), key=key)


@router.put("/circles/{key}", response={204: None})
def change_circle(request: HttpRequest, key: str, data: CircleIn) -> Status[None]:
    """Describe a circle of one's own anew."""
    actions.change_circle(viewer=viewer_of(request), circle=key, **data.dict())
    return Status(204, None)


@listing(router, "/chains", ChainItem)
def list_chains(request: HttpRequest, q: Q = "") -> Any:
    """Chains, the most lately answered first."""
    return selectors.chains(viewer=viewer_of(request), query=q)


@router.post("/chains", response={201: Made})
@repeatable
def open_chain(request: HttpRequest, data: ChainIn) -> Status[Made]:
    """Open a chain with its question."""
    return Status(201, Made(actions.open_chain(viewer=viewer_of(request), **data.dict(), command=command(request))))


@router.get("/chains/{key}", response=ChainPage)
def get_chain(request: HttpRequest, key: str) -> ChainPage:
    """A chain with its hops in reading order, shortened, and its invitations."""
    return selectors.chain(viewer=viewer_of(request), key=key)


@router.put("/chains/{key}", response={204: None})
def change_chain(request: HttpRequest, key: str, data: WordingIn) -> Status[None]:
    """Word a chain of one's own anew."""
    actions.change_chain(viewer=viewer_of(request), chain=key, **data.dict())
    return Status(204, None)


@listing(router, "/chains/{key}/hops", VoiceOut, make=lambda one: VoiceOut(one.hop, list(one.lines)))
def read_chain(request: HttpRequest, key: str) -> Any:
    """A chain's hops in reading order with all their words."""
    return selectors.reading(viewer=viewer_of(request), key=key)


@router.post("/chains/{key}/reports", response={201: Made})
@repeatable
def add_report(
    request: HttpRequest,
    key: str,
    data: Form[ReportIn],
    recording: File[UploadedFile | None] = None,
) -> Status[Made]:
    """Add a report: a recording, typed words, or both."""
    with uploads.recording(recording) as audio:
        made = actions.add_report(
            viewer=viewer_of(request), chain=key, circle=data.circle, words=_words(data, audio), said=_said(data),
            command=command(request),
        )  # fmt: skip
    return Status(201, Made(made))


@router.post("/chains/{key}/invitations", response={201: Made})
@repeatable
def invite(request: HttpRequest, key: str, data: InvitationIn) -> Status[Made]:
    """Ask another organisation to answer."""
    asked = {**data.dict(), "to_org": bytes.fromhex(data.to_org)}
    return Status(
        201, Made(actions.invite_to_answer(viewer=viewer_of(request), chain=key, **asked, command=command(request)))
    )


@listing(router, "/invitations", InvitationView)
def list_invitations(request: HttpRequest) -> list[InvitationView]:
    """Invitations to us that wait for an answer."""
    return selectors.invitations_to_us(viewer=viewer_of(request))


@router.delete("/invitations/{key}", response={204: None})
def end_invitation(request: HttpRequest, key: str) -> Status[None]:
    """Take an invitation of one's own back."""
    actions.end_invitation(viewer=viewer_of(request), invitation=key)
    return Status(204, None)


@router.get("/hops/{key}", response=VoiceOut)
def get_hop(request: HttpRequest, key: str) -> VoiceOut:
    """One hop with all its words."""
    page = selectors.hop(viewer=viewer_of(request), key=key)
    return VoiceOut(page.hop, list(page.lines), list(page.quotes))


@router.get("/hops/{key}/audio")
@gives(*SOUND, ranges=True)
def get_hop_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sound of a hop, with byte ranges."""
    return blobs.serve_range(request, selectors.hop_audio(viewer=viewer_of(request), key=key), f"voice-{key[:8]}.m4a")


@router.post("/hops/{key}/answers", response={201: Made})
@repeatable
def answer(
    request: HttpRequest,
    key: str,
    data: Form[AnswerIn],
    recording: File[UploadedFile | None] = None,
) -> Status[Made]:
    """Answer a hop with a commentary or a parallel experience."""
    with uploads.recording(recording) as audio:
        made = actions.answer(
            viewer=viewer_of(request), hop=key, role=data.role, circle=data.circle, words=_words(data, audio),
            said=_said(data), command=command(request),
        )  # fmt: skip
    return Status(201, Made(made))


@listing(router, "/reports", ReportItem)
def list_reports(request: HttpRequest, q: Q = "") -> Any:
    """This organisation's reports, the newest first."""
    return selectors.reports(viewer=viewer_of(request), query=q)


@router.get("/reports/{key}", response=ReportOut)
def get_report(request: HttpRequest, key: str) -> ReportOut:
    """One report with its words, its consent and how far its transcript is."""
    page = selectors.report(viewer=viewer_of(request), key=key)
    held = page.consent.terms
    terms = TermsOut(list(held.purposes), held.audio, held.since)
    percent = selectors.percent(page.transcription)
    return ReportOut(page.report, list(page.lines), page.model, terms, percent, page.changed)


@router.get("/reports/{key}/audio")
@gives(*SOUND, ranges=True)
def get_report_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sound of a report, with byte ranges."""
    ref = selectors.report_audio(viewer=viewer_of(request), key=key)
    return blobs.serve_range(request, ref, f"report-{key[:8]}.m4a")


@router.put("/reports/{key}/segments/{segment}", response={204: None})
def correct(request: HttpRequest, key: str, segment: str, data: SegmentIn) -> Status[None]:
    """Correct one segment. 409 with both texts where it has changed meanwhile."""
    actions.correct_segment(viewer=viewer_of(request), report=key, segment=segment, **data.dict())
    return Status(204, None)


@router.post("/reports/{key}/transcript", response={204: None})
def type_transcript(request: HttpRequest, key: str, data: TextIn) -> Status[None]:
    """Type a transcript."""
    actions.write_transcript(viewer=viewer_of(request), report=key, text=data.text)
    return Status(204, None)


@router.post("/reports/{key}/captions", response={204: None})
def bring_transcript(request: HttpRequest, key: str, captions: File[UploadedFile]) -> Status[None]:
    """Bring a transcript made elsewhere, as WebVTT or SRT: a person's words with their times."""
    actions.bring_transcript(viewer=viewer_of(request), report=key, content=captions.read(MOST_BYTES + 1))
    return Status(204, None)


@router.post("/reports/{key}/retry", response={204: None})
def retry(request: HttpRequest, key: str) -> Status[None]:
    """Let the machine try again."""
    actions.retry_transcription(viewer=viewer_of(request), report=key)
    return Status(204, None)


@router.post("/reports/{key}/pass", response={201: Made})
@repeatable
def pass_on(request: HttpRequest, key: str) -> Status[Made]:
    """Pass a report on; the key of the hop."""
    return Status(201, Made(actions.pass_on(viewer=viewer_of(request), report=key, command=command(request))))


@router.post("/reports/{key}/revise", response={204: None})
def revise(request: HttpRequest, key: str) -> Status[None]:
    """Send corrections to those who have the earlier words."""
    actions.revise(viewer=viewer_of(request), report=key)
    return Status(204, None)


@router.put("/reports/{key}/consent", response={204: None})
def grant_consent(request: HttpRequest, key: str, data: ConsentIn) -> Status[None]:
    """Record the speaker's whole answer anew."""
    said = Answer(tuple(data.purposes), data.audio, data.form, data.lang)
    actions.grant_consent(viewer=viewer_of(request), report=key, said=said)
    return Status(204, None)


@router.get("/reports/{key}/consent/{number}/audio")
@gives(*SOUND, ranges=True)
def get_spoken_answer(request: HttpRequest, key: str, number: Place) -> HttpResponseBase:
    """A speaker's answer to what they allow, as they spoke it; by its number from 0. With byte ranges."""
    ref = asking.audio(viewer=viewer_of(request), report=key, number=number)
    return blobs.serve_range(request, ref, f"answer-{key[:8]}.m4a")


@router.post("/reports/{key}/withdrawal", response={204: None})
@needs(ERASES)
def withdraw(request: HttpRequest, key: str, data: WithdrawalIn) -> Status[None]:
    """Take consent back, and erase where asked to."""
    actions.withdraw(viewer=viewer_of(request), report=key, purposes=data.purposes, erase_too=data.erase)
    return Status(204, None)


def _words(data: ReportIn, audio: dict[str, Any]) -> Words:
    return Words(
        lang=data.lang, text=data.text, pseudonym=data.pseudonym, day=data.day, synthetic=data.synthetic,
        quotes=tuple(getattr(data, "quotes", ())), **audio,
    )  # fmt: skip


def _said(data: ReportIn) -> Answer | None:
    return Answer(tuple(data.purposes), data.audio, data.form, data.asked_in or data.lang) if data.asked else None
