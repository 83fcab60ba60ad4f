"""From 16 kHz samples to segments, one at a time, with faster-whisper (int8, on the processor).

Each window is recognised without the text before it, so that an invention does not breed the next one; hence a run
may stop anywhere and go on from the end of its last segment as if nothing had happened.
"""

import json
import math
import os
import re
import wave
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tejido.engines.speech import spoken
from tejido.engines.speech.errors import CannotTranslate, ModelDamaged
from tejido.engines.speech.guards import LOW_LOG_PROBABILITY, NO_SPEECH, believable, invented
from tejido.engines.speech.languages import recognisable, tag, whisper_code
from tejido.engines.speech.records import Segment, Settings, Word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from faster_whisper import WhisperModel

    Samples = npt.NDArray[np.float32]

RATE = 16_000
TRANSCRIBE, TRANSLATE = "transcribe", "translate"
SHALLOW, TINY_HEADS = 4, 6  # a decoder of at most four layers and, unlike *tiny*'s, more than six heads was distilled
MOST_THREADS = 4
TEMPERATURES = [0.0, 0.3, 0.6]  # tried in turn where a window loops or scores low
SHORTEST_S = 0.1
FULL_SCALE = 32_768


class Raw(Protocol):
    """What faster-whisper calls a segment, times in seconds."""

    start: float
    end: float
    text: str
    avg_logprob: float
    no_speech_prob: float
    words: "list[RawWord] | None"


class RawWord(Protocol):
    """What faster-whisper calls a word, times in seconds."""

    start: float
    end: float
    word: str


def segments(
    samples: Path, model: Path, settings: Settings, start_ms: int = 0, task: str = TRANSCRIBE
) -> Iterator[Segment]:
    """Finished segments of a 16 kHz mono WAV from `start_ms` on, in order; about 1 GB of memory with *base*."""
    whisper_code(settings.language)
    if task == TRANSLATE:
        able(model)
    sound = load(samples, start_ms)
    if len(sound) < SHORTEST_S * RATE:
        return
    whisper = _whisper(model, settings.threads)
    yield from believable(_heard(sound, whisper, settings, start_ms, task))


def able(model: Path) -> None:
    """Raise CannotTranslate for the models that were never taught to: *turbo* and *distil*, wide with few layers."""
    try:
        heads = json.loads((model / "config.json").read_bytes()).get("alignment_heads") or [[SHALLOW, 0]]
    except (OSError, ValueError) as error:
        raise ModelDamaged(place=str(model), fault=str(error)) from error
    distilled = max(layer for layer, _ in heads) < SHALLOW and max(head for _, head in heads) >= TINY_HEADS
    if distilled or re.search("turbo|distil", model.name, re.IGNORECASE):
        raise CannotTranslate(model=model.name)


def _heard(
    sound: "Samples", whisper: "WhisperModel", settings: Settings, start_ms: int, task: str
) -> Iterator[Segment]:
    for run in _runs(sound, whisper, settings):
        offset, end = (start_ms + place * 1000 // RATE for place in (run.start, run.end))
        for raw in _recognised(sound[run.start : run.end], whisper, settings, run.lang, task):
            if not invented(raw.no_speech_prob, raw.avg_logprob):
                yield _segment(raw, "en" if task == TRANSLATE else tag(run.lang), offset, end)


def _runs(sound: "Samples", whisper: "WhisperModel", settings: Settings) -> list[spoken.Run]:
    first = whisper_code(settings.language)
    if first and not settings.mixed:
        return [spoken.Run(0, len(sound), first)]
    others = [whisper_code(code) for code in settings.others if recognisable(code)]
    named = [code for code in (first, *others) if code]
    return spoken.runs(sound, whisper, list(dict.fromkeys(named)))


def load(samples: Path, start_ms: int) -> "Samples":
    """The samples from `start_ms` on, as float32 between -1 and 1."""
    import numpy as np

    with wave.open(str(samples), "rb") as wav:
        start = min(start_ms * RATE // 1000, wav.getnframes())
        wav.setpos(start)
        raw = wav.readframes(wav.getnframes() - start)
    return np.frombuffer(raw, dtype="<i2").astype(np.float32) / np.float32(FULL_SCALE)


def threads(wanted: int) -> int:
    """`wanted`, or one a core that this process may use, at most four (more gain nothing with *base*)."""
    return wanted or min(_cores(), MOST_THREADS)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _recognised(
    sound: "Samples", whisper: "WhisperModel", settings: Settings, language: str, task: str
) -> Iterable[Raw]:
    found: Iterable[Raw] = whisper.transcribe(
        sound,
        language=language,
        task=task,
        beam_size=settings.beam,
        temperature=TEMPERATURES,
        vad_filter=True,
        condition_on_previous_text=False,
        no_speech_threshold=NO_SPEECH,
        log_prob_threshold=LOW_LOG_PROBABILITY,
        word_timestamps=settings.words,
    )[0]
    return found


def _whisper(model: Path, wanted: int) -> "WhisperModel":
    import ctranslate2  # type: ignore[import-untyped]
    from faster_whisper import WhisperModel

    ctranslate2.set_random_seed(1)
    try:
        return WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=threads(wanted))
    except Exception as error:  # the library and its tokenizer raise what they like
        raise ModelDamaged(place=str(model), fault=str(error)) from error


def _segment(raw: Raw, lang: str, offset_ms: int, end_ms: int) -> Segment:
    start, end = _times(raw, offset_ms, end_ms)
    return Segment(
        start_ms=start,
        end_ms=end,
        text=raw.text.strip(),
        lang=lang,
        confidence=round(1000 * min(1.0, math.exp(raw.avg_logprob))),
        words=tuple(_word(word, offset_ms, end_ms) for word in raw.words or []),
    )


def _word(raw: RawWord, offset_ms: int, end_ms: int) -> Word:
    start, end = _times(raw, offset_ms, end_ms)
    return Word(start, end, raw.word.strip())


def _times(raw: Raw | RawWord, offset_ms: int, end_ms: int) -> tuple[int, int]:
    """Milliseconds from the start of the recording, never beyond its end."""
    start, end = (min(offset_ms + round(1000 * place), end_ms) for place in (raw.start, raw.end))
    return start, max(start, end)
