"""The relay's rules, pure: what events of one aggregate make, and what follows from it.

Whoever opened an aggregate owns it: events of other organisations in it count for nothing. An answer is therefore a hop
of its own, and organisations that answer at once only add children to the tree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from tejido.ground.bodies import BadBody, Payload, by_owner, opening
from tejido.ground.consent.domain import NOTHING, Terms, may_pass, terms
from tejido.ground.store.entry import Entry
from tejido.practices.relay import events as ev
from tejido.practices.relay.segments import APPROVED, Draft, Line, corrected, draft, first_line, shown


@dataclass(frozen=True)
class CircleState:
    """A circle as its organisation describes it."""

    org: str
    name: str
    place: str
    langs: tuple[str, ...]


@dataclass(frozen=True)
class ChainState:
    """A chain's question; `at` in Unix seconds, None where the space keeps no time."""

    org: str
    circle: str
    title: str
    question: str
    lang: str
    day: str
    at: int | None


@dataclass(frozen=True)
class BlobState:
    """A file of the store."""

    id: str
    key: str
    size: int
    type: str


@dataclass(frozen=True)
class Passage:
    """Where a report's copy is."""

    space: str
    hop: str


@dataclass(frozen=True)
class ReportState:
    """A report in the own space."""

    role: str
    chain: str
    parent: str | None
    circle: str
    lang: str
    pseudonym: str
    day: str
    at: int | None
    preview: BlobState | None = None
    master: BlobState | None = None
    duration: int = 0
    synthetic: bool = False
    drafts: tuple[Draft, ...] = ()
    passages: tuple[Passage, ...] = ()

    @property
    def transcript(self) -> Draft | None:
        """The draft that people see and pass on."""
        return shown(self.drafts)


@dataclass(frozen=True)
class HopState:
    """A copy passed to the network. `status`: shown, withheld (its consent no longer allows it) or withdrawn."""

    org: str
    chain: str
    parent: str | None
    role: str
    circle: str
    lang: str
    day: str
    at: int | None
    pseudonym: str = ""
    audio: BlobState | None = None
    voice: str = "own"
    duration: int = 0
    synthetic: bool = False
    lines: tuple[Line, ...] = ()
    terms: Terms = NOTHING
    edition: int = 1
    status: str = "shown"


@dataclass(frozen=True)
class InvitationState:
    """An invitation to answer; whether it was answered, or is late, is for the reader's clock."""

    org: str
    chain: str
    hop: str | None
    circle: str
    to_org: str
    to_circle: str | None
    deadline: str
    note: str
    day: str
    ended: bool = False


P = TypeVar("P", bound=Payload)


def _opened(entries: Sequence[Entry], kind: str, form: type[P]) -> tuple[Entry, P] | None:
    first = opening(entries, kind)
    payload = ev.CATALOGUE.read(first) if first else None
    return (first, payload) if first is not None and isinstance(payload, form) else None


def _later(entries: Sequence[Entry], first: Entry) -> Iterable[tuple[Entry, Payload]]:
    """The owner's well-formed events after the opening one."""
    for entry in by_owner(entries, first.org):
        payload = ev.CATALOGUE.read(entry) if entry is not first else None
        if payload is not None:
            yield entry, payload


def fold_circle(entries: Sequence[Entry]) -> CircleState | None:
    """A circle in its last description."""
    found = _opened(entries, ev.CIRCLE_OPENED, ev.Circle)
    if found is None:
        return None
    first, payload = found
    for _, later in _later(entries, first):
        payload = later if isinstance(later, ev.Circle) else payload
    return CircleState(first.org.hex(), payload.name, payload.place, payload.langs)


def fold_chain(entries: Sequence[Entry]) -> ChainState | None:
    """A chain with its last wording."""
    found = _opened(entries, ev.CHAIN_OPENED, ev.ChainOpened)
    if found is None:
        return None
    first, made = found
    state = ChainState(first.org.hex(), made.circle, made.title, made.question, made.lang, first.day, first.at)
    for _, later in _later(entries, first):
        if isinstance(later, ev.ChainChanged):
            state = replace(state, title=later.title, question=later.question)
    return state


def fold_report(entries: Sequence[Entry]) -> ReportState | None:
    """A report with its drafts, corrections and passages; an erased one folds to nothing."""
    found = _opened(entries, ev.REPORT_ADDED, ev.ReportAdded)
    if found is None:
        return None
    first, made = found
    rest = list(_later(entries, first))
    drafts = [draft(e.hash.hex(), p) for e, p in rest if isinstance(p, ev.TranscriptDrafted)]
    corrections = [p for _, p in rest if isinstance(p, ev.SegmentCorrected)]
    approvals = [p for _, p in rest if isinstance(p, ev.SegmentApproved)]
    passages = [Passage(p.space, p.hop) for _, p in rest if isinstance(p, ev.ReportPassed)]
    return ReportState(
        role=made.role,
        chain=made.chain,
        parent=made.parent,
        circle=made.circle,
        lang=made.lang,
        pseudonym=made.pseudonym,
        day=made.day,
        at=first.at,
        preview=_blob(made.preview),
        master=_blob(made.master),
        duration=made.duration,
        synthetic=made.synthetic,
        drafts=corrected(drafts, corrections, approvals),
        passages=tuple(dict.fromkeys(passages)),
    )


def _blob(ref: ev.Blob | None) -> BlobState | None:
    return None if ref is None else BlobState(ref.id, ref.key, ref.size, ref.type)


def fold_hop(entries: Sequence[Entry]) -> HopState | None:
    """A passed copy; nothing where it came without consent to pass, a tombstone where it was redacted."""
    found = _opened(entries, ev.HOP_PASSED, ev.HopPassed)
    if found is None:
        return _tombstone(entries)
    first, made = found
    state = _first_edition(first, made)
    if not may_pass(state.terms):
        return None
    for _, later in _later(entries, first):
        if isinstance(later, ev.HopRevised):
            state = _next_edition(state, later)
    return state if may_pass(state.terms) else _withheld(state)


def _tombstone(entries: Sequence[Entry]) -> HopState | None:
    """Only where the opening event is gone: a redact by somebody else erases nothing and so shows nothing."""
    for entry in entries:
        left = _stub_in(entry)
        if left is not None:
            place = (left.chain, left.parent, left.role, left.circle, left.lang, left.day)
            return HopState(entry.org.hex(), *place, None, status="withdrawn")
    return None


def _stub_in(entry: Entry) -> ev.HopStub | None:
    if entry.kind != ev.REDACT or not isinstance(entry.body, dict):
        return None
    try:
        whole = entry.body.get("target") == entry.aggregate.hex()
        return ev.HopStub.from_body(entry.body.get("stub")) if whole else None
    except BadBody:
        return None


def _first_edition(entry: Entry, made: ev.HopPassed) -> HopState:
    return HopState(
        org=entry.org.hex(),
        chain=made.chain,
        parent=made.parent,
        role=made.role,
        circle=made.circle,
        lang=made.lang,
        day=made.day,
        at=entry.at,
        pseudonym=made.pseudonym,
        audio=_blob(made.audio),
        voice=made.voice,
        duration=made.duration,
        synthetic=made.synthetic,
        lines=tuple(first_line(s) for s in made.segments),
        terms=_terms(made),
    )


def _next_edition(state: HopState, later: ev.HopRevised) -> HopState:
    lines = tuple(first_line(s) for s in later.segments)
    state = replace(state, lines=lines, terms=_terms(later), edition=state.edition + 1)
    if later.audio is None:
        return state
    return replace(state, audio=_blob(later.audio), voice=later.voice, duration=later.duration)


def _terms(made: ev.HopPassed | ev.HopRevised) -> Terms:
    return terms(made.consent.purposes, made.consent.audio, made.consent.since)


def _withheld(state: HopState) -> HopState:
    return replace(state, pseudonym="", audio=None, duration=0, lines=(), status="withheld")


def fold_invitation(entries: Sequence[Entry]) -> InvitationState | None:
    """An invitation, and whether it was taken back."""
    found = _opened(entries, ev.ANSWER_INVITED, ev.AnswerInvited)
    if found is None:
        return None
    first, made = found
    ended = any(isinstance(later, ev.InvitationEnded) for _, later in _later(entries, first))
    return InvitationState(
        org=first.org.hex(),
        chain=made.chain,
        hop=made.hop,
        circle=made.circle,
        to_org=made.to_org,
        to_circle=made.to_circle,
        deadline=made.deadline,
        note=made.note,
        day=first.day,
        ended=ended,
    )


def stub(state: HopState) -> dict[str, object]:
    """What a redact of a hop leaves behind: its place in the tree, nothing a person said."""
    return ev.HopStub(
        chain=state.chain, role=state.role, circle=state.circle, lang=state.lang, day=state.day, parent=state.parent
    ).body()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an invitation asks to answer what; empty for "any"."""

    chain: str
    hop: str
    to_org: str
    to_circle: str


@dataclass(frozen=True, slots=True)
class Given:
    """Where an answer stands and whose it is; `parent` is empty for a report."""

    chain: str
    parent: str
    org: str
    circle: str


def answers(asked: Asked, given: Given) -> bool:
    """Whether a hop answers an invitation: of the organisation (and circle) asked, in that chain, to that hop."""
    return (
        given.parent != ""
        and given.chain == asked.chain
        and given.org == asked.to_org
        and asked.to_circle in ("", given.circle)
        and asked.hop in ("", given.parent)
    )


def invitation_status(deadline: str, *, answered: bool, today: date) -> str:
    """`answered`, `open` or `late`, by the reader's clock: a late answer is still welcome."""
    if answered:
        return "answered"
    return "late" if today.isoformat() > deadline else "open"


def next_step(*, transcribed: bool, transcription: str, may_pass: bool, passed: bool, changed: bool) -> str:
    """What a report waits for: transcribing, stuck, consent, to-pass, changed, or nothing more (passed)."""
    if passed:
        return "changed" if changed else "passed"
    if not transcribed:
        return "stuck" if transcription in ("failed", "unavailable") else "transcribing"
    return "to-pass" if may_pass else "consent"


def passed_segments(lines: Sequence[Line]) -> tuple[ev.Segment, ...]:
    """The words that travel with a hop, each marked as a machine's or a person's; empty ones stay."""
    spoken = [line for line in lines if line.text.strip()]
    return tuple(
        ev.Segment(line.id, line.text, line.start, line.end, line.by, line.lang, approved=line.state == APPROVED)
        for line in spoken
    )


def differs(lines: Sequence[Line], passed: Sequence[Line]) -> bool:
    """Whether a report's words have changed since they were passed."""
    return passed_segments(lines) != passed_segments(passed)
