"""A translation's pieces, pure: one a segment of what is translated, with what machine and people made of it.

As in a transcript, a correction names the text it saw; texts that no correction saw stand side by side until somebody
settles them. A machine's text never takes the place of a person's: it stands beside it. An approval names the text and
the source it was checked against, so that a change of either lets it lapse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tejido.practices.relay.review.events import Piece, Suspect, TranslationApproved, TranslationCorrected
from tejido.practices.relay.segments import APPROVED, DRAFT, REVIEW, STATES, Line, digest

NOTHING = digest("")
UNKNOWN = NOTHING
"""The source of words that a person wrote for what was said before a correction: nobody keeps what that was."""


@dataclass(frozen=True)
class Head:
    """One text of a segment: who wrote it, from which source."""

    text: str
    source: str
    by: str = "person"
    engine: str = ""
    suspects: tuple[Suspect, ...] = ()


@dataclass(frozen=True)
class PieceState:
    """A segment's translation as it stands.

    `source`: hash of what it was made from; `base`: hash of `text`; `others`: texts written at the same time; `beside`:
    what the machine said where a person wrote; `machine`: the machine's last words, to measure by; `approved` and
    `approved_source`: hashes of the pair that was approved last. `made` and `checked`: Unix seconds of the first text
    and the last approval, 0 for unknown.
    """

    id: str
    source: str
    text: str
    by: str
    engine: str = ""
    suspects: tuple[Suspect, ...] = ()
    base: str = NOTHING
    others: tuple[str, ...] = ()
    beside: str = ""
    machine: str = ""
    approved: str = ""
    approved_source: str = ""
    made: int = 0
    checked: int = 0

    def state(self, source: str) -> str:
        """`draft`, `review` or `approved`, where the segment's words have the hash `source` now."""
        if (self.approved, self.approved_source) == (self.base, source) and not self.others and self.text.strip():
            return APPROVED
        return REVIEW if self.by == "person" or self.approved else DRAFT


@dataclass
class Growing:
    """A segment's history while it is read."""

    heads: dict[str, Head] = field(default_factory=dict)
    machine: Head | None = None
    pairs: list[tuple[str, str]] = field(default_factory=list)
    made: int = 0
    checked: int = 0

    def draft(self, piece: Piece, at: int) -> None:
        """A machine's words, or a person's that were carried over from an earlier translation."""
        head = Head(piece.text, piece.source, piece.by, piece.engine, piece.suspects)
        if piece.by == "machine":
            self.machine = head
        if piece.by == "person" or not self.touched:
            self.heads = {digest(piece.text): head}
        self.made = self.made or at

    @property
    def touched(self) -> bool:
        """Whether a person wrote or approved what stands."""
        written = any(head.by == "person" for head in self.heads.values())
        return written or any(text in self.heads for text, _ in self.pairs)

    def correct(self, said: TranslationCorrected, at: int) -> None:
        """A person's words; whatever the machine said gives way."""
        gone = {said.base, *said.settles}
        self.heads = {name: h for name, h in self.heads.items() if h.by == "person" and name not in gone}
        name = digest(said.text)
        self.heads.pop(name, None)
        self.heads[name] = Head(said.text, said.source)
        self.made = self.made or at

    def approve(self, said: TranslationApproved, at: int) -> None:
        """A person has checked it."""
        self.pairs.append((said.text, said.source))
        self.checked = at or self.checked

    def grown(self, segment: str) -> PieceState:
        """The piece as it stands."""
        *others, shown = self.heads.values() or [Head("", "", "machine")]
        base = digest(shown.text)
        mine = [pair for pair in self.pairs if pair[0] == base]
        approved, source = (mine or self.pairs or [("", "")])[-1]
        machine = self.machine.text if self.machine else ""
        beside = machine if self.machine and shown is not self.machine and machine != shown.text else ""
        return PieceState(
            segment, shown.source, shown.text, shown.by, shown.engine, shown.suspects, base,
            tuple(one.text for one in others), beside, machine, approved, source, self.made, self.checked,
        )  # fmt: skip


def passed(piece: Piece) -> PieceState:
    """A piece of a passed copy."""
    base = digest(piece.text)
    known = PieceState(piece.id, piece.source, piece.text, piece.by, piece.engine, piece.suspects, base)
    return replace(known, approved=base, approved_source=piece.source) if piece.approved else known


def blank(line: Line) -> PieceState:
    """The piece of a segment that nobody has translated."""
    return PieceState(line.id, line.base, "", "machine")


def matched(pieces: Mapping[str, PieceState], lines: Sequence[Line]) -> list[tuple[Line, PieceState]]:
    """Each segment that holds words, with its piece; a blank one where there is none."""
    return [(line, pieces.get(line.id) or blank(line)) for line in lines if line.text.strip()]


def state_of(pairs: Iterable[tuple[Line, PieceState]]) -> str:
    """How far a translation is: as far as its least piece; `draft` where there is none."""
    return min((piece.state(line.base) for line, piece in pairs), key=STATES.index, default=DRAFT)


def percent(states: Sequence[str]) -> int:
    """How much of a text is approved, 0 to 100; 100 only when all of it is."""
    return 100 * states.count(APPROVED) // len(states) if states else 0
