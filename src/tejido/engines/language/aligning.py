"""English that was heard in speech, laid beside the segments of the transcript.

The recogniser cuts its translation at other places than its transcript. Each English stretch goes to the segment that
it overlaps longest; segments that get none share the text of nobody, so they stay open for the next engine.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol


class Timed(Protocol):
    """Something between two times, in milliseconds."""

    @property
    def start_ms(self) -> int: ...

    @property
    def end_ms(self) -> int: ...


class Said(Timed, Protocol):
    """Something said between two times."""

    @property
    def text(self) -> str: ...


def aligned(segments: Sequence[Timed], english: Iterable[Said]) -> list[str]:
    """The English of each segment, in order, empty where there is none; nothing that was heard is lost or said twice."""
    parts: list[list[str]] = [[] for _ in segments]
    for one in english:
        best = max(range(len(segments)), key=lambda at: (_shared(segments[at], one), -at), default=None)
        if best is not None and one.text.strip():
            parts[best].append(one.text.strip())
    return [" ".join(part) for part in parts]


def _shared(segment: Timed, one: Timed) -> int:
    """Milliseconds that both have; negative is how far they are apart."""
    return min(segment.end_ms, one.end_ms) - max(segment.start_ms, one.start_ms)
