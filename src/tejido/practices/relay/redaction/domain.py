"""What is marked to be taken out of a report, and what the report is without it; pure.

Where words have times, the sound is cut and the text follows from the cut. Words without times (somebody typed them beside
the recording) are struck out as marked, and nobody but the listener can say where they are heard: both must be marked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tejido.engines.speech.timeline import MARK, Span, Timeline, apply, merged, widen
from tejido.ground.bodies import BadBody
from tejido.practices.relay.events import MAX_DURATION_MS, MAX_SEGMENTS, Segment
from tejido.practices.relay.redaction.errors import NeedsSound, NeedsWords, NothingLeft, NothingMarked
from tejido.practices.relay.segments import Line, digest

MOST_SPANS = 100


@dataclass(frozen=True)
class Marks:
    """Words by their segment and place in it (from 0), whole segments, stretches of sound in ms."""

    words: tuple[tuple[str, int], ...] = ()
    segments: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.segments or self.spans)

    def body(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "words": [list(word) for word in self.words],
            "segments": list(self.segments),
            "spans": [list(span) for span in self.spans],
        }

    def of(self, segment: str) -> frozenset[int]:
        """Places of the words marked one by one in a segment."""
        return frozenset(place for name, place in self.words if name == segment)


def read_marks(body: Mapping[str, object]) -> Marks:
    """Marks as they were kept. Raises BadBody."""
    try:
        words = tuple(sorted({(str(name), int(place)) for name, place in body.get("words", ())}))  # type: ignore[attr-defined]
        spans = tuple((int(start), int(end)) for start, end in body.get("spans", ()))  # type: ignore[attr-defined]
        segments = tuple(sorted({str(name) for name in body.get("segments", ())}))  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise BadBody("marks: words, segments and spans") from error
    if len(spans) > MOST_SPANS or any(not 0 <= start < end <= MAX_DURATION_MS for start, end in spans):
        raise BadBody("spans: a start before its end, within the recording")
    return Marks(words, segments, tuple(sorted(spans)))


@dataclass(frozen=True)
class Plan:
    """What is cut (`spans` in ms, whole words), what the text is then, how many stretches of sound or text go."""

    spans: tuple[Span, ...]
    segments: tuple[Segment, ...]
    count: int


def name_of(preview: str, lines: Sequence[Line]) -> str:
    """A name for the words and the sound that marks were made on: any change of either gives another."""
    return digest("\n".join([preview, *(f"{line.id} {line.base}" for line in lines)]))


def plan(lines: Sequence[Line], marks: Marks, *, duration: int, mode: str, prefix: str) -> Plan:
    """The report without what is marked; `duration` in ms, 0 where there is no sound. New segments' ids begin with `prefix`.

    Raises NothingMarked, NeedsSound, NeedsWords, NothingLeft."""
    if not marks:
        raise NothingMarked
    spans = cut_spans(lines, marks, duration)
    timeline = Timeline(duration, spans, mode)
    if duration and timeline.total <= 0:
        raise NothingLeft
    kept = [one for line in lines if (one := _without(line, marks, timeline, duration)) is not None]
    struck = sum(bool(_struck(line, marks)) for line in lines if not _timed(line, duration))
    segments = tuple(replace(one, id=f"{prefix}-{i:03d}") for i, one in enumerate(kept[:MAX_SEGMENTS]))
    if not len(spans) + struck:
        raise NothingMarked
    return Plan(spans, segments, len(spans) + struck)


def cut_spans(lines: Sequence[Line], marks: Marks, duration: int) -> tuple[Span, ...]:
    """The stretches of sound that go, widened to whole words. Raises NeedsSound, NeedsWords."""
    if not duration:
        return ()
    untimed = [line for line in lines if not _timed(line, duration)]
    struck = [line for line in untimed if _struck(line, marks)]
    if struck and not marks.spans:
        raise NeedsSound
    if marks.spans and untimed and not struck:
        raise NeedsWords
    timed = [segment_of(line) for line in lines if _timed(line, duration)]
    marked = [span for segment in timed for span in _times(segment, marks)]
    return widen([*marks.spans, *marked], timed, duration)


def _timed(line: Line, duration: int) -> bool:
    return bool(duration) and line.start is not None


def segment_of(line: Line) -> Segment:
    """A line as a segment of a new transcript; approved words stay approved where they stay."""
    return line.segment(line.id, times=True)


def _times(segment: Segment, marks: Marks) -> Iterable[Span]:
    """Where the marked words of a segment are heard; the whole segment where single words have no times."""
    places = marks.of(segment.id)
    if segment.id in marks.segments or (places and not segment.words):
        yield (segment.start or 0, segment.end or 0)
    elif segment.words:
        for place in places:
            if 2 * place + 1 < len(segment.words):
                yield (segment.words[2 * place], segment.words[2 * place + 1])


def _struck(line: Line, marks: Marks) -> frozenset[int]:
    """Places of the words of a line without times that are struck out."""
    count = len(line.text.split())
    return frozenset(range(count)) if line.id in marks.segments else marks.of(line.id) & frozenset(range(count))


def _without(line: Line, marks: Marks, timeline: Timeline, duration: int) -> Segment | None:
    segment = segment_of(line)
    if _timed(line, duration):
        found = next(iter(apply([segment], timeline)), None)
        return None if found is None else _judged(found, segment)
    text = struck_out(segment.text, _struck(line, marks))
    bare = replace(segment, text=text, start=None, end=None, words=())
    return _judged(bare, segment) if text.replace(MARK, "").strip() else None


def struck_out(text: str, places: frozenset[int]) -> str:
    """A text with the mark in place of the words at `places`, once for several in a row."""
    kept: list[str] = []
    for place, token in enumerate(text.split()):
        if place not in places:
            kept.append(token)
        elif not kept or kept[-1] != MARK:
            kept.append(MARK)
    return " ".join(kept) if places else text


def _judged(after: Segment, before: Segment) -> Segment:
    """Nobody has approved a text that has a gap since."""
    return after if after.text == before.text else replace(after, approved=False)


def merged_spans(spans: Iterable[Span], duration: int) -> tuple[Span, ...]:
    """Stretches in order, those that meet as one."""
    return merged(spans, duration)
