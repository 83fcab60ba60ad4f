"""Guards against what the recogniser invents where nobody speaks.

Invention comes with low scores and can be dropped by them; repetition comes with *high* scores and is found by its
text. People do chant, so three repeats stay; what a machine loops on goes on for dozens.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tejido.engines.speech.records import Segment, Word

NO_SPEECH = 0.6
LOW_LOG_PROBABILITY = -1.0
REPEATS = 3
LONGEST_PHRASE = 12  # words (or characters, in scripts without spaces) that a loop may consist of
LONGEST_WORD = 40  # letters; the longest words of agglutinating languages stay below

# Subtitlers' signatures, learnt from subtitle files; nobody says them aloud.
CREDITS = re.compile(
    r"amara\.org|altyazı m\.k|ترجمة نانسي|اشتركوا في القناة|sous-titr(es|age) (réalisé|société|st')|"
    r"untertitel(ung)? (der|im auftrag|von)|subt[ií]tulos (realizados|por la comunidad)|legendas pela comunidade|"
    r"sottotitoli (creati|e revisione)|subtitles by|субтитры (сделал|создавал|подогнал)|字幕由|ご視聴ありがとう",
    re.IGNORECASE,
)


def invented(no_speech: float, log_probability: float) -> bool:
    """Whether the scores of a segment say that nobody spoke (both must: quiet speech scores one of them)."""
    return no_speech > NO_SPEECH and log_probability < LOW_LOG_PROBABILITY


def credit(text: str) -> bool:
    """Whether the text is a subtitler's signature."""
    return CREDITS.search(text) is not None


def unlooped(units: list[str]) -> list[int]:
    """Indices of `units` (words or characters) that stay when every phrase is said at most three times in a row."""
    keys = [re.sub(r"\W", "", unit.casefold()) or unit for unit in units]
    kept: list[int] = []
    for index in range(len(keys)):
        kept.append(index)
        size = _loop([keys[i] for i in kept[-LONGEST_PHRASE * (REPEATS + 1) :]])
        del kept[len(kept) - size :]
    return kept


def _loop(tail: list[str]) -> int:
    """Length of the phrase that `tail` ends with more than three times in a row; 0 for none."""
    for size in range(1, min(LONGEST_PHRASE, len(tail) // (REPEATS + 1)) + 1):
        if tail[-size * (REPEATS + 1) :] == tail[-size:] * (REPEATS + 1):
            return size
    return 0


def tidy(segment: Segment) -> Segment | None:
    """The segment without loops (cut ones get confidence 0); None where it is empty or a signature."""
    spaced = " " in segment.text.strip()
    units = segment.text.split() if spaced else list(segment.text.strip())
    kept = unlooped(units)
    shorter = [unlooped_word(units[i]) for i in kept]
    text = (" " if spaced else "").join(shorter)
    if not text or credit(text):
        return None
    if shorter == units:
        return segment
    return replace(segment, text=text, confidence=0, words=_matching(segment.words, kept, len(units)))


def unlooped_word(word: str) -> str:
    """A word without its inner loop (“kirkilimimimim…”); words of human length stay as they are."""
    if len(word) <= LONGEST_WORD:
        return word
    return "".join(word[i] for i in unlooped(list(word)))


def _matching(words: tuple[Word, ...], kept: list[int], total: int) -> tuple[Word, ...]:
    """The kept words' times, where words and units run in step; none where they do not."""
    if len(words) != total:
        return ()
    return tuple(replace(words[i], text=unlooped_word(words[i].text)) for i in kept)


def believable(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Segments without loops and signatures; the same text more than three times running is dropped as well."""
    last, times = "", 0
    for segment in map(tidy, segments):
        if segment is None:
            continue
        times = times + 1 if segment.text.casefold() == last else 1
        last = segment.text.casefold()
        if times <= REPEATS:
            yield segment
