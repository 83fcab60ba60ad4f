"""Engines that draft translations, and asking one after the other."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from tejido.engines.language import checks
from tejido.engines.language.languages import primary
from tejido.engines.language.records import Draft, Pair, Reason, Term

Hints = Callable[[str], Iterable[Term]]
"""The glossary's terms that stand in a text."""


class Translator(Protocol):
    """Something that drafts translations of short texts (segments of a transcript)."""

    @property
    def name(self) -> str:
        """What a draft's `engine` calls it."""

    def pairs(self) -> Collection[Pair]:
        """The pairs it can do, with languages in their shortest code. Raises an EngineError where it cannot be asked."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Draft | None]:
        """A draft for each text, None where it has none to offer. Raises an EngineError where it fails as a whole."""


@dataclass(frozen=True)
class Known:
    """What is known beforehand, text by text: the in-memory twin, and the English that Whisper heard in speech."""

    name: str
    pair: Pair
    drafts: Mapping[str, str]

    def pairs(self) -> Collection[Pair]:
        """The one pair."""
        return (self.pair,)

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Draft | None]:
        """Drafts of the texts that are known."""
        if (primary(source), primary(target)) != (primary(self.pair.source), primary(self.pair.target)):
            return [None] * len(texts)
        return [Draft(self.drafts[text], self.name) if self.drafts.get(text) else None for text in texts]


@dataclass(frozen=True)
class Outcome:
    """Drafts, one a text and None where nobody had any; faults of engines that failed, by name."""

    drafts: list[Draft | None]
    faults: Mapping[str, str] = field(default_factory=dict)


def draft(
    texts: Sequence[str], source: str, target: str, engines: Iterable[Translator], hints: Hints = lambda _: ()
) -> Outcome:
    """Ask the engines in turn for what is still without a draft, and check each draft.

    An engine that fails is passed over and named in `faults`; the next one is asked for the same texts.
    """
    from tejido.engines.language.errors import EngineError

    found: list[Draft | None] = [Draft("", "empty") if not text.strip() else None for text in texts]
    faults: dict[str, str] = {}
    for engine in engines:
        open_ = [at for at, one in enumerate(found) if one is None]
        try:
            if not open_ or not can(engine, source, target):
                continue
            made = engine.translate([texts[at] for at in open_], source, target)
        except EngineError as error:
            faults[engine.name] = str(error)
            continue
        for at, one in zip(open_, made, strict=True):
            found[at] = one
    checked = [
        one if one is None or not text.strip() else _checked(text, one, (source, target), hints(text))
        for text, one in zip(texts, found, strict=True)
    ]
    return Outcome(checked, faults)


def can(engine: Translator, source: str, target: str) -> bool:
    """Whether the engine does the pair."""
    return Pair(primary(source), primary(target)) in engine.pairs()


def _checked(text: str, made: Draft, languages: tuple[str, str], terms: Iterable[Term]) -> Draft:
    found = (*made.suspect, *checks.reasons(text, made.text, languages, terms))
    known: dict[str, Reason] = {reason.code + str(dict(reason.params)): reason for reason in found}
    return replace(made, suspect=tuple(known.values()))
