"""Which language is spoken where: each stretch is written in its own, none is translated in silence."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tejido.engines.speech import Settings, ingest_audio, transcribe
from tejido.engines.speech.recognise import load
from tejido.engines.speech.spoken import RATE, Piece, Run, joined
from tejido.engines.speech.wer import wer
from tests.engines.speech.conftest import FIXTURES

EN, ES, AR = {"en": 0.97, "es": 0.01}, {"es": 0.95, "gl": 0.04, "en": 0.01}, {"ar": 0.98, "fa": 0.01}
HALF = {"en": 0.3, "es": 0.3}

MANUEL = (
    "Mi muy querido Manuel. Hace algunas semanas, que entreteniendo nuestros ocios caniculares en esta sosegada villa "
    "de Valdemoro, de donde ya vamos a regresar a la vecina corte, hube de referirte la historia del Capitán Veneno, "
    "tal y como vivía inédita en el archivo de mi imaginación."
)
SONNET = "From fairest creatures we desire increase, That thereby beauty's rose might never die"


def said(*odds: dict[str, float], seconds: float = 5) -> list[Piece]:
    """Pieces of so many seconds with a second's pause between."""
    step = int((seconds + 1) * RATE)
    return [Piece(i * step, i * step + int(seconds * RATE), one) for i, one in enumerate(odds)]


def langs(runs: list[Run]) -> list[str]:
    return [run.lang for run in runs]


def test_one_language_is_one_run_over_everything() -> None:
    assert joined(said(EN, EN, HALF), ["en"], 1_000_000) == [Run(0, 1_000_000, "en")]


def test_a_change_lies_in_the_middle_of_the_pause() -> None:
    found = joined(said(EN, EN, ES), ["en", "es"], 1_000_000)
    assert found == [Run(0, 11 * RATE + RATE // 2, "en"), Run(11 * RATE + RATE // 2, 1_000_000, "es")]


def test_runs_meet_and_cover_all() -> None:
    found = joined(said(EN, ES, EN, ES), ["es", "en"], 1_000_000)
    assert langs(found) == ["en", "es", "en", "es"]
    assert [run.start for run in found[1:]] == [run.end for run in found[:-1]]
    assert (found[0].start, found[-1].end) == (0, 1_000_000)


def test_what_tells_nothing_goes_with_its_neighbours() -> None:
    assert langs(joined(said(EN, HALF, EN, HALF), ["es", "en"], 1_000_000)) == ["en"]


def test_a_short_piece_does_not_change_the_language() -> None:
    doubtful = Piece(6 * RATE, 6 * RATE + RATE // 2, {"es": 0.6, "en": 0.3})
    first, _, last = said(EN, EN, EN)
    assert langs(joined([first, doubtful, last], ["en", "es"], 1_000_000)) == ["en"]


def test_a_language_nobody_named_is_believed_where_it_is_certain() -> None:
    assert langs(joined(said(ES, AR, ES), ["es"], 1_000_000)) == ["es", "ar", "es"]
    galician = {"gl": 0.6, "es": 0.4}
    assert langs(joined(said(ES, galician, ES), ["es"], 1_000_000)) == ["es"]


def test_without_any_name_the_likeliest_is_taken_and_silence_says_nothing() -> None:
    assert langs(joined(said({"pt": 0.5, "es": 0.2}, {"pt": 0.4, "gl": 0.3}), [], 1_000_000)) == ["pt"]
    assert joined([], [], 1_000_000) == []
    assert joined([], ["fr"], 1_000_000) == [Run(0, 1_000_000, "fr")]


def saved(path: Path, sound: npt.NDArray[np.float32]) -> Path:
    with wave.open(str(path), "wb") as wav:
        wav.setparams((1, 2, RATE, 0, "NONE", ""))
        wav.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.data
@pytest.mark.speech
@pytest.mark.slow
def test_a_recording_in_two_languages_is_written_in_both(speech_data: Path, model_dir: Path, tmp_path: Path) -> None:
    sound = {}
    for lang in ("en", "es"):
        path = ingest_audio(speech_data / f"librivox_{lang}.mp3", tmp_path).samples
        sound[lang] = load(path, 0)
    synthetic = load(ingest_audio(FIXTURES / "live_en.webm", tmp_path).samples, 0)
    mixed = np.concatenate([sound["en"][: 9 * RATE], sound["es"][5 * RATE : 25 * RATE], synthetic])
    heard = list(transcribe(saved(tmp_path / "mixed.wav", mixed), model_dir, Settings("es-MX", others=("en",))))
    text = {lang: " ".join(one.text for one in heard if one.lang == lang) for lang in ("en", "es")}
    assert wer(MANUEL, text["es"]) < 0.3
    assert SONNET.split()[2] in text["en"]
    assert "parcels" in text["en"]
    changes = [one for one, before in zip(heard[1:], heard, strict=False) if one.lang != before.lang]
    assert [one.lang for one in changes] == ["es", "en"]
