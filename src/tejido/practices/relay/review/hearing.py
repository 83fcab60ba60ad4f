"""English that the recogniser heard in the speech itself, segment by segment: often better than its text translated."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tejido.practices.relay.review.subjects import Subject
from tejido.practices.relay.segments import Line


@dataclass(frozen=True)
class Heard:
    """English by source text, and the model that heard it."""

    english: dict[str, str] = field(default_factory=dict)
    model: str = ""


def heard(subject: Subject, lines: Sequence[Line], lang: str, spoken: str) -> Heard:
    """What the recogniser makes of the sound of these lines, where the draft is into English and there is sound."""
    return Heard()
