"""The rules of translations, pure: what events make, who may read what, what must go when its subject goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tejido.ground.bodies import BadBody, Payload, opening
from tejido.ground.consent.domain import NOTHING, Terms, may_pass, may_translate, terms
from tejido.ground.store.entry import Entry
from tejido.practices.relay.events import REDACT
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.pieces import UNKNOWN, Growing, PieceState, matched, passed
from tejido.practices.relay.segments import APPROVED, Line


@dataclass(frozen=True)
class Copy:
    """Where a translation's copy is."""

    space: str
    copy: str


@dataclass(frozen=True)
class TranslationState:
    """A translation in the own space; `at` in Unix seconds."""

    org: str
    kind: str
    subject: str
    source_lang: str
    lang: str
    day: str
    at: int | None
    pieces: tuple[PieceState, ...] = ()
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True)
class PassedState:
    """A copy that a hop's organisation gave to the network."""

    org: str
    hop: str
    source_lang: str
    lang: str
    day: str
    at: int | None
    pieces: tuple[PieceState, ...]
    terms: Terms


def fold_translation(entries: Sequence[Entry]) -> TranslationState | None:
    """A translation with all that was written and approved; an erased one folds to nothing."""
    first = opening(entries, ev.TRANSLATION_DRAFTED)
    made = first and ev.CATALOGUE.read(first)
    if first is None or not isinstance(made, ev.TranslationDrafted):
        return None
    growing: dict[str, Growing] = {}
    copies: list[Copy] = []
    for entry in entries:
        payload = ev.CATALOGUE.read(entry) if entry.org == first.org else None
        if isinstance(payload, ev.TranslationSent):
            copies.append(Copy(payload.space, payload.copy))
        else:
            _grow(growing, payload, entry.at or 0)
    pieces = tuple(one.grown(segment) for segment, one in growing.items())
    place = (made.kind, made.subject, made.source_lang, made.lang)
    return TranslationState(first.org.hex(), *place, first.day, first.at, pieces, tuple(dict.fromkeys(copies)))


def _grow(growing: dict[str, Growing], said: Payload | None, at: int) -> None:
    if isinstance(said, ev.TranslationDrafted | ev.TranslationRedrafted):
        for piece in said.segments:
            growing.setdefault(piece.id, Growing()).draft(piece, at)
    elif isinstance(said, ev.TranslationCorrected):
        growing.setdefault(said.segment, Growing()).correct(said, at)
    elif isinstance(said, ev.TranslationApproved):
        growing.setdefault(said.segment, Growing()).approve(said, at)


def fold_passed(entries: Sequence[Entry]) -> PassedState | None:
    """The last edition of a passed copy; nothing where it was withdrawn, or came without consent."""
    owner = _owner(entries)
    if owner is None:
        return None
    editions = [
        (entry, said)
        for entry in entries
        if entry.org == owner and isinstance(said := ev.CATALOGUE.read(entry), ev.TranslationPassed)
    ]
    if not editions:
        return None
    entry, said = editions[-1]
    held = terms(said.consent.purposes, said.consent.audio, said.consent.since)
    if not may_share(held):
        return None
    pieces = tuple(map(passed, said.segments))
    return PassedState(owner.hex(), said.hop, said.source_lang, said.lang, entry.day, entry.at, pieces, held)


def _owner(entries: Sequence[Entry]) -> bytes | None:
    """Whoever wrote the opening event, or erased it and left a later edition standing."""
    first = opening(entries, ev.TRANSLATION_PASSED)
    if first is not None:
        return first.org
    gone = [one for one in entries if one.kind == REDACT and one.body.get("target") == one.aggregate.hex()]
    stubs = [_stub(one) for one in gone]
    return gone[0].org if stubs and all(stub is not None and stub.kept for stub in stubs) else None


def _stub(redact: Entry) -> ev.PassedStub | None:
    try:
        return ev.PassedStub.from_body(redact.body.get("stub"))
    except BadBody:
        return None


def may_share(held: Terms) -> bool:
    """Whether a translation may go to the other circles."""
    return may_pass(held) and may_translate(held)


@dataclass(frozen=True)
class Standing:
    """What a translation's subject allows at present: whether it is `there` at all, consent `held`, and its words."""

    there: bool
    held: Terms = NOTHING
    lines: tuple[Line, ...] = ()


def must_go(standing: Standing) -> bool:
    """Whether a translation has to be erased whole: its subject is gone, withheld, or may not be translated any more."""
    return not standing.there or not may_translate(standing.held)


def made_from(entries: Iterable[Entry]) -> frozenset[str]:
    """Hashes of all texts that a translation's events were made from."""
    found: set[str] = set()
    for entry in entries:
        said = ev.CATALOGUE.read(entry)
        if isinstance(said, ev.TranslationDrafted | ev.TranslationRedrafted | ev.TranslationPassed):
            found.update(piece.source for piece in said.segments)
        elif isinstance(said, ev.TranslationCorrected | ev.TranslationApproved):
            found.add(said.source)
    return frozenset(found)


def travelling(
    pieces: Mapping[str, PieceState], lines: Sequence[Line], *, approved_only: bool = False
) -> tuple[ev.Piece, ...]:
    """The pieces that go to other circles: those that hold words, made from the words that went there themselves.

    Of another organisation's voice only what a person has approved goes (`approved_only`)."""
    found = []
    for line, piece in matched(pieces, lines):
        approved = piece.state(line.base) == APPROVED
        if piece.text.strip() and (approved or (piece.source == line.base and not approved_only)):
            engine, suspects = ("", ()) if approved else (piece.engine, piece.suspects)
            found.append(ev.Piece(line.id, line.base, piece.text, piece.by, engine, suspects, approved))
    return tuple(found)


@dataclass(frozen=True)
class Kept:
    """What stays of a translation: its pieces, and the (segment, text, source) of approvals that still hold."""

    pieces: tuple[ev.Piece, ...]
    approved: tuple[tuple[str, str, str], ...]


def kept(pieces: Iterable[PieceState], lines: Sequence[Line], *, corrected: bool = False) -> Kept:
    """What may stay of a translation after earlier words of its subject were erased.

    A piece stays where its source stands word for word; segments may have got other ids meanwhile. Of texts written
    side by side only the one shown stays. Where the subject was `corrected` and nothing was taken out of it, what a
    person wrote stays beside the new words, to be reviewed: it says no more from which words it was made."""
    pieces = list(pieces)
    by_source: dict[str, PieceState] = {}
    for piece in pieces:
        for source in (piece.source, piece.approved_source if piece.approved == piece.base else ""):
            if piece.text.strip() and source:
                by_source.setdefault(source, piece)
    stay = [(line, by_source[line.base]) for line in lines if line.base in by_source]
    theirs = {piece.id: piece for piece in pieces if corrected and piece.by == "person" and piece.text.strip()}
    moved = [(line, theirs[line.id]) for line in lines if line.base not in by_source and line.id in theirs]
    return Kept(
        tuple(ev.Piece(line.id, line.base, p.text, p.by, p.engine, p.suspects) for line, p in stay)
        + tuple(ev.Piece(line.id, UNKNOWN, p.text, "person") for line, p in moved),
        tuple((line.id, p.base, line.base) for line, p in stay if p.state(line.base) == APPROVED),
    )
