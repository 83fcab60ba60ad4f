"""Brings a speech translation's words to the segments of the original, so that both can be read line by line.

Whisper cuts a translation where it likes. Each of its words has a time, roughly that of what it translates: it goes to
the segment in which its middle lies, or to the nearest; order is kept. A translation segment that lies almost wholly
within one original segment stays together.
"""

from collections.abc import Iterable, Iterator, Sequence

from tejido.engines.speech.records import Segment, Word
from tejido.engines.speech.timeline import Span

ALMOST = 0.8


def aligned(found: Iterable[Segment], spans: Sequence[Span]) -> Iterator[Segment]:
    """One segment for each of `spans` (ms, in order), as soon as nothing more can belong to it; its text may be empty."""
    texts: list[list[str]] = [[] for _ in spans]
    scores = [1000] * len(spans)
    lang, done, last = "en", 0, 0
    for segment in found:
        lang = segment.lang
        for place, text in placed(segment, spans, last):
            last = place
            texts[place].append(text)
            scores[place] = min(scores[place], segment.confidence)
        while done < last and spans[done][1] <= segment.start_ms:
            yield _segment(spans[done], texts[done], scores[done], lang)
            done += 1
    for place in range(done, len(spans)):
        yield _segment(spans[place], texts[place], scores[place], lang)


def placed(segment: Segment, spans: Sequence[Span], first: int) -> Iterator[tuple[int, str]]:
    """Parts of a segment's text with the index of the span each belongs to, none before `first`."""
    whole = _nearest(segment.start_ms, segment.end_ms, spans, first)
    inside = _overlap(spans[whole], segment.start_ms, segment.end_ms)
    if not segment.words or inside >= ALMOST * (segment.end_ms - segment.start_ms):
        yield whole, segment.text
        return
    for word in _tokens(segment):
        middle = (word.start_ms + word.end_ms) // 2
        first = _nearest(middle, middle, spans, first)
        yield first, word.text


def _tokens(segment: Segment) -> Iterator[Word]:
    """Words between white space, put together from the recogniser's parts; the text as one where they differ."""
    from tejido.engines.speech.records import word_times

    times, tokens = word_times(segment.text, segment.words), segment.text.split()
    if not times:
        yield Word(segment.start_ms, segment.end_ms, segment.text)
        return
    for i, token in enumerate(tokens):
        yield Word(times[2 * i], times[2 * i + 1], token)


def _nearest(start: int, end: int, spans: Sequence[Span], first: int) -> int:
    """The span that shares most with a stretch, else the one least far from it."""
    return max(
        range(first, len(spans)),
        key=lambda i: (_overlap(spans[i], start, end), -max(spans[i][0] - end, start - spans[i][1], 0), -i),
    )


def _overlap(span: Span, start: int, end: int) -> int:
    return max(0, min(span[1], end) - max(span[0], start))


def _segment(span: Span, texts: Sequence[str], score: int, lang: str) -> Segment:
    return Segment(span[0], span[1], " ".join(texts), lang, score if texts else 0)
