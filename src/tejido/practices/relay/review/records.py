"""What selectors of the workbench hand to pages and API: plain records."""

from dataclasses import dataclass, replace

from tejido.practices.relay.review.drafts import Drafting
from tejido.practices.relay.review.events import Suspect
from tejido.practices.relay.review.subjects import Subject
from tejido.practices.relay.segments import SEEN, digest

ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Shown:
    """What pages and API both show of a segment: `source` and its language beside `text` in its own; both empty for a
    transcript.

    `base`, `source_base`: hashes that a change must name; `beside`: what the machine says where a person wrote; `lapsed`:
    approved once, changed since; `moved`: the source changed since this was written.
    """

    number: int
    id: str
    start: int | None
    end: int | None
    source: str
    source_lang: str
    source_base: str
    text: str
    lang: str
    base: str
    state: str
    by: str
    engine: str = ""
    beside: str = ""
    lapsed: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Row(Shown):
    """A segment on the workbench. `others`: texts written at the same time; `typing`: what the viewer wrote and did not
    save."""

    suspects: tuple[Suspect, ...] = ()
    others: tuple[str, ...] = ()
    typing: str | None = None

    @property
    def seen(self) -> str:
        """What a page sends back to say which text it showed."""
        return self.base[:SEEN]

    @property
    def source_seen(self) -> str:
        """What a page sends back to say which source it showed."""
        return self.source_base[:SEEN]

    @property
    def doubtful(self) -> bool:
        """Whether a check speaks against a machine's words that nobody has looked at."""
        return bool(self.suspects) and self.state == "draft"

    @property
    def settles(self) -> str:
        """The hashes of `others`, with spaces between."""
        return " ".join(map(digest, self.others))

    @property
    def seconds(self) -> float | None:
        """Where the segment begins."""
        return None if self.start is None else self.start / 1000


@dataclass(frozen=True, slots=True)
class Bench:
    """A text under review. `into`: the language, or `original` for the transcript itself; `rows`: all its segments.

    `begun`: there is a translation; `state`, `percent`: how far all of it is; `under_way`: a draft in the making;
    `passed`: other circles have a copy; `may_translate`, `may_share`: what the speaker allows.
    """

    subject: Subject
    into: str
    lang: str
    rows: tuple[Row, ...]
    begun: bool
    state: str
    percent: int
    under_way: Drafting | None
    passed: bool
    may_translate: bool
    may_share: bool

    @property
    def is_transcript(self) -> bool:
        """Whether these are the words as they were spoken."""
        return self.into == ORIGINAL

    @property
    def open(self) -> int:
        """How many segments nobody has approved."""
        return sum(row.state != "approved" for row in self.rows)

    @property
    def suspects(self) -> int:
        """How many machine's words a check speaks against."""
        return sum(row.doubtful for row in self.rows)


@dataclass(frozen=True, slots=True)
class BenchItem:
    """A text in the list of what is to be reviewed."""

    key: str
    into: str
    kind: str
    chain: str
    title: str
    source_lang: str
    lang: str
    segments: int
    approved: int
    suspects: int
    percent: int
    state: str
    day: str


@dataclass(frozen=True, slots=True)
class Said:
    """A line as a reader of another language meets it. `mark`: empty (approved), review, machine, suspect or original."""

    id: str
    text: str
    lang: str
    mark: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """A hop's words in a reader's language. `mark` as of its least line; `original`: nothing of it is translated.

    `by`: the name of the organisation that gave the translation, where it is neither ours nor the speaker's own."""

    lang: str
    said: tuple[Said, ...]
    mark: str
    source_lang: str
    by: str = ""

    @property
    def marked(self) -> list[Said]:
        """The lines with the mark to be shown: each its own where they differ, and what is doubtful always."""
        mixed = len({one.mark for one in self.said}) > 1
        return [one if mixed or one.mark == "suspect" else replace(one, mark="") for one in self.said]

    @property
    def original(self) -> bool:
        """Whether no line of it is translated."""
        return all(one.mark == "original" for one in self.said)


@dataclass(frozen=True, slots=True)
class Version:
    """What a segment said once: `what` is machine, person or approved; `current`: it stands now."""

    text: str
    what: str
    engine: str
    day: str
    current: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A language that a text can be read or reviewed in, and how far it is there."""

    lang: str
    state: str
    percent: int
    suspects: int
    begun: bool
    passed: bool
    under_way: Drafting | None
