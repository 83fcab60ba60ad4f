"""The rules of publication, pure: what events make, and what of a publication must go.

Whoever opened an aggregate owns it; events of others in it count for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tejido.ground.bodies import BadBody, opening
from tejido.ground.consent.domain import Terms, may_publish_audio, may_publish_transcript, may_translate, terms
from tejido.ground.store.entry import Entry
from tejido.practices.relay.publishing import events as ev
from tejido.practices.relay.states import BlobState

SHOWN, WITHDRAWN = "shown", "withdrawn"


@dataclass(frozen=True)
class LineState:
    """A public segment."""

    id: str
    text: str
    start: int | None
    end: int | None
    lang: str
    by: str


@dataclass(frozen=True)
class VoiceState:
    """A public copy of a hop; once it was taken back only its `status` and `org` are left."""

    org: str
    who: str = ""
    place: str = ""
    day: str = ""
    lang: str = ""
    role: str = ""
    lines: tuple[LineState, ...] = ()
    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    audio: BlobState | None = None
    voice: str = "none"
    duration: int = 0
    synthetic: bool = False
    purposes: tuple[str, ...] = ()
    tier: str = "none"
    status: str = SHOWN


@dataclass(frozen=True)
class QuoteState:
    """Words of another place, told again."""

    number: int
    segment: str


@dataclass(frozen=True)
class ItemState:
    """A place in an edition."""

    number: int
    voice: str | None
    role: str
    answers: int | None
    day: str
    quotes: tuple[QuoteState, ...] = ()


@dataclass(frozen=True)
class EditionState:
    """An edition; withdrawn, it keeps its address, number, languages and day."""

    org: str
    slug: str
    number: int
    langs: tuple[str, ...]
    day: str
    replaces: str | None = None
    titles: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    items: tuple[ItemState, ...] = ()
    licence: str = ""
    licence_url: str = ""
    changes: tuple[str, ...] = ()
    form: str = ev.EACH
    withdrawn: bool = False


@dataclass(frozen=True)
class KeptItem:
    """Which hop a place copies, and from which file its sound."""

    number: int
    hop: str
    voice: str | None
    edition: int
    cuts: int
    sound: str | None


@dataclass(frozen=True)
class KeptState:
    """What an edition of ours was made from."""

    org: str
    space: str
    edition: str
    slug: str
    number: int
    chains: tuple[str, ...]
    items: tuple[KeptItem, ...]
    sound: bool
    places: bool
    at: int | None


def fold_voice(entries: Sequence[Entry]) -> VoiceState | None:
    """A public voice; one that carries no consent to what it shows folds to nothing."""
    first = opening(entries, ev.VOICE_PUBLISHED)
    if first is None:
        gone = _erased(entries)
        return VoiceState(gone.org.hex(), status=WITHDRAWN) if gone else None
    made = ev.CATALOGUE.read(first)
    if not isinstance(made, ev.VoicePublished) or not _allowed(made):
        return None
    return _voice(first.org.hex(), made)


def _allowed(made: ev.VoicePublished) -> bool:
    held = terms(made.consent.purposes, made.consent.audio, made.consent.since)
    heard = made.audio is None or may_publish_audio(held, made.voice)
    return heard and may_publish_transcript(held) and (not made.versions or may_translate(held))


def _voice(org: str, made: ev.VoicePublished) -> VoiceState:
    return VoiceState(
        org=org,
        who=made.who,
        place=made.place,
        day=made.day,
        lang=made.lang,
        role=made.role,
        lines=tuple(LineState(s.id, s.text, s.start, s.end, s.lang or made.lang, s.by) for s in made.segments),
        versions={one.lang: one.texts for one in made.versions},
        audio=BlobState(**made.audio.body()) if made.audio else None,
        voice=made.voice,
        duration=made.duration,
        synthetic=made.synthetic,
        purposes=tuple(sorted(made.consent.purposes)),
        tier=made.consent.audio,
    )


def fold_edition(entries: Sequence[Entry]) -> EditionState | None:
    """An edition, or what its withdrawal left of it."""
    first = opening(entries, ev.EDITION_PUBLISHED)
    if first is None:
        return _left(entries)
    made = ev.CATALOGUE.read(first)
    if not isinstance(made, ev.EditionPublished):
        return None
    over = any(one.org == first.org and one.kind == ev.EDITION_WITHDRAWN for one in entries)
    langs, org = made.langs, first.org.hex()
    return EditionState(org, made.slug, made.number, langs, made.day, withdrawn=True) if over else _edition(org, made)


def _left(entries: Sequence[Entry]) -> EditionState | None:
    gone = _erased(entries)
    try:
        stub = ev.EditionStub.from_body(gone.body.get("stub")) if gone else None
    except BadBody:
        return None
    if gone is None or stub is None:
        return None
    return EditionState(gone.org.hex(), stub.slug, stub.number, stub.langs, stub.day, withdrawn=True)


def _edition(org: str, made: ev.EditionPublished) -> EditionState:
    return EditionState(
        org=org,
        slug=made.slug,
        number=made.number,
        langs=made.langs,
        day=made.day,
        replaces=made.replaces,
        titles=dict(made.titles),
        questions=dict(made.questions),
        summaries=dict(made.summaries),
        items=tuple(map(_item, sorted(made.items, key=lambda one: one.number))),
        licence=made.licence.name,
        licence_url=made.licence.url,
        changes=made.changes,
        form=made.form,
    )


def _item(one: ev.Placed) -> ItemState:
    quotes = tuple(QuoteState(quote.number, quote.segment) for quote in one.quotes)
    return ItemState(one.number, one.voice, one.role, one.answers, one.day or "", quotes)


def _erased(entries: Sequence[Entry]) -> Entry | None:
    """The redact that erased the opening event."""
    found = (one for one in entries if one.kind == ev.REDACT and isinstance(one.body, dict))
    return next((one for one in found if one.body.get("target") == one.aggregate.hex()), None)


def fold_kept(entries: Sequence[Entry]) -> KeptState | None:
    """What an edition was made from."""
    first = opening(entries, ev.PUBLICATION_KEPT)
    made = first and ev.CATALOGUE.read(first)
    if first is None or not isinstance(made, ev.PublicationKept):
        return None
    items = tuple(KeptItem(one.number, one.hop, one.voice, one.edition, one.cuts, one.sound) for one in made.items)
    return KeptState(
        first.org.hex(), made.space, made.edition, made.slug, made.number, made.chains, items, made.sound, made.places,
        first.at,
    )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """What the source of a public voice is now: whether it is `there`, what its speaker allows, how often words were
    taken out of it and what it says, whether the file of its sound is still kept, the voice chosen for the public
    (empty: nobody chose).
    """

    there: bool
    held: Terms = field(default_factory=Terms)
    cuts: int = 0
    said: frozenset[str] = frozenset()
    sound: bool = True
    tier: str = ""


@dataclass(frozen=True)
class Told:
    """What a public voice says and carries; `cuts`: how often words had been taken out of its source before."""

    carried: Terms
    texts: frozenset[str]
    voice: str
    cuts: int


GONE, CONSENT, REDACTED, SOUND, TIER = "gone", "consent", "redacted", "sound", "tier"


def must_go(told: Told, now: Standing) -> str:
    """Why a public voice has to be erased at once; empty where it may stand.

    Its source is gone, its speaker allows less, words of it were taken out, its sound was erased, a safer voice was
    chosen. An ordinary correction is no such reason: it waits for a new edition."""
    if not now.there:
        return GONE
    if not told.carried.within(now.held):
        return CONSENT
    if now.cuts > told.cuts and not told.texts <= now.said:
        return REDACTED
    if told.voice == "none":
        return ""
    if not now.sound:
        return SOUND
    return TIER if now.tier and not may_publish_audio(Terms(audio=now.tier), told.voice) else ""
