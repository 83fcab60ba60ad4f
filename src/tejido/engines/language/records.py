"""Plain records handed in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int


@dataclass(frozen=True, slots=True)
class Pair:
    """From a language into another, as BCP 47 tags or their first part (`es`)."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source}→{self.target}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a draft is suspect: a stable `code` and plain `params` for the sentence that a room makes of it.

    Codes and their params: `unchanged`; `repeated` (phrase); `too-long`, `too-short` (percent of what is usual);
    `script` (expected, found: ISO 15924 codes); `numbers` (lost); `names` (lost); `term` (term, wanted);
    `unknown-words` (words); `fuzzy` (percent). Lists are joined with ", ".
    """

    code: str
    params: Mapping[str, Value] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        """As JSON-ready values."""
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_plain(cls, values: Mapping[str, object]) -> "Reason":
        """The reason that `plain` described."""
        return cls(str(values["code"]), dict(values["params"]))  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry of a translation memory, read in the direction asked for. `percent`: likeness of the source texts.

    100 is the same text, 99 the same but for case, signs and accents. `origin` names where it is from (a file, a
    report), `entry` the memory's own id.
    """

    text: str
    target: str
    percent: int
    origin: str
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A machine's proposal. `engine` names every step (`apertium es→fr, apertium fr→ca`; `memory 87 %`).

    `score` is how far the engine trusts it, in permille, 0 where it does not say; `suspect` is empty where no check
    failed; `match` is the memory's entry that it was taken from.
    """

    text: str
    engine: str
    score: int = 0
    suspect: tuple[Reason, ...] = ()
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase and how it is to be translated; `origin` as in a Match."""

    term: str
    target: str
    origin: str = ""
    note: str = ""
    entry: int = 0
