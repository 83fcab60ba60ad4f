"""How far each voice tier changes a voice, and what it costs the words: word error rate, pitch, likeness.

Two real readings (LibriVox, English and Spanish), each transcribed before and after with the same recogniser. *Likeness* is
the cosine of mean mel cepstra (1: the same voice; two different readers: `strangers`), a crude statistic: a trained
speaker encoder sees more. `informed`: the best likeness that an attacker reaches who knows the method and tries every
inverse power on a grid. Re-voicing stands for another person: espeak-ng reads the transcript. Text only has no voice.
`--quick`: 20 seconds of the English reading. `--write` keeps the figures for the pages.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from bench.relay import ROOT, calibrate, spoken_text
from tejido.engines import speech
from tejido.engines.speech import MCADAMS, VOCODER, Settings, ingest_audio, model, transcribe, voice
from tejido.engines.speech.measured import FILE, Tier
from tejido.engines.speech.recognise import load
from tejido.engines.speech.wer import wer

GRID = [round(0.5 + step * 0.05, 2) for step in range(16)]
QUICK_S = 20
SEEDS = {"en": 1, "es": 2}
TIERS = (("own", "none"), ("disguised", VOCODER), ("disguised", MCADAMS), ("revoiced", "espeak-ng"))
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """A preview with its samples, what was read, and in which language."""

    lang: str
    preview: Path
    sound: Sound
    text: str


def run(*, quick: bool, argv: list[str]) -> dict[str, object]:
    """All figures; raises FileNotFoundError without the shared recordings or without espeak-ng."""
    parser = argparse.ArgumentParser(prog="python -m bench disguise")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args(argv)
    data = Path(os.environ.get("TEJIDO_DATA") or ROOT.parent / "shared" / "data") / "speech"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        found = model.find(model.Places(cache=work))
        read = list(readings(data, work, ("en",) if quick else ("en", "es"), quick=quick))
        rates = {one.lang: wer(one.text, heard(one.sound, work, found, one.lang)) for one in read}
        rows = {f"{name}:{how}": [tier(one, how, work, found, rates) for one in read] for name, how in TIERS}
        others = strangers(data, work)
    figures: dict[str, object] = {
        "strangers": round(others, 3),
        "tiers": {name: mean(one) for name, one in rows.items()},
    }
    if chosen.write and not quick:
        keep(rows, others)
    return figures | calibrate()


def readings(data: Path, work: Path, langs: tuple[str, ...], *, quick: bool) -> Iterator[Reading]:
    """The readings, levelled as every upload is; the first seconds only where it must be quick."""
    for lang in langs:
        folder = work / lang
        folder.mkdir()
        sound = ingest_audio(data / f"librivox_{lang}.mp3", folder)
        samples, text, preview = load(sound.samples, 0), spoken_text(data / f"librivox_{lang}.txt"), sound.preview
        if quick:
            rest = [(QUICK_S * 1000, sound.duration_ms)]
            preview = speech.cut(preview, rest, folder / "short.m4a").path
            samples = samples[: QUICK_S * voice.RATE]
            text = " ".join(text.split()[: round(len(text.split()) * QUICK_S * 1000 / sound.duration_ms)])
        yield Reading(lang, preview, samples, text)


def tier(one: Reading, how: str, work: Path, found: Path, rates: dict[str, float]) -> dict[str, float]:
    """The figures of one reading in one tier."""
    start = time.perf_counter()
    changed = CHANGES[how](one, work)
    seconds = time.perf_counter() - start
    return {
        "wer_before": rates[one.lang],
        "wer_after": rates[one.lang] if how == "none" else wer(one.text, heard(changed, work, found, one.lang)),
        "f0_before": voice.pitch(one.sound),
        "f0_after": voice.pitch(changed),
        "likeness": voice.likeness(one.sound, changed),
        "informed": informed(one.sound, changed) if how in voice.METHODS else -1.0,
        "x_realtime": len(one.sound) / voice.RATE / seconds if how in voice.METHODS else -1.0,
    }


def own(one: Reading, work: Path) -> Sound:
    """As it is published in one's own voice: encoded once more."""
    del work
    return one.sound


def by(method: str) -> Callable[[Reading, Path], Sound]:
    """A disguise as pages make it, with a secret that repeats."""

    def change(one: Reading, work: Path) -> Sound:
        target = work / f"{method}-{one.lang}.m4a"
        speech.disguise(one.preview, target, Random(SEEDS[one.lang]), method=method)
        return again(target, work)

    return change


def revoiced(one: Reading, work: Path) -> Sound:
    """espeak-ng's reading of the text, as a stand-in for another person's."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise FileNotFoundError("espeak-ng, which reads in another voice, is not installed")
    target = work / f"espeak-{one.lang}.wav"
    subprocess.run([program, "-v", one.lang, "-s", "150", "-w", str(target), one.text], check=True)
    return again(target, work)


CHANGES = {"none": own, VOCODER: by(VOCODER), MCADAMS: by(MCADAMS), "espeak-ng": revoiced}


def again(path: Path, work: Path) -> Sound:
    """A recording's samples, levelled."""
    return load(ingest_audio(path, work).samples, 0)


def informed(original: Sound, changed: Sound) -> float:
    """The best likeness over a grid of inverse powers: what somebody reaches who knows the method."""
    return max(voice.likeness(original, voice.warped(changed, 1 / alpha).astype(np.float32)) for alpha in GRID)


def heard(sound: Sound, work: Path, found: Path, lang: str) -> str:
    """What the recogniser hears."""
    import wave

    path = work / "heard.wav"
    with wave.open(str(path), "wb") as wav:
        wav.setparams((1, 2, voice.RATE, 0, "NONE", ""))
        wav.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    settings = Settings(lang, words=False, mixed=False)
    return " ".join(one.text for one in transcribe(path, found, settings))


def strangers(data: Path, work: Path) -> float:
    """How alike different readers are: the mean over all pairs of three."""
    found = [again(data / f"librivox_{lang}.mp3", work) for lang in ("en", "es", "de")]
    return float(np.mean([voice.likeness(found[i], found[j]) for i, j in ((0, 1), (0, 2), (1, 2))]))


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each figure that was measured."""
    return {name: round(float(np.mean([row[name] for row in rows])), 3) for name in rows[0] if rows[0][name] != -1.0}


def keep(rows: dict[str, list[dict[str, float]]], others: float) -> None:
    """Write the figures beside the engine, where `measured` reads them."""
    tiers = [asdict(_tier(name, [mean([row]) for row in found])) for name, found in rows.items()]
    body = {
        "day": datetime.now(UTC).date().isoformat(),
        "on": "two public-domain readings, English and Spanish, 124 seconds; Whisper base",
        "strangers": round(others * 1000),
        "tiers": tiers,
    }
    FILE.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def _tier(name: str, found: list[dict[str, float]]) -> Tier:
    whole = {key: float(np.mean([one[key] for one in found])) for key in found[0]}
    tier_name, _, method = name.partition(":")
    return Tier(
        name=tier_name,
        method=method,
        wrong_words=round(whole["wer_after"] * 1000),
        wrong_words_before=round(whole["wer_before"] * 1000),
        pitch=round(whole["f0_after"] * 10),
        pitch_before=round(whole["f0_before"] * 10),
        likeness=round(whole["likeness"] * 1000),
        informed=round(whole["informed"] * 1000) if "informed" in whole else None,
    )
