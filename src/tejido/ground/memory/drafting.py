"""The engines of this node, in the order in which they are asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from tejido.engines import language
from tejido.engines.language import Draft, Known, Outcome, Pair, Reason, Translator
from tejido.engines.language.backends import apertium, libretranslate
from tejido.engines.language.languages import primary
from tejido.ground.memory import looking
from tejido.ground.memory.models import Unit

FUZZY = 80
"""Percent from which a similar text's translation is offered as a draft; it is marked as suspect all the same."""
ENGLISH = "en"


@dataclass(frozen=True)
class Remembered:
    """The memory as an engine: an exact match is a draft, a fuzzy one is a draft that says how alike it is."""

    least: int = FUZZY
    name: str = "memory"

    def pairs(self) -> Collection[Pair]:
        """Those that have entries, in both directions."""
        found = Unit.objects.values_list("a", "b").distinct()
        return {pair for a, b in found for pair in (Pair(a, b), Pair(b, a))}

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Draft | None]:
        """The best match of each text."""
        return [self._draft(text, source, target) for text in texts]

    def _draft(self, text: str, source: str, target: str) -> Draft | None:
        best = next(iter(looking.look_up(text, source, target, least=self.least, most=1)), None)
        if best is None:
            return None
        suspect = (Reason("fuzzy", {"percent": best.percent}),) if best.percent < 100 else ()
        return Draft(best.target, f"memory {best.percent} %", best.percent * 10, suspect, best)


def engines(*, outside: bool = False, heard: Translator | None = None) -> Iterator[Translator]:
    """The memory, what was heard, Apertium where it is installed, a server where one is configured and allowed."""
    yield Remembered()
    if heard is not None:
        yield heard
    if apertium.installed():
        yield apertium.Apertium()
    if outside and settings.NODE.translation_server:
        yield libretranslate.Server(settings.NODE.translation_server, settings.NODE.translation_key)


def draft(
    texts: Sequence[str], source: str, target: str, *, heard: Mapping[str, str], heard_by: str, outside: bool
) -> Outcome:
    """See `tejido.ground.memory.draft`."""
    known = Known(f"whisper {heard_by}".strip(), Pair(primary(source), ENGLISH), heard) if heard else None
    asked: Iterable[Translator] = engines(outside=outside, heard=known)
    return language.draft(texts, source, target, asked, lambda text: looking.hints(text, source, target))
