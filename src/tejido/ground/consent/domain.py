"""The rules of consent, pure.

A consent aggregate is a small history: each event names those it replaces. What no other event replaces is a *head*;
in force is what all heads allow. So a withdrawal beats a grant that did not know of it, whatever order they arrive in,
and a doubt always narrows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Annotated, Any, Literal

from tejido.ground.bodies import BadBody, Day, Payload, by_owner, choice, each, opening
from tejido.ground.consent.events import (
    ARCHIVE,
    AUDIO,
    CATALOGUE,
    CONTACT,
    FLAGS,
    GRANTED,
    PASS,
    TIERS,
    TRANSCRIPT,
    TRANSLATE,
    Granted,
    Withdrawn,
)
from tejido.ground.errors import Problem
from tejido.ground.store.entry import Entry

SpaceKind = Literal["own", "network", "public"]


class ConsentMissing(Problem):
    """The person who spoke has not allowed this. Ask them; until then it stays where it is."""

    status = 403
    code = "consent-missing"


@dataclass(frozen=True)
class Terms:
    """What is allowed: `purposes` sorted (audio never among them), the voice anybody may hear, since when."""

    purposes: tuple[str, ...] = ()
    audio: str = "none"
    since: str = ""

    def allows(self, purpose: str) -> bool:
        """Whether `purpose` is allowed; `audio` is allowed when any voice is."""
        return self.audio != "none" if purpose == AUDIO else purpose in self.purposes

    def within(self, other: "Terms") -> bool:
        """Whether this allows nothing that `other` does not."""
        return set(self.purposes) <= set(other.purposes) and _rank(self.audio) <= _rank(other.audio)


NOTHING = Terms()


@dataclass(frozen=True)
class Carried(Payload):
    """Consent as a wider copy carries it: purposes and date."""

    purposes: Annotated[tuple[str, ...], each(choice(*FLAGS), most=len(FLAGS))]
    audio: Annotated[str, choice(*TIERS)]
    since: Day


@dataclass(frozen=True)
class Statement:
    """One line of a consent's history."""

    hash: str
    kind: str
    day: str
    purposes: tuple[str, ...]
    audio: str
    form: str
    lang: str


@dataclass(frozen=True)
class ConsentState:
    """`heads`: hashes of the events that the next one replaces; more than one means concurrent answers."""

    subject: str
    terms: Terms
    heads: tuple[str, ...]
    history: tuple[Statement, ...]

    @property
    def conflict(self) -> bool:
        """Whether several answers stand side by side; the narrower holds."""
        return len(self.heads) > 1


def _rank(tier: str) -> int:
    return TIERS.index(tier)


def terms(purposes: Iterable[str], audio: str = "none", since: str = "") -> Terms:
    """Terms in their one form: purposes sorted and distinct."""
    return Terms(tuple(sorted(set(purposes) - {AUDIO})), audio, since)


def narrower(a: Terms, b: Terms) -> Terms:
    """What both allow, since the later of the two days."""
    audio = min(a.audio, b.audio, key=_rank)
    return terms(set(a.purposes) & set(b.purposes), audio, max(a.since, b.since))


def without(a: Terms, purposes: Iterable[str], since: str) -> Terms:
    """`a` less the purposes withdrawn on the day `since`."""
    gone = set(purposes)
    return terms(set(a.purposes) - gone, "none" if AUDIO in gone else a.audio, since)


def in_force(states: Iterable[ConsentState]) -> Terms:
    """What holds where several devices each began a record for the same report: the narrowest; nothing without any."""
    found = [state.terms for state in states]
    return reduce(narrower, found) if found else NOTHING


def fold(entries: Sequence[Entry]) -> ConsentState | None:
    """The consent that these events of one aggregate make; malformed and foreign ones count for nothing."""
    first = opening(entries, GRANTED)
    opened = first and CATALOGUE.read(first)
    if first is None or not isinstance(opened, Granted):
        return None
    known: dict[str, Terms] = {}
    history: list[Statement] = []
    replaced: set[str] = set()
    for entry in by_owner(entries, first.org):
        payload = CATALOGUE.read(entry)
        if isinstance(payload, Granted | Withdrawn) and payload.subject == opened.subject:
            known[entry.hash.hex()] = _stated(payload, known)
            replaced.update(payload.replaces)
            history.append(_statement(entry, payload))
    heads = tuple(sorted(set(known) - replaced))
    held = reduce(narrower, [known[head] for head in heads]) if heads else NOTHING
    return ConsentState(opened.subject, held, heads, tuple(history))


def _stated(payload: Granted | Withdrawn, known: Mapping[str, Terms]) -> Terms:
    if isinstance(payload, Granted):
        return terms(payload.purposes, payload.audio, payload.day)
    before = [known[name] for name in payload.replaces if name in known]
    return without(reduce(narrower, before) if before else NOTHING, payload.purposes, payload.day)


def _statement(entry: Entry, payload: Granted | Withdrawn) -> Statement:
    granted = isinstance(payload, Granted)
    audio, form, lang = (payload.audio, payload.form, payload.lang) if isinstance(payload, Granted) else ("", "", "")
    purposes = tuple(sorted(payload.purposes))
    return Statement(entry.hash.hex(), "granted" if granted else "withdrawn", payload.day, purposes, audio, form, lang)


def carried(held: Terms) -> dict[str, Any]:
    """What a wider copy carries in its payload: purposes and date. `contact` concerns the origin alone and stays."""
    return Carried(tuple(p for p in held.purposes if p != CONTACT), held.audio, held.since).body()


def from_body(body: object) -> Terms:
    """The terms that a wider copy carries. Raises BadBody."""
    read = Carried.from_body(body)
    return terms(read.purposes, read.audio, read.since)


def carried_in(body: Mapping[str, Any]) -> Terms:
    """The terms under a body's `consent`; nothing where they are absent or malformed."""
    try:
        return from_body(body.get("consent"))
    except BadBody:
        return NOTHING


def may_pass(held: Terms) -> bool:
    """Whether other circles may hear and read it."""
    return held.allows(PASS)


def may_translate(held: Terms) -> bool:
    """Whether it may be put into other languages."""
    return held.allows(TRANSLATE)


def may_archive(held: Terms) -> bool:
    """Whether it may be kept in the archive."""
    return held.allows(ARCHIVE)


def may_publish_transcript(held: Terms) -> bool:
    """Whether anybody may read it."""
    return held.allows(TRANSCRIPT)


def audio_tier(held: Terms) -> str:
    """The voice in which anybody may hear it: none, revoiced, disguised or own."""
    return held.audio


def may_publish_audio(held: Terms, voice: str) -> bool:
    """Whether a recording in `voice` may be heard by anybody: a safer voice than the one allowed may be, too."""
    return voice in TIERS and 0 < _rank(voice) <= _rank(held.audio)


def guard(space_kind: SpaceKind, fact_kind: str, body: Mapping[str, Any], held: Terms) -> None:
    """Refuse, with ConsentMissing, to write a person's words into a space wider than consent allows.

    `held` is what is in force for the subject now. A wider copy carries it under `consent`, never more than it.
    """
    if space_kind == "own":
        return
    copy = carried_in(body)
    if not copy.within(held):
        raise ConsentMissing(f"{fact_kind} carries more consent than is in force.", kind=fact_kind)
    missing = _missing(space_kind, body, narrower(copy, held))
    if missing:
        raise ConsentMissing(kind=fact_kind, missing=missing)


def _missing(space_kind: SpaceKind, body: Mapping[str, Any], held: Terms) -> str:
    """The first purpose that is needed and lacking, or an empty string."""
    if space_kind == "network":
        return "" if may_pass(held) else PASS
    if body.get("audio") and not may_publish_audio(held, str(body.get("voice", "own"))):
        return AUDIO
    silent = body.get("audio") and not body.get("segments")
    return "" if silent or may_publish_transcript(held) else TRANSCRIPT
