"""A disguise changes the voice and not the words, draws anew each time, and leaves nothing of what it drew."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tejido.engines import speech
from tejido.engines.speech import MCADAMS, VOCODER, Settings, ingest_audio, transcribe, voice
from tejido.engines.speech.errors import NotAudio, TooLong
from tejido.engines.speech.recognise import load
from tejido.engines.speech.records import Limits
from tejido.engines.speech.voice import RATE, Secret
from tejido.engines.speech.wer import wer
from tests.engines.speech.conftest import FIXTURES
from tests.engines.speech.sounds import tone, write
from tests.engines.speech.test_recognise import QUOTA


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic voice as a preview, with its samples beside it."""
    return ingest_audio(FIXTURES / "live_en.webm", tmp_path_factory.mktemp("spoken")).preview


@pytest.fixture(scope="module")
def samples(spoken: Path) -> "np.typing.NDArray[np.float32]":
    return load(spoken.with_name("samples.wav"), 0)


def test_a_power_of_one_changes_nothing(samples: "np.typing.NDArray[np.float32]") -> None:
    assert np.abs(voice.warped(samples, 1.0) - samples)[RATE:-RATE].max() < 1e-6


def test_mcadams_is_undone_by_its_inverse(samples: "np.typing.NDArray[np.float32]") -> None:
    changed = voice.warped(samples, 0.8).astype(np.float32)
    back = voice.warped(changed, 1 / 0.8).astype(np.float32)
    assert voice.likeness(samples, changed) < 0.8
    assert voice.likeness(samples, back) > 0.9


def test_the_vocoder_keeps_neither_pitch_nor_melody(samples: "np.typing.NDArray[np.float32]") -> None:
    before = voice.pitch(samples)
    for wanted in (100.0, 140.0, 180.0):
        after = voice.pitch(voice.disguised(samples, VOCODER, Secret(0.8, wanted, 1)))
        assert abs(after - wanted) < 6
        assert abs(before - wanted) > 6 or before == pytest.approx(after, abs=12)


@given(st.integers(0, 2**32), st.sampled_from([MCADAMS, VOCODER]), st.integers(0, 12_000))
@settings(max_examples=15)
def test_any_sound_comes_out_as_long_and_finite(seed: int, method: str, length: int) -> None:
    sound = np.random.default_rng(seed).normal(0, 0.1, length).astype(np.float32)
    sound[: length // 3] = 0
    changed = voice.disguised(sound, method, voice.drawn(Random(seed)))
    assert changed.shape == sound.shape
    assert np.isfinite(changed).all()
    assert np.abs(changed).max(initial=0) <= 0.99


def test_what_is_drawn_lies_in_its_range_and_is_never_twice_the_same() -> None:
    found = [voice.drawn(Random(seed)) for seed in range(200)]
    assert all(voice.ALPHA[0] <= one.alpha <= voice.ALPHA[1] for one in found)
    assert all(voice.PITCH[0] <= one.pitch <= voice.PITCH[1] for one in found)
    assert len(set(found)) == 200


def test_a_recording_comes_back_as_long_and_each_time_otherwise(spoken: Path, tmp_path: Path) -> None:
    made = [tmp_path / name for name in ("one.m4a", "two.m4a", "again.m4a")]
    speech.disguise(spoken, made[0])
    speech.disguise(spoken, made[1], Random(7))
    speech.disguise(spoken, made[2], Random(7))
    first, second, again = (path.read_bytes() for path in made)
    assert first != second == again
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in made)
    (tmp_path / "work").mkdir()
    assert ingest_audio(made[0], tmp_path / "work").duration_ms == ingest_audio(spoken, tmp_path / "work").duration_ms


def test_what_is_no_recording_or_too_long_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"%PDF-1.4")
    with pytest.raises(NotAudio):
        speech.disguise(bad, tmp_path / "out.m4a")
    with pytest.raises(TooLong):
        speech.disguise(write(tmp_path / "long.wav", tone(6)), tmp_path / "out.m4a", limits=Limits(seconds=3))
    assert not (tmp_path / "out.m4a").exists()


@pytest.mark.slow
def test_ten_minutes_are_disguised_within_the_bounds(tmp_path: Path) -> None:
    speech.disguise(write(tmp_path / "long.flac", tone(600, 200)), tmp_path / "out.m4a")
    assert (tmp_path / "out.m4a").stat().st_size > 100_000


@pytest.mark.speech
def test_the_words_stay(spoken: Path, model_dir: Path, tmp_path: Path) -> None:
    speech.disguise(spoken, tmp_path / "out.m4a", Random(3))
    sound = ingest_audio(tmp_path / "out.m4a", tmp_path)
    heard = " ".join(one.text for one in transcribe(sound.samples, model_dir, Settings("en")))
    assert wer(QUOTA, heard) <= 0.3
