"""One report from upload to transcript: how long, how well, how much memory.

`asr_s` is recognition (with words' times, model loading included), `other_s` everything else an upload costs:
starting the bounded process, decoding, loudness, preview, samples. Full: one reading repeated to ten minutes, sent as
a phone sends it (Opus in WebM), and both readings once for the word error rates. `--quick`: the two readings once.
`--full`: into three languages, with kills; see `bench._full`.
"""

import argparse
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import av
import numpy as np
import numpy.typing as npt
import psutil

from tejido.engines.speech import Settings, Sound, ingest_audio, model, transcribe
from tejido.engines.speech.recognise import load, threads
from tejido.engines.speech.wer import wer

TEN_MINUTES_S = 600
ROOT = Path(__file__).parents[1]
MEGABYTE = 2**20


@dataclass(slots=True)
class Costs:
    """Seconds of sound, of recognition and of everything else; what was heard."""

    audio_s: float = 0.0
    asr_s: float = 0.0
    other_s: float = 0.0
    heard: dict[str, str] = field(default_factory=dict)


class Memory:
    """The greatest sum of resident memory over this process and its children, looked at every 20 ms."""

    def __enter__(self) -> Self:
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.peak = max(self.peak, resident())


def resident() -> int:
    """Bytes of resident memory of this process and all its children now."""
    total = 0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def run(*, quick: bool, argv: list[str]) -> dict[str, object]:
    """All figures; raises FileNotFoundError without the shared recordings."""
    parser = argparse.ArgumentParser(prog="python -m bench relay")
    parser.add_argument("--full", action="store_true", help="also into English, French and Portuguese, and with kills")
    if parser.parse_args(argv).full:
        from bench import _full

        return _full.run(quick=quick)
    data = Path(os.environ.get("TEJIDO_DATA") or ROOT.parent / "shared" / "data") / "speech"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        found = model.find(model.Places(cache=work))
        calibration = calibrate()
        with Memory() as memory:
            readings = measured(work, found, {lang: data / f"librivox_{lang}.mp3" for lang in ("en", "es")})
            costs = readings if quick else measured(work, found, {"en": phone_report(data, work)})
    return figures(costs, memory.peak) | error_rates(readings, data) | calibration


def measured(work: Path, found: Path, recordings: dict[str, Path]) -> Costs:
    """Ingest and transcribe each recording, in its own language."""
    costs = Costs()
    for lang, path in recordings.items():
        start = time.perf_counter()
        sound = ingest_audio(path, work)
        between = time.perf_counter()
        costs.heard[lang] = words(sound, found, lang)
        costs.other_s += between - start
        costs.asr_s += time.perf_counter() - between
        costs.audio_s += sound.duration_ms / 1000
    return costs


def words(sound: Sound, found: Path, lang: str) -> str:
    """Everything the recogniser hears."""
    return " ".join(segment.text for segment in transcribe(sound.samples, found, Settings(language=lang)))


def phone_report(data: Path, work: Path, *, lang: str = "en", seconds: float = TEN_MINUTES_S) -> Path:
    """A reading repeated to ten minutes, or another length, as Opus in WebM."""
    once = ingest_audio(data / f"librivox_{lang}.mp3", work).samples
    path = work / "report.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=16_000, layout="mono")
        stream.codec_context.bit_rate = 32_000
        for frame in av_frames(np.resize(load(once, 0), round(seconds * 16_000))):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def av_frames(sound: npt.NDArray[np.float32]) -> "list[av.AudioFrame]":
    """Seconds of 16 kHz mono sound as frames."""
    frames = []
    for start in range(0, len(sound), 16_000):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + 16_000], format="flt", layout="mono")
        frame.sample_rate, frame.pts = 16_000, start
        frames.append(frame)
    return frames


def figures(costs: Costs, peak: int) -> dict[str, object]:
    """Times in seconds, memory in MB; `rtf` is recognition time a second of sound."""
    return {
        "audio_s": round(costs.audio_s, 1),
        "asr_s": round(costs.asr_s, 2),
        "other_s": round(costs.other_s, 2),
        "other_share": round(costs.other_s / costs.asr_s, 3),
        "rtf": round(costs.asr_s / costs.audio_s, 3),
        "peak_mb": round(peak / MEGABYTE),
        "threads": threads(0),
    }


def error_rates(readings: Costs, data: Path) -> dict[str, object]:
    """Word error rates of the two readings against their texts."""
    rates = {lang: wer(spoken_text(data / f"librivox_{lang}.txt"), heard) for lang, heard in readings.heard.items()}
    return {f"wer_{lang}": round(rate, 3) for lang, rate in rates.items()}


def spoken_text(path: Path) -> str:
    """A reading's lines without their ids and without the sonnet's number."""
    lines = [line.partition("|")[2] for line in path.read_text().splitlines()]
    return " ".join(line for line in lines if not re.fullmatch(r"\d+", line.strip()))


def calibrate() -> dict[str, object]:
    """What this machine does at this moment: matrix products and copying, on all its cores."""
    side = 1024
    matrix = np.ones((side, side), np.float32)
    seconds = best(lambda: matrix @ matrix)
    block = np.zeros(64 * MEGABYTE, np.uint8)
    return {
        "calibration_gflops": round(2 * side**3 / seconds / 1e9, 1),
        "calibration_copy_mb_per_s": round(64 / best(block.copy)),
    }


def best(work: Callable[[], object]) -> float:
    """The shortest of five runs, in seconds."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)
