"""What selectors hand to pages, API and other rooms: plain records, names looked up, nothing withheld inside."""

from dataclasses import dataclass

from tejido.practices.relay.segments import Line


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of another voice (its row key) that an answer tells again."""

    hop: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class CircleView:
    """A circle with the name of its organisation; `mine`: of this node's organisation."""

    key: str
    org: str
    org_name: str
    name: str
    place: str
    langs: tuple[str, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class ChainItem:
    """A chain in a list, with how far it has come. `last`: Unix seconds of the last hop, else of the opening."""

    key: str
    title: str
    question: str
    lang: str
    day: str
    at: int | None
    circle: CircleView | None
    org: str
    org_name: str
    mine: bool
    voices: int
    answers: int
    languages: int
    organisations: int
    places: int
    last: int | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class HopView:
    """A hop where it stands in its chain; words and sound only where `status` is `shown`.

    `by`: whose words they are (machine, person, mixed, or empty); `state`: draft, review or approved;
    `more`: there are more words than `excerpt`.
    """

    key: str
    chain: str
    parent: str
    number: int
    depth: int
    children: tuple[str, ...]
    orphan: bool
    role: str
    circle: CircleView | None
    org: str
    org_name: str
    mine: bool
    lang: str
    day: str
    at: int | None
    pseudonym: str
    heard: bool
    voice: str
    duration: int
    synthetic: bool
    by: str
    state: str
    excerpt: str
    more: bool
    edition: int
    status: str


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation with its names; whether it is late is for the reader's clock."""

    key: str
    chain: str
    hop: str
    from_org: str
    from_circle: str
    to_org: str
    to_circle: str
    to_us: bool
    mine: bool
    deadline: str
    note: str
    answered: bool
    status: str


@dataclass(frozen=True, slots=True)
class ChainPage:
    """A chain with its hops in reading order and its open invitations."""

    chain: ChainItem
    hops: tuple[HopView, ...]
    invitations: tuple[InvitationView, ...]


@dataclass(frozen=True, slots=True)
class HopPage:
    """A hop with all its words."""

    hop: HopView
    chain: ChainItem
    lines: tuple[Line, ...]
    answers: tuple[HopView, ...]
    report: str
    quotes: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportItem:
    """A report of this organisation in a list. `step` is what it waits for.

    `transcribing`, `stuck` (see the report), `to-pass`, `consent` (words, but no consent to pass), `changed`, `passed`.
    """

    key: str
    chain: str
    chain_title: str
    role: str
    circle: str
    lang: str
    day: str
    pseudonym: str
    duration: int
    heard: bool
    synthetic: bool
    excerpt: str
    conflicts: int
    hop: str
    step: str
    state: str
