"""What a cut does to times and words, pure: the transcript is derived from the cut sound, never edited beside it.

A name cut only from the text comes back as soon as somebody's player transcribes the sound. So the sound is cut first,
and of the words only those stay that were not cut.

A recogniser lets one word begin where the other ends, and is off by a tenth of a second: cut at its times, a recording
still said “-ing” and “-res” (measured). So a cut reaches that far into the neighbours as well, at most half of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from tejido.engines.speech.errors import NotWidened

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
else:
    DataclassInstance = object

Span = tuple[int, int]

CUT, TONE = "cut", "tone"
MODES = (CUT, TONE)
MARGIN_MS = 100
MARK = "[…]"


class Timed(Protocol, DataclassInstance):
    """A segment: a dataclass with its text, its times and those of its words (start, end, start, end …) in ms."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...
    @property
    def words(self) -> tuple[int, ...]: ...


S = TypeVar("S", bound=Timed)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A recording of `duration` ms and the spans (ms, in order, apart) that were cut from it or covered by a tone."""

    duration: int
    spans: tuple[Span, ...]
    mode: str = CUT

    @property
    def total(self) -> int:
        """How long the recording is afterwards, in ms."""
        return self.duration - sum(self._shift(start, end) for start, end in self.spans)

    def new(self, place: int) -> int | None:
        """Where a moment of the old recording lies in the new one; None within what was cut or covered."""
        if any(start < place < end for start, end in self.spans):
            return None
        return self.nearest(place)

    def nearest(self, place: int) -> int:
        """Where a moment lies, or the joint where it was."""
        return place - sum(self._shift(start, min(end, place)) for start, end in self.spans if start < place)

    def lost(self, start: int, end: int) -> int:
        """How many ms between two moments were cut or covered."""
        return sum(max(0, min(end, last) - max(start, first)) for first, last in self.spans)

    def _shift(self, start: int, end: int) -> int:
        return end - start if self.mode == CUT else 0


def merged(spans: Iterable[Span], duration: int) -> tuple[Span, ...]:
    """Spans in order, within the recording, those that meet or overlap as one; empty ones go."""
    found: list[Span] = []
    for start, end in sorted((max(0, start), min(end, duration)) for start, end in spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return tuple(found)


def pairs(segment: Timed) -> tuple[Span, ...]:
    """Start and end of each word; of the whole segment where its words' times are unknown; nothing without times."""
    times = segment.words
    if times and len(times) == 2 * len(segment.text.split()):
        return tuple(zip(times[::2], times[1::2], strict=True))
    return () if segment.start is None or segment.end is None else ((segment.start, segment.end),)


def widen(spans: Iterable[Span], segments: Iterable[Timed], duration: int, margin: int = MARGIN_MS) -> tuple[Span, ...]:
    """Spans grown to whole words (whole segments where words have no times), and by `margin` ms, less than half a neighbour.

    Call it before `cut` and `apply`: half a name is often the name. `spans` and times in ms of the same recording.
    """
    places = sorted(place for segment in segments for place in pairs(segment))
    grown = merged(spans, duration)
    while (wider := merged((_whole(span, places) for span in grown), duration)) != grown:
        grown = wider
    return merged((_with_margin(span, places, margin) for span in grown), duration)


def _whole(span: Span, places: Sequence[Span]) -> Span:
    touched = [place for place in places if place[0] < span[1] and span[0] < place[1]]
    return min([span[0], *(start for start, _ in touched)]), max([span[1], *(end for _, end in touched)])


def _with_margin(span: Span, places: Sequence[Span], margin: int) -> Span:
    before = max([end - _reach(start, end) for start, end in places if end <= span[0]], default=0)
    after = min([start + _reach(start, end) for start, end in places if start >= span[1]], default=span[1] + margin)
    return max(span[0] - margin, before), min(span[1] + margin, after)


def _reach(start: int, end: int) -> int:
    """How much of a neighbour may go: less than half, so that it stays."""
    return max(0, end - start - 1) // 2


def apply(segments: Iterable[S], timeline: Timeline, mark: str = MARK, margin: int = MARGIN_MS) -> list[S]:
    """The transcript of the cut recording: words that were cut are gone (`mark` stands there), times are new.

    A word stays where spans take at most `margin` ms from its edges and half of it is left. Segments without times are left
    out: nobody can say whether what was cut stood in them. Raises NotWidened where a segment whose words have no times
    is cut in part.
    """
    return [kept for segment in segments if (kept := _kept(segment, timeline, mark, margin)) is not None]


def _kept(segment: S, timeline: Timeline, mark: str, margin: int) -> S | None:
    if segment.start is None or segment.end is None:
        return None
    places, tokens = pairs(segment), segment.text.split()
    if len(places) != len(tokens) or not segment.words:
        return _moved(segment, timeline, margin)
    kept = _tokens(zip(tokens, places, strict=True), timeline, mark, margin)
    if not any(token != mark for token, _, _ in kept):
        return None
    text = " ".join(token for token, _, _ in kept)
    times = tuple(time for _, start, end in kept for time in (start, end))
    start, end = timeline.nearest(segment.start), timeline.nearest(segment.end)
    return replace(segment, text=text, start=min(start, times[0]), end=max(end, times[-1]), words=times)


def _gone(start: int, end: int, timeline: Timeline, margin: int) -> bool:
    met = [(first, last) for first, last in timeline.spans if first < end and start < last]
    return (bool(met) and 2 * timeline.lost(start, end) >= end - start) or any(
        min(end, last) - max(start, first) > margin or (start < first and last < end) for first, last in met
    )


def _moved(segment: S, timeline: Timeline, margin: int) -> S | None:
    start, end = segment.start or 0, segment.end or 0
    if not _gone(start, end, timeline, margin):
        return replace(segment, start=timeline.nearest(start), end=timeline.nearest(end), words=())
    if timeline.lost(start, end) == end - start:
        return None
    raise NotWidened(start_ms=start, end_ms=end)


def _tokens(
    found: Iterable[tuple[str, Span]], timeline: Timeline, mark: str, margin: int
) -> list[tuple[str, int, int]]:
    """Words that stay, with their new times; `mark` once for all that go in a row."""
    kept: list[tuple[str, int, int]] = []
    for token, (start, end) in found:
        first, last = timeline.nearest(start), timeline.nearest(end)
        if not _gone(start, end, timeline, margin):
            kept.append((token, first, last))
        elif mark and kept and kept[-1][0] == mark:
            kept[-1] = (mark, kept[-1][1], last)
        elif mark:
            kept.append((mark, first, last))
    return kept
