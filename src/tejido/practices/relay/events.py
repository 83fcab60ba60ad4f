"""What happens in the relay room, as events.

Circles, chains, invitations and hops live in a network space; a report and its transcript live in the own space until
they are passed. A hop is the wider copy: it names no report, the report names the hop.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from tejido.ground.bodies import (
    BadBody,
    Catalogue,
    Day,
    Flag,
    Hash,
    Lang,
    MaybeHash,
    Payload,
    choice,
    day,
    each,
    hash_text,
    lang_tag,
    nested,
    number,
    optional,
    pattern,
    text,
)
from tejido.ground.consent.domain import Carried

CIRCLE_OPENED = "circle.opened"
CIRCLE_CHANGED = "circle.changed"
CHAIN_OPENED = "chain.opened"
CHAIN_CHANGED = "chain.changed"
REPORT_ADDED = "report.added"
REPORT_RECUT = "report.recut"
REPORT_VOICED = "report.voiced"
VOICE_CHOSEN = "voice.chosen"
REPORT_ASKED = "report.asked"
REPORT_PASSED = "report.passed"
TRANSCRIPT_DRAFTED = "transcript.drafted"
SEGMENT_CORRECTED = "segment.corrected"
SEGMENT_APPROVED = "segment.approved"
HOP_PASSED = "hop.passed"
HOP_REVISED = "hop.revised"
ANSWER_INVITED = "answer.invited"
INVITATION_ENDED = "invitation.ended"
REDACT = "redact"

ROLES = ("report", "commentary", "parallel")
VOICES = ("own", "disguised", "revoiced")
SAFER_VOICES = ("disguised", "revoiced")
TIERS = ("none", *VOICES)
CUTS = ("cut", "tone", "words")
WRITERS = ("machine", "person")
MAX_DURATION_MS = 10 * 60 * 1000
MAX_SEGMENTS = 600
MAX_SEGMENT = 2000
MAX_WORDS = 1000

SegmentId = Annotated[str, pattern(re.compile(r"[a-z0-9-]{1,32}"), "an id of 1 to 32 of a-z, 0-9 and -")]
Duration = Annotated[int, number(0, MAX_DURATION_MS)]
Role = Annotated[str, choice(*ROLES)]
Voice = Annotated[str, choice(*VOICES)]
Tier = Annotated[str, choice(*TIERS)]
Pseudonym = Annotated[str, text(80, least=0)]
Title = Annotated[str, text(160)]
Question = Annotated[str, text(600, lines=True)]
Words = Annotated[str, text(MAX_SEGMENT, least=0, lines=True)]
MaybeLang = Annotated[str | None, optional(lang_tag)]
WordTimes = Annotated[tuple[int, ...], each(number(0, MAX_DURATION_MS), most=2 * MAX_WORDS)]


@dataclass(frozen=True)
class Blob(Payload):
    """A file of the store: `size` in bytes; `key` opens it and is empty where it is public."""

    id: Hash
    key: Annotated[str, text(200, least=0)]
    size: Annotated[int, number()]
    type: Annotated[str, text(100)]


@dataclass(frozen=True)
class Segment(Payload):
    """A stretch of speech: milliseconds from the start (none for typed text), its words, who wrote them.

    `lang` where it is not the report's; `words`: start and end of each word between white space, one after the other, in
    milliseconds from the recording's start, empty where they are not known. `approved`: a person checked these words (in a
    hop; the report itself keeps that as events).
    """

    id: SegmentId
    text: Words
    start: Annotated[int | None, optional(number(0, MAX_DURATION_MS))] = None
    end: Annotated[int | None, optional(number(0, MAX_DURATION_MS))] = None
    by: Annotated[str, choice(*WRITERS)] = "person"
    lang: MaybeLang = None
    words: WordTimes = ()
    approved: Flag = False

    def verify(self) -> None:
        if (self.start is None) != (self.end is None) or (self.start or 0) > (self.end or 0):
            raise BadBody("start and end: both or neither, and in order")
        if len(self.words) % 2 or list(self.words) != sorted(self.words):
            raise BadBody("words: pairs of start and end, in order")


Segments = Annotated[tuple[Segment, ...], each(nested(Segment), most=MAX_SEGMENTS)]
MaybeBlob = Annotated[Blob | None, optional(nested(Blob))]


@dataclass(frozen=True)
class Quote(Payload):
    """Words of a hop that is answered. Its speaker's consent covers them: they go when those words go."""

    hop: Hash
    segment: SegmentId
    text: Words


Quotes = Annotated[tuple[Quote, ...], each(nested(Quote), most=20)]


class HasId(Protocol):
    """A segment, or what belongs to one."""

    @property
    def id(self) -> str: ...


def distinct(segments: Sequence[HasId]) -> None:
    """Raises `BadBody` where two have one id."""
    if len({segment.id for segment in segments}) != len(segments):
        raise BadBody("segments: two have one id")


def _placed(role: str, parent: str | None) -> None:
    if (role == "report") != (parent is None):
        raise BadBody("parent: an answer names what it answers, a report does not")


@dataclass(frozen=True)
class Circle(Payload):
    """A small group that speaks and answers: `place` as coarse as it chose, perhaps empty; the languages it uses."""

    name: Annotated[str, text(80)]
    place: Annotated[str, text(80, least=0)]
    langs: Annotated[tuple[str, ...], each(lang_tag, most=12, least=1)]


@dataclass(frozen=True)
class ChainOpened(Payload):
    """A question that a circle puts to others."""

    title: Title
    question: Question
    lang: Lang
    circle: Hash


@dataclass(frozen=True)
class ChainChanged(Payload):
    """The opener's better wording."""

    title: Title
    question: Question


@dataclass(frozen=True)
class ReportAdded(Payload):
    """A report in the own space, recorded or typed; `day` is when it was spoken, `synthetic` says a machine spoke."""

    role: Role
    chain: Hash
    circle: Hash
    lang: Lang
    day: Day
    parent: MaybeHash = None
    pseudonym: Pseudonym = ""
    preview: MaybeBlob = None
    master: MaybeBlob = None
    duration: Duration = 0
    synthetic: Flag = False
    quotes: Quotes = ()

    def verify(self) -> None:
        _placed(self.role, self.parent)


@dataclass(frozen=True)
class TranscriptDrafted(Payload):
    """A machine's draft of a recording (`model` named), or a person's typed text (`model` empty), in segments."""

    model: Annotated[str, text(120, least=0)]
    lang: Lang
    segments: Segments

    def verify(self) -> None:
        distinct(self.segments)


@dataclass(frozen=True)
class ReportRecut(Payload):
    """A report once words were taken out of it: all of it anew, so that whatever came before can be erased.

    `mode`: the sound was cut, or a tone stands in it, or there is none and only words went; `segments` under new ids,
    with the times of the new recording; `spans`: how many stretches were taken out.
    """

    mode: Annotated[str, choice(*CUTS)]
    spans: Annotated[int, number(1, MAX_SEGMENTS * 2)]
    lang: Lang
    segments: Segments
    model: Annotated[str, text(120, least=0)] = ""
    preview: MaybeBlob = None
    master: MaybeBlob = None
    duration: Duration = 0
    pseudonym: Pseudonym = ""
    synthetic: Flag = False
    quotes: Quotes = ()

    def verify(self) -> None:
        distinct(self.segments)


@dataclass(frozen=True)
class ReportVoiced(Payload):
    """The report in a safer voice: `of` is the file that was changed, or whose words were read, on which `agreed`."""

    voice: Annotated[str, choice(*SAFER_VOICES)]
    audio: Annotated[Blob, nested(Blob)]
    duration: Duration
    of: Hash
    agreed: Annotated[str | None, optional(day)] = None

    def verify(self) -> None:
        if (self.voice == "revoiced") != (self.agreed is not None):
            raise BadBody("agreed: the day on which whoever read agreed; nobody else is asked")


@dataclass(frozen=True)
class ReportAsked(Payload):
    """The speaker's answer to what they allow, as they spoke it; it never leaves the own space."""

    clip: Annotated[Blob, nested(Blob)]
    duration: Duration
    lang: Lang
    day: Day


@dataclass(frozen=True)
class VoiceChosen(Payload):
    """In which voice the report is heard: by other circles, and by anybody once it is published."""

    circles: Tier
    public: Tier


@dataclass(frozen=True)
class SegmentCorrected(Payload):
    """A person's words for a segment; `base`: SHA-256 of the text they saw; `settles`: those of others beside it."""

    segment: SegmentId
    base: Hash
    text: Words
    settles: Annotated[tuple[str, ...], each(hash_text, most=32)] = ()


@dataclass(frozen=True)
class SegmentApproved(Payload):
    """A person has checked a segment; `text`: SHA-256 of the words they approved, so that a later change lets it lapse."""

    segment: SegmentId
    text: Hash


@dataclass(frozen=True)
class ReportPassed(Payload):
    """Where a copy went: the network space and the hop in it."""

    space: Hash
    hop: Hash


@dataclass(frozen=True)
class HopPassed(Payload):
    """A report's copy for the other circles, with the consent in force."""

    chain: Hash
    role: Role
    circle: Hash
    lang: Lang
    day: Day
    consent: Annotated[Carried, nested(Carried)]
    segments: Segments
    parent: MaybeHash = None
    pseudonym: Pseudonym = ""
    audio: MaybeBlob = None
    voice: Voice = "own"
    duration: Duration = 0
    synthetic: Flag = False
    quotes: Quotes = ()

    def verify(self) -> None:
        _placed(self.role, self.parent)
        distinct(self.segments)


@dataclass(frozen=True)
class HopRevised(Payload):
    """What replaces the copy's words and consent; the audio too, where it is named.

    `whole`: nothing of earlier editions stays, so that they can be erased; no audio then means that there is none.
    """

    consent: Annotated[Carried, nested(Carried)]
    segments: Segments
    audio: MaybeBlob = None
    voice: Voice = "own"
    duration: Duration = 0
    whole: Flag = False
    pseudonym: Pseudonym = ""
    synthetic: Flag = False
    quotes: Quotes = ()

    def verify(self) -> None:
        distinct(self.segments)


@dataclass(frozen=True)
class AnswerInvited(Payload):
    """A circle asks another organisation to answer until a day; nothing closes when it passes."""

    chain: Hash
    circle: Hash
    to_org: Hash
    deadline: Day
    hop: MaybeHash = None
    to_circle: MaybeHash = None
    note: Annotated[str, text(300, least=0, lines=True)] = ""


@dataclass(frozen=True)
class InvitationEnded(Payload):
    """The inviting circle takes its invitation back."""


@dataclass(frozen=True)
class Stub(Payload):
    """What stays of an erased opening event: the place of a hop (or a report) in the tree.

    `kept`: only the first edition was erased, a later one stands; `at` then says when the first was made.
    """

    chain: Hash
    role: Role
    circle: Hash
    lang: Lang
    day: Day
    parent: MaybeHash = None
    kept: Flag = False
    at: Annotated[int | None, optional(number())] = None

    def verify(self) -> None:
        _placed(self.role, self.parent)


CATALOGUE = Catalogue(
    {
        CIRCLE_OPENED: Circle,
        CIRCLE_CHANGED: Circle,
        CHAIN_OPENED: ChainOpened,
        CHAIN_CHANGED: ChainChanged,
        REPORT_ADDED: ReportAdded,
        TRANSCRIPT_DRAFTED: TranscriptDrafted,
        SEGMENT_CORRECTED: SegmentCorrected,
        SEGMENT_APPROVED: SegmentApproved,
        REPORT_RECUT: ReportRecut,
        REPORT_VOICED: ReportVoiced,
        VOICE_CHOSEN: VoiceChosen,
        REPORT_ASKED: ReportAsked,
        REPORT_PASSED: ReportPassed,
        HOP_PASSED: HopPassed,
        HOP_REVISED: HopRevised,
        ANSWER_INVITED: AnswerInvited,
        INVITATION_ENDED: InvitationEnded,
    }
)
