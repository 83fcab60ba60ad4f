"""What the relay's events fold to: frozen records."""

from dataclasses import dataclass

from tejido.ground.consent.domain import NOTHING, Terms
from tejido.practices.relay.segments import Draft, Line, shown


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
class QuoteState:
    """Words of another hop, told again; they stand while that hop shows them."""

    hop: str
    segment: str
    text: str


@dataclass(frozen=True)
class Passage:
    """Where a report's copy is."""

    space: str
    hop: str


@dataclass(frozen=True)
class VoicedState:
    """The report in a safer voice, made by the event `hash` of the file or the words that `of` names."""

    hash: str
    voice: str
    audio: BlobState
    duration: int
    of: str


@dataclass(frozen=True)
class AskedState:
    """A spoken answer to what the speaker allows."""

    clip: BlobState
    duration: int
    lang: str
    day: str


@dataclass(frozen=True)
class ReportState:
    """A report in the own space. `cut`: how words were last taken out of it (cut, tone, words), or empty.

    `circles` and `public`: the voice chosen for either; `public` is empty where nobody has chosen.
    """

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
    cut: str = ""
    voices: tuple[VoicedState, ...] = ()
    circles: str = "own"
    public: str = ""
    asked: tuple[AskedState, ...] = ()
    quotes: tuple[QuoteState, ...] = ()

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
    quotes: tuple[QuoteState, ...] = ()
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
