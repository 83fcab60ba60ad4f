"""Loudness against EBU Tech 3341's signals and FFmpeg's own integrated measure."""

import numpy as np
import pytest

from tejido.engines.speech.filters import filtered
from tejido.engines.speech.loudness import gain_db, integrated, measured
from tests.engines.speech.conftest import FIXTURES
from tests.engines.speech.sounds import heard, tone


@pytest.mark.parametrize("lufs", [-23.0, -33.0])
def test_a_calibrated_tone_measures_what_it_should(lufs: float) -> None:
    assert measured([tone(20, 1000, 10 ** (lufs / 20))]) == pytest.approx(lufs, abs=0.1)


def test_levels_that_change_are_gated() -> None:
    parts = [tone(10, 1000, 10 ** (level / 20)) for level in (-36, -23, -36)]
    assert measured([np.concatenate([parts[0], *[parts[1]] * 6, parts[2]])]) == pytest.approx(-23, abs=0.1)


def test_ordinary_speech_measures_as_in_ffmpeg() -> None:
    voice = heard(FIXTURES / "quota_en.ogg")
    frames = filtered([voice], ("ebur128", "metadata=1:dualmono=1"))
    theirs = [frame.metadata["lavfi.r128.I"] for frame in frames if "lavfi.r128.I" in frame.metadata]
    assert measured([voice]) == pytest.approx(float(theirs[-1]), abs=0.5)


def test_one_bump_does_not_outweigh_a_whisper() -> None:
    whisper, bump = tone(30, level=0.01), tone(0.2, level=0.9)
    quiet = measured([whisper])
    assert quiet is not None
    assert measured([np.concatenate([whisper, bump, whisper])]) == pytest.approx(quiet, abs=1)


def test_silence_and_the_shortest_sounds_have_no_loudness() -> None:
    assert measured([tone(3, level=0)]) is None
    assert measured([tone(0.05)]) is None
    assert integrated(np.array([])) is None


@pytest.mark.parametrize(("lufs", "gain"), [(None, 0.0), (-16.0, 0.0), (-26.0, 10.0), (-6.0, -10.0), (-60.0, 30.0)])
def test_gain(lufs: float | None, gain: float) -> None:
    assert gain_db(lufs) == gain
