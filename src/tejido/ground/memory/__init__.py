"""The node's translation memory and glossary: what people translated before, for whoever translates next.

Local tables, never events. An entry carries its source: an imported file, or the report whose approved translation it
is; what a speaker takes back is taken out by `forget`. Rooms use the functions below.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tejido.engines.language import Match, Outcome, Reason, Term

__all__ = ["add", "draft", "forget", "hints", "look_up", "why"]


def look_up(text: str, source: str, target: str, *, least: int = 60, most: int = 5) -> "list[Match]":
    """What was translated before and is alike by at least `least` percent, most alike first; see `looking`."""
    from tejido.ground.memory import looking

    return looking.look_up(text, source, target, least=least, most=most)


def hints(text: str, source: str, target: str) -> "list[Term]":
    """The glossary's terms that stand in a text, with what they are to become."""
    from tejido.ground.memory import looking

    return looking.hints(text, source, target)


def why(reason: "Reason") -> str:
    """A reason to doubt a draft as a sentence in the language of the page."""
    from tejido.ground.memory import wording

    return wording.why(reason)


def draft(
    texts: Sequence[str],
    source: str,
    target: str,
    *,
    heard: Mapping[str, str] | None = None,
    heard_by: str = "",
    outside: bool = False,
) -> "Outcome":
    """A checked machine draft for each text (None where no engine has one): memory, then `heard`, then engines.

    `heard` is Whisper's own English by source text, where there is speech, from the model `heard_by`. Nothing leaves
    this machine unless `outside` says that it may; see `drafting`.
    """
    from tejido.ground.memory import drafting

    return drafting.draft(texts, source, target, heard=heard or {}, heard_by=heard_by, outside=outside)


def add(subject: str, translation: str, source: str, target: str, units: Iterable[tuple[str, str]]) -> int:
    """Remember an approved translation's segments in the place of all that was remembered of it; how many there are.

    `subject` is the row key of the report or hop that was translated, `translation` that of the translation; within
    the caller's transaction. Repeating it changes nothing.
    """
    from tejido.ground.memory import keeping

    return keeping.add(subject, translation, source, target, units)


def forget(subject: str = "", *, translation: str = "") -> int:
    """Take out all that came from a report or hop, or from one translation; how many entries went.

    Within the caller's transaction, which an erasure scrubs afterwards.
    """
    from tejido.ground.memory import keeping

    return keeping.forget(subject, translation=translation)
