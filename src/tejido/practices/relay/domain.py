"""The relay's rules, pure: what events of one aggregate make, and what follows from it.

Whoever opened an aggregate owns it: events of other organisations in it count for nothing. An answer is therefore a hop
of its own, and organisations that answer at once only add children to the tree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from tejido.ground.bodies import Payload, opening
from tejido.ground.consent.domain import (
    Terms,
    may_pass,
    may_publish_audio,
    may_publish_transcript,
    terms,
)
from tejido.ground.store.entry import Entry
from tejido.practices.relay import events as ev
from tejido.practices.relay.leftovers import Left, left_of, target_of
from tejido.practices.relay.segments import APPROVED, Line, corrected, draft, first_line
from tejido.practices.relay.states import (
    AskedState,
    BlobState,
    ChainState,
    CircleState,
    HopState,
    InvitationState,
    Passage,
    QuoteState,
    ReportState,
    VoicedState,
)

P = TypeVar("P", bound=Payload)


def _opened(entries: Sequence[Entry], kind: str, form: type[P]) -> tuple[Entry, P] | None:
    first = opening(entries, kind)
    payload = ev.CATALOGUE.read(first) if first else None
    return (first, payload) if first is not None and isinstance(payload, form) else None


def _later(entries: Sequence[Entry], first: Entry) -> Iterable[tuple[Entry, Payload]]:
    """The owner's well-formed events after the opening one."""
    return _owned((entry for entry in entries if entry is not first), first.org)


def _owned(entries: Iterable[Entry], owner: bytes) -> Iterable[tuple[Entry, Payload]]:
    for entry in entries:
        payload = ev.CATALOGUE.read(entry) if entry.org == owner else None
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
    """A report with its drafts, corrections and passages, as it stands since words were last taken out of it.

    An erased one folds to nothing; one whose first form alone was erased stands as its last recut says."""
    found = _opened(entries, ev.REPORT_ADDED, ev.ReportAdded)
    left = None if found else left_of(entries)
    if found:
        first, made = found
        state, rest = _report_added(first, made), list(_later(entries, first))
    elif left and left.kept:
        state, rest = _report_left(left.place), list(_owned(entries, left.org))
    else:
        return None
    at = max((i for i, (_, p) in enumerate(rest) if isinstance(p, ev.ReportRecut)), default=None)
    if at is None and left:
        return None
    return _with_words(_with_choices(state, [payload for _, payload in rest]), rest[at or 0 :])


def _with_choices(state: ReportState, rest: Sequence[Payload]) -> ReportState:
    """Where copies went, what the speaker said to allow, in which voice it is heard: that holds on whatever is cut."""
    passages = [Passage(p.space, p.hop) for p in rest if isinstance(p, ev.ReportPassed)]
    for one in rest:
        if isinstance(one, ev.VoiceChosen):
            state = replace(state, circles=one.circles, public=one.public)
    asked = [_asked(one) for one in rest if isinstance(one, ev.ReportAsked)]
    return replace(state, passages=tuple(dict.fromkeys(passages)), asked=tuple(asked))


def _asked(made: ev.ReportAsked) -> AskedState:
    return AskedState(BlobState(**made.clip.body()), made.duration, made.lang, made.day)


def _report_added(first: Entry, made: ev.ReportAdded) -> ReportState:
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
        quotes=_quotes(made.quotes),
    )


def _report_left(place: ev.Stub) -> ReportState:
    return ReportState(
        role=place.role,
        chain=place.chain,
        parent=place.parent,
        circle=place.circle,
        lang=place.lang,
        pseudonym="",
        day=place.day,
        at=place.at,
    )


def _with_words(state: ReportState, rest: Sequence[tuple[Entry, Payload]]) -> ReportState:
    """The report with what was written and made since its last recut, which comes first in `rest`."""
    if rest and isinstance(rest[0][1], ev.ReportRecut):
        state = _after_cut(state, rest[0][1])
    drafts = [
        draft(e.hash.hex(), p) for e, p in rest if isinstance(p, ev.TranscriptDrafted | ev.ReportRecut)
    ]  # corrections name segments, and a recut has new ones: none from before can bring a word back
    corrections = [p for _, p in rest if isinstance(p, ev.SegmentCorrected)]
    approvals = [p for _, p in rest if isinstance(p, ev.SegmentApproved)]
    state = replace(state, drafts=corrected(drafts, corrections, approvals))
    voiced = {p.voice: _voiced(e, p) for e, p in rest if isinstance(p, ev.ReportVoiced)}
    return replace(state, voices=tuple(voiced[name] for name in sorted(voiced)))


def _after_cut(state: ReportState, cut: ev.ReportRecut) -> ReportState:
    return replace(
        state,
        preview=_blob(cut.preview),
        master=_blob(cut.master),
        duration=cut.duration,
        pseudonym=cut.pseudonym,
        synthetic=cut.synthetic,
        quotes=_quotes(cut.quotes),
        cut=cut.mode,
    )


def _voiced(entry: Entry, made: ev.ReportVoiced) -> VoicedState:
    return VoicedState(entry.hash.hex(), made.voice, BlobState(**made.audio.body()), made.duration, made.of)


def _quotes(made: Sequence[ev.Quote]) -> tuple[QuoteState, ...]:
    return tuple(QuoteState(one.hop, one.segment, one.text) for one in made)


def _blob(ref: ev.Blob | None) -> BlobState | None:
    return None if ref is None else BlobState(ref.id, ref.key, ref.size, ref.type)


def fold_hop(entries: Sequence[Entry]) -> HopState | None:
    """A passed copy in its last edition; nothing where it came without consent to pass, a tombstone where it was erased.

    Editions that were erased count, so that it does not matter whether they were ever held here."""
    found = _opened(entries, ev.HOP_PASSED, ev.HopPassed)
    left = None if found else left_of(entries)
    if found:
        first, made = found
        state, editions = _first_edition(first, made), _revisions(entries, first.org)
        if not may_pass(state.terms):
            return None
    elif left:
        state, editions = _empty(left), _revisions(entries, left.org)
        if not (left.kept and any(one.whole for one in editions)):
            return replace(state, at=None, status="withdrawn")
    else:
        return None
    for later in editions:
        state = _next_edition(state, later)
    state = replace(state, edition=1 + len(editions) + _erased_revisions(entries, bytes.fromhex(state.org)))
    return state if may_pass(state.terms) else _withheld(state)


def _revisions(entries: Sequence[Entry], owner: bytes) -> list[ev.HopRevised]:
    return [payload for _, payload in _owned(entries, owner) if isinstance(payload, ev.HopRevised)]


def _erased_revisions(entries: Sequence[Entry], owner: bytes) -> int:
    gone = {target_of(entry) for entry in entries if entry.kind == ev.REDACT and entry.org == owner}
    return len(gone - {entry.aggregate.hex() for entry in entries})


def _empty(left: Left) -> HopState:
    at = left.place
    return HopState(left.org.hex(), at.chain, at.parent, at.role, at.circle, at.lang, at.day, at.at)


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
        quotes=_quotes(made.quotes),
        terms=_terms(made),
    )


def _next_edition(state: HopState, later: ev.HopRevised) -> HopState:
    state = replace(state, lines=tuple(first_line(s) for s in later.segments), terms=_terms(later))
    if later.whole:
        quotes = _quotes(later.quotes)
        state = replace(state, pseudonym=later.pseudonym, synthetic=later.synthetic, quotes=quotes)
    if later.audio is None and not later.whole:
        return state
    return replace(state, audio=_blob(later.audio), voice=later.voice, duration=later.duration)


def _terms(made: ev.HopPassed | ev.HopRevised) -> Terms:
    return terms(made.consent.purposes, made.consent.audio, made.consent.since)


def _withheld(state: HopState) -> HopState:
    return replace(state, pseudonym="", audio=None, duration=0, lines=(), quotes=(), status="withheld")


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


def stub(state: HopState | ReportState) -> dict[str, object]:
    """What a redact of a hop leaves behind: its place in the tree, nothing a person said."""
    place = ev.Stub(
        chain=state.chain, role=state.role, circle=state.circle, lang=state.lang, day=state.day, parent=state.parent
    )
    return {name: value for name, value in place.body().items() if name not in ("kept", "at")}


def kept_stub(place: Mapping[str, object], at: int | None) -> dict[str, object]:
    """What a redact of the opening leaves where only earlier editions go: a later one stands in `place`."""
    return {**place, "kept": True, "at": at}


def may_publish(held: Terms, words: str, voice: str = "none") -> bool:
    """Whether anybody may read it and hear it in `voice` (none: read only): the one rule of every public exit.

    The speaker allows words and voice, and a person has approved every word (`words`: the state of its least segment)."""
    heard = voice == "none" or may_publish_audio(held, voice)
    return words == APPROVED and may_publish_transcript(held) and heard


def may_give_to_third_parties(held: Terms, words: str) -> bool:
    """Whether somebody outside the network may be handed the words: as strict as publishing them."""
    return may_publish(held, words)


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


def next_step(
    *, transcribed: bool, transcription: str, may_pass: bool, passed: bool, changed: bool, reachable: bool = True
) -> str:
    """What a report waits for: transcribing, stuck, consent, to-pass, changed, or nothing more (passed, theirs).

    `theirs`: whoever spoke did not agree that it is passed on, and cannot be asked; they alone can change it."""
    if passed:
        return "changed" if changed else "passed"
    if not transcribed:
        return "stuck" if transcription in ("failed", "unavailable") else "transcribing"
    if may_pass:
        return "to-pass"
    return "consent" if reachable else "theirs"


def passed_segments(lines: Sequence[Line]) -> tuple[ev.Segment, ...]:
    """The words that travel with a hop, each marked as a machine's or a person's; empty ones stay."""
    spoken = [line for line in lines if line.text.strip()]
    return tuple(
        ev.Segment(line.id, line.text, line.start, line.end, line.by, line.lang, approved=line.state == APPROVED)
        for line in spoken
    )


def differs(lines: Sequence[Line], passed: Sequence[Line]) -> bool:
    """Whether a report's words have changed since they were passed."""
    return _told(lines) != _told(passed)


def _told(lines: Sequence[Line]) -> list[tuple[object, ...]]:
    """Without times: a reading by somebody else has others."""
    return [(one.id, one.text, one.by, one.lang, one.approved) for one in passed_segments(lines)]
