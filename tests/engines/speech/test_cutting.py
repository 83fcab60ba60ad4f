"""What was cut from a recording is not in it: neither its samples nor, for a recogniser, its words."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tejido.engines import speech
from tejido.engines.speech import CUT, TONE, Segment, Settings, ingest_audio, transcribe, widen, word_times
from tejido.engines.speech.cutting import TONE_HZ, edited
from tejido.engines.speech.errors import BadSpans, NothingLeft, TooLong
from tejido.engines.speech.records import Limits
from tejido.engines.speech.timeline import MARK
from tejido.engines.speech.wer import normalised
from tests.engines.speech.conftest import Reading
from tests.engines.speech.sounds import RATE, heard, tone, write

SPOKEN = ("Manuel", "Valdemoro", "Veneno", "archivo", "capitán", "glorioso")


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """Two seconds of a low tone, two of a high one, two of the low one again."""
    sound = np.concatenate([tone(2, 300), tone(2, 3000), tone(2, 300)])
    return ingest_audio(write(tmp_path / "halves.wav", sound), tmp_path).preview


def strength(sound: "np.typing.NDArray[np.float32]", hertz: float) -> float:
    """How strong a frequency is in a sound, 1 for nothing else."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    place = round(hertz * len(sound) / RATE)
    return float(power[place - 40 : place + 41].sum() / power.sum())


def test_a_cut_takes_its_span_to_the_sample(halves: Path, tmp_path: Path) -> None:
    made = speech.cut(halves, [(2000, 4000)], tmp_path / "cut.m4a")
    sound = heard(made.path)
    assert (made.duration, made.timeline.total, made.type) == (4000, 4000, "audio/mp4; codecs=opus")
    assert 0 <= len(sound) - 4 * RATE < RATE // 50
    assert strength(sound, 300) > 0.99
    assert strength(sound, 3000) < 1e-4
    assert made.timeline.new(5000) == 3000


def test_a_tone_covers_its_span_and_moves_nothing(halves: Path, tmp_path: Path) -> None:
    made = speech.cut(halves, [(2000, 4000)], tmp_path / "tone.m4a", mode=TONE)
    sound = heard(made.path)
    middle = sound[2 * RATE + 4800 : 4 * RATE - 4800]
    assert 0 <= len(sound) - 6 * RATE < RATE // 50
    assert strength(middle, TONE_HZ) > 0.99
    assert strength(sound, 3000) < 1e-4
    assert np.abs(middle).max() < np.abs(sound).max()


def test_joints_are_faded_and_the_rest_stays_as_it_was() -> None:
    sound = np.ones(RATE, np.float32)
    for mode, length in ((CUT, RATE - 4800), (TONE, RATE)):
        done = edited(sound, [(100, 200)], mode)
        assert len(done) == length
        assert np.all(done[: 4800 - 240] == 1)
        assert np.all(done[-(RATE - 9600 - 240) :] == 1)
        assert np.abs(np.diff(done)).max() < 0.02
    assert np.all(edited(sound, [], CUT) == 1)


@pytest.mark.parametrize("spans", [[(10, 5)], [(0, 7000)], [(5, 10), (8, 20)], [(30, 40), (5, 10)], [(-1, 4)]])
def test_spans_that_are_none_are_refused(halves: Path, tmp_path: Path, spans: list[tuple[int, int]]) -> None:
    with pytest.raises(BadSpans, match="6000 ms"):
        speech.cut(halves, spans, tmp_path / "cut.m4a")
    assert not (tmp_path / "cut.m4a").exists()


def test_a_recording_of_which_nothing_is_left_is_refused(halves: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingLeft):
        speech.cut(halves, [(0, 6000)], tmp_path / "cut.m4a")
    with pytest.raises(TooLong):
        speech.cut(halves, [(0, 100)], tmp_path / "cut.m4a", limits=Limits(seconds=3))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["halves.wav", "preview.m4a", "samples.wav"]


@pytest.mark.slow
def test_ten_minutes_are_cut_within_the_bounds(tmp_path: Path) -> None:
    source = write(tmp_path / "long.flac", tone(600))
    spans = [(start * 1000, start * 1000 + 500) for start in range(0, 600, 3)]
    made = speech.cut(source, spans, tmp_path / "cut.m4a")
    assert made.duration == 500_000


@dataclass(frozen=True)
class Line:
    text: str
    start: int
    end: int
    words: tuple[int, ...]


def lines(found: Iterable[Segment]) -> list[Line]:
    """What the recogniser hears, as the relay keeps it."""
    return [Line(one.text, one.start_ms, one.end_ms, word_times(one.text, one.words)) for one in found]


def places(said: list[Line], wanted: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where any of some words is said."""
    keys = {word.casefold() for word in wanted}
    return [
        (line.words[2 * i], line.words[2 * i + 1])
        for line in said
        for i, word in enumerate(line.text.split())
        if "".join(normalised(word)) in keys
    ]


@pytest.mark.data
@pytest.mark.speech
@pytest.mark.slow
@pytest.mark.parametrize("mode", [CUT, TONE])
def test_a_recogniser_no_longer_hears_what_was_cut(
    spanish: Reading, model_dir: Path, tmp_path: Path, mode: str
) -> None:
    said = lines(spanish.heard)
    found = places(said, SPOKEN)
    assert len(found) >= len(SPOKEN)
    made = speech.cut(spanish.preview, widen(found, said, spanish.duration_ms), tmp_path / "cut.m4a", mode=mode)
    cut = ingest_audio(made.path, tmp_path).samples
    again = normalised(" ".join(one.text for one in transcribe(cut, model_dir, Settings("es", mixed=False))))
    assert not {word.casefold() for word in SPOKEN} & set(again)
    derived = " ".join(line.text for line in speech.apply(said, made.timeline))
    assert not {word.casefold() for word in SPOKEN} & set(normalised(derived))
    assert derived.count(MARK) >= len(SPOKEN)
    assert {"española", "septiembre"} <= set(again) & set(normalised(derived))
