"""Real recognition with the packaged model: words, times, resuming after a kill, guards."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from tejido.engines.speech import Segment, Settings, ingest_audio, transcribe
from tejido.engines.speech.errors import ModelDamaged, RecogniserDied, UnknownLanguage
from tejido.engines.speech.recognise import load
from tejido.engines.speech.wer import wer
from tests.engines.speech.conftest import FIXTURES
from tests.engines.speech.sounds import tone, write

pytestmark = pytest.mark.speech
QUOTA = "The warehouse asks for 400 parcels an hour. We counted them together and went to the office with ice."

SONNET = (
    "From fairest creatures we desire increase, That thereby beauty's rose might never die, But as the riper "
    "should by time decease, His tender heir might bear his memory: But thou contracted to thine own bright "
    "eyes, Feed'st thy light's flame with self-substantial fuel, Making a famine where abundance lies, Thy self "
    "thy foe, to thy sweet self too cruel: Thou that art now the world's fresh ornament, And only herald to the "
    "gaudy spring, Within thine own bud buriest thy content, And tender churl mak'st waste in niggarding: Pity "
    "the world, or else this glutton be, To eat the world's due, by the grave and thee."
)


def text(segments: list[Segment]) -> str:
    return " ".join(segment.text for segment in segments)


def in_order(segments: list[Segment], duration_ms: int) -> bool:
    times = [time for segment in segments for time in (segment.start_ms, segment.end_ms)]
    return times == sorted(times) and times[0] >= 0 and times[-1] <= duration_ms


@pytest.fixture(scope="module")
def quota(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ingest_audio(FIXTURES / "live_en.webm", tmp_path_factory.mktemp("quota")).samples


@pytest.fixture(scope="module")
def sonnet(speech_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ingest_audio(speech_data / "librivox_en.mp3", tmp_path_factory.mktemp("sonnet")).samples


def test_slow_synthetic_english_is_heard_without_error(quota: Path, model_dir: Path) -> None:
    heard = list(transcribe(quota, model_dir))
    assert wer(QUOTA, text(heard)) == 0
    assert {segment.lang for segment in heard} == {"en"}
    assert in_order(heard, 8800)
    assert all(0 < segment.confidence <= 1000 for segment in heard)


def test_words_lie_within_their_segments(quota: Path, model_dir: Path) -> None:
    for segment in transcribe(quota, model_dir, Settings(language="en-US", threads=1)):
        assert " ".join(word.text for word in segment.words) == segment.text
        for word in segment.words:
            assert segment.start_ms <= word.start_ms <= word.end_ms <= segment.end_ms


def test_words_are_optional(quota: Path, model_dir: Path) -> None:
    assert all(not segment.words for segment in transcribe(quota, model_dir, Settings(words=False)))


@pytest.mark.data
@pytest.mark.parametrize("lang", ["en", "es"])
def test_real_sentences(speech_data: Path, tmp_path: Path, model_dir: Path, lang: str) -> None:
    tests = json.loads((speech_data / "leopard_test_data.json").read_text())["tests"]["language_tests"]
    truth = next(one["transcript"] for one in tests if one["language"] == lang)
    name = "leopard.wav" if lang == "en" else f"leopard_{lang}.wav"
    sound = ingest_audio(speech_data / name, tmp_path)
    heard = list(transcribe(sound.samples, model_dir))
    assert {segment.lang for segment in heard} == {lang}
    assert wer(truth, text(heard)) <= 0.35


def test_silence_and_hum_say_nothing(tmp_path: Path, model_dir: Path) -> None:
    hum = np.concatenate([tone(3, level=0), tone(4, 100, 0.1), tone(3, level=0)])
    sound = ingest_audio(write(tmp_path / "hum.wav", hum), tmp_path)
    assert list(transcribe(sound.samples, model_dir, Settings(language="en"))) == []
    assert list(transcribe(sound.samples, model_dir)) == []


def test_nothing_is_left_to_say_at_the_end(quota: Path, model_dir: Path) -> None:
    assert list(transcribe(quota, model_dir, start_ms=10_000_000)) == []


def test_an_unknown_language_is_refused_at_once(quota: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownLanguage, match="“tlh”"):
        transcribe(quota, tmp_path / "no model needed", Settings(language="tlh"))


def test_a_model_that_is_none(quota: Path, tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(ModelDamaged, match="cannot be used"):
        list(transcribe(quota, tmp_path))


def test_loading_starts_at_the_offset(quota: Path) -> None:
    with wave.open(str(quota)) as wav:
        frames = wav.getnframes()
    assert len(load(quota, 1000)) == frames - 16_000
    assert len(load(quota, 10_000_000)) == 0


@pytest.mark.data
@pytest.mark.slow
def test_a_killed_child_keeps_what_it_said_and_goes_on_there(sonnet: Path, model_dir: Path) -> None:
    kept = until_killed(transcribe(sonnet, model_dir, Settings(language="en")))
    assert len(kept) > 0
    assert kept[-1].end_ms < 45_000
    rest = list(transcribe(sonnet, model_dir, Settings(language="en"), start_ms=kept[-1].end_ms))
    whole = [*kept, *rest]
    assert in_order(whole, 53_300)
    assert whole[-1].end_ms > 50_000
    assert wer(SONNET, text(whole)) < 0.25


def until_killed(segments: Iterator[Segment]) -> list[Segment]:
    """What arrives when the recognising process is killed right after its first segment."""
    kept = [next(segments)]
    for child in recognisers():
        os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(RecogniserDied, match="What was transcribed is kept"):
        kept.extend(segments)
    return kept


def recognisers() -> list[psutil.Process]:
    """The recognising processes of this one, which may have other children: a browser, nodes."""
    name = "tejido.engines.speech.backends.recogniser"
    return [child for child in psutil.Process().children() if name in child.cmdline()]


def test_closing_the_iterator_ends_the_child(quota: Path, model_dir: Path) -> None:
    segments = transcribe(quota, model_dir)
    next(segments)
    children = recognisers()
    assert len(children) == 1
    assert isinstance(segments, Iterator)
    segments.close()  # type: ignore[attr-defined]
    assert not any(child.is_running() for child in children)


def test_the_child_ends_with_a_killed_worker(quota: Path, model_dir: Path) -> None:
    script = textwrap.dedent(f"""
        import time
        from pathlib import Path
        from tejido.engines.speech import transcribe
        segments = transcribe(Path({str(quota)!r}), Path({str(model_dir)!r}))
        next(segments)
        print("first", flush=True)
        time.sleep(60)
    """)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"first\n"
        children = psutil.Process(worker.pid).children(recursive=True)
        worker.kill()
    assert all_end(children)


def all_end(children: list[psutil.Process]) -> bool:
    deadline = time.monotonic() + 10
    while any(child.is_running() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(children) == 1 and not any(child.is_running() for child in children)
