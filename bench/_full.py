"""A report on its whole way into four languages (`bench relay --full`).

Ten minutes of real speech, the Spanish reading repeated and sent as a phone sends it, become a transcript, a draft in
English as Whisper hears it and another by Apertium, drafts in French and Portuguese by Apertium; the memory is off. Each
stage runs as the worker runs it, one after the other: bounded children for sound, recognition and translation, and the
checks of every draft. Then the same report goes through a node whose worker is killed five times (`bench._kills`).
`--quick`: the reading once, two kills.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bench import _kills
from bench.relay import MEGABYTE, TEN_MINUTES_S, Memory, calibrate, phone_report, spoken_text
from tejido.engines import language, speech
from tejido.engines.language import Draft, Known, Pair, Translator
from tejido.engines.language.backends.apertium import Apertium
from tejido.engines.speech import model
from tejido.engines.speech.wer import wer

SPANISH, ENGLISH = "es", "en"
READING_S = 70.235
ROOT = Path(__file__).parents[1]
T = TypeVar("T")


@dataclass
class Stages:
    """Seconds of each stage, in their order."""

    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, work: Callable[[], T]) -> T:
        """Do the work, and note how long it took."""
        start = time.perf_counter()
        done = work()
        self.seconds[name] = time.perf_counter() - start
        return done

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def run(*, quick: bool) -> dict[str, object]:
    """All figures; raises FileNotFoundError without the shared recordings."""
    data = Path(os.environ.get("TEJIDO_DATA") or ROOT.parent / "shared" / "data") / "speech"
    seconds = READING_S if quick else TEN_MINUTES_S
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        found = model.find(model.Places(cache=work / "models"))
        report = phone_report(data, work, lang=SPANISH, seconds=seconds)
        calibration, stages = calibrate(), Stages()
        with Memory() as memory:
            segments, drafts = translated(stages, report, work, found)
        figures: dict[str, object] = {
            "audio_s": round(seconds, 1),
            "total_s": round(stages.total, 1),
            "stages_s": {name: round(value, 2) for name, value in stages.seconds.items()},
            "shares": {name: round(value / stages.total, 3) for name, value in stages.seconds.items()},
            "peak_mb": round(memory.peak / MEGABYTE),
            "segments": len(segments),
            "drafts": {name: about(made) for name, made in drafts.items()},
            "kills": _kills.run(report, found, kills=2 if quick else 5, expected_s=stages.total),
        }
        if quick:
            figures["wer_es"] = round(wer(spoken_text(data / "librivox_es.txt"), " ".join(s.text for s in segments)), 3)
    return figures | calibration


def translated(
    stages: Stages, report: Path, work: Path, found: Path
) -> tuple[list[speech.Segment], dict[str, Sequence[Draft | None]]]:
    """Every stage; the segments heard and the drafts of each language and engine."""
    sound = stages.timed("ingest", lambda: speech.ingest_audio(report, work))
    heard = speech.Settings(language=SPANISH)
    segments = stages.timed("transcribe", lambda: list(speech.transcribe(sound.samples, found, heard)))
    spans, texts = [(one.start_ms, one.end_ms) for one in segments], [one.text for one in segments]
    listen = speech.Settings(language=SPANISH, words=False)
    english = stages.timed("english_whisper", lambda: list(speech.translate(sound.samples, found, listen, spans=spans)))
    known = Known("whisper", Pair(SPANISH, ENGLISH), dict(zip(texts, (one.text for one in english), strict=True)))
    drafts = {
        "english_whisper": stages.timed("check_whisper", lambda: drafted(texts, ENGLISH, known)),
        "english_apertium": stages.timed("english_apertium", lambda: drafted(texts, ENGLISH, Apertium())),
        "french_apertium": stages.timed("french_apertium", lambda: drafted(texts, "fr", Apertium())),
        "portuguese_apertium": stages.timed("portuguese_apertium", lambda: drafted(texts, "pt", Apertium())),
    }
    return segments, drafts


def drafted(texts: Sequence[str], target: str, engine: Translator) -> Sequence[Draft | None]:
    """One engine's checked drafts."""
    outcome = language.draft(texts, SPANISH, target, [engine])
    if outcome.faults:
        raise RuntimeError(f"{engine.name}: {outcome.faults}")
    return outcome.drafts


def about(drafts: Sequence[Draft | None]) -> dict[str, int]:
    """How many segments have a draft, and how many of those are suspect."""
    made = [one for one in drafts if one is not None]
    return {"drafted": len(made), "suspect": sum(bool(one.suspect) for one in made), "of": len(drafts)}
