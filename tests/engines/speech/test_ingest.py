"""From whatever a phone sends to one preview and one set of samples."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from tejido.engines.speech import Limits, Sound, aac_version, ingest_audio, loudness, preview
from tejido.engines.speech.errors import NoRoom, NotAudio
from tests.engines.speech.conftest import FIXTURES
from tests.engines.speech.sounds import heard, tone, write

CONTAINERS = {
    "aac": "aac/aac",
    "aiff": "aiff/pcm_s16be",
    "flac": "flac/flac",
    "mp3": "mp3/mp3",
    "mp4": "mp4/aac",
    "ogg": "ogg/vorbis",
    "wav": "wav/pcm_s16le",
    "webm": "webm/vorbis",
}


def rms(sound: "np.typing.NDArray[np.float32]") -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


@pytest.mark.data
@pytest.mark.parametrize("ending", CONTAINERS)
def test_each_container_of_one_reading_becomes_the_same_sound(speech_data: Path, tmp_path: Path, ending: str) -> None:
    sound = ingest_audio(speech_data / f"container_p001.{ending}", tmp_path)
    assert sound.format == CONTAINERS[ending]
    assert sound.duration_ms == pytest.approx(9000, abs=20)
    assert sound.skipped_packets == (1 if ending == "flac" else 0)
    assert_preview(sound)
    assert_samples(sound)


def assert_preview(sound: Sound) -> None:
    with av.open(str(sound.preview)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.codec.canonical_name, stream.layout.name) == ("opus", "mono")
        assert container.duration is not None
        assert container.duration / 1000 == pytest.approx(sound.duration_ms, abs=25)
    bits_a_second = sound.preview.stat().st_size * 8000 / sound.duration_ms
    assert bits_a_second < 32_000


def assert_samples(sound: Sound) -> None:
    with wave.open(str(sound.samples)) as wav:
        assert wav.getparams()[:3] == (1, 2, 16_000)
        assert wav.getnframes() / 16 == pytest.approx(sound.duration_ms, abs=2)


def test_a_live_webm_without_duration_and_sizes_is_read_to_its_end(tmp_path: Path) -> None:
    clip = FIXTURES / "live_en.webm"
    unknown_size = b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7
    assert clip.read_bytes().count(unknown_size) == 10
    with av.open(str(clip)) as container:
        assert container.duration is None
    live = ingest_audio(clip, tmp_path)
    finished = ingest_audio(FIXTURES / "quota_en.ogg", tmp_path)
    assert live.duration_ms == pytest.approx(finished.duration_ms, abs=25)


def test_a_live_webm_that_lost_its_last_slices_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = (FIXTURES / "live_en.webm").read_bytes()
    cut = tmp_path / "cut.webm"
    cut.write_bytes(whole[: len(whole) // 2])
    assert 3000 < ingest_audio(cut, tmp_path).duration_ms < 7000


@pytest.mark.parametrize("level", [0.005, 0.05, 0.9])
def test_quiet_and_loud_come_out_equally_loud(tmp_path: Path, level: float) -> None:
    sound = ingest_audio(write(tmp_path / "a.wav", tone(4, level=level)), tmp_path)
    assert loudness.measured([heard(sound.preview)]) == pytest.approx(loudness.TARGET_LUFS, abs=0.7)
    assert rms(heard(sound.samples)) == pytest.approx(rms(heard(sound.preview)), rel=0.1)


def test_one_shout_is_held_below_full_scale(tmp_path: Path) -> None:
    voice = np.concatenate([tone(6, level=0.01), tone(0.2, level=0.9), tone(6, level=0.01)])
    sound = ingest_audio(write(tmp_path / "a.wav", voice), tmp_path)
    assert np.abs(heard(sound.samples)).max() < 0.95
    assert sound.gain > 0


def test_silence_stays_silence_and_is_told(tmp_path: Path) -> None:
    sound = ingest_audio(write(tmp_path / "a.flac", tone(2, level=0)), tmp_path)
    assert (sound.loudness, sound.gain) == (None, 0)
    assert np.abs(heard(sound.samples)).max() == 0


def test_both_channels_are_heard(tmp_path: Path) -> None:
    left_only = tmp_path / "left.wav"
    with wave.open(str(left_only), "wb") as wav:
        wav.setparams((2, 2, 44_100, 0, "NONE", ""))
        signal = np.zeros((44_100 * 2, 2), "<i2")
        signal[:, 1] = 8000 * np.sin(np.arange(44_100 * 2) / 10)
        wav.writeframes(signal.tobytes())
    assert rms(heard(ingest_audio(left_only, tmp_path).samples)) > 0.05


def test_the_encoder_knows_each_option_we_give_it(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.m4a"), "w", format="mp4", options=preview.MP4) as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono", options=preview.OPUS)
        stream.codec_context.open()
        assert stream.codec_context.options == {}


def test_the_same_recording_gives_the_same_bytes(tmp_path: Path) -> None:
    first = ingest_audio(FIXTURES / "quota_en.ogg", tmp_path).preview.read_bytes()
    second = ingest_audio(FIXTURES / "quota_en.ogg", tmp_path).preview.read_bytes()
    assert first == second


def test_a_phones_film_is_taken_for_its_sound(tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", tone(2), film=True)
    assert ingest_audio(film, tmp_path, declared_type="video/mp4").duration_ms == pytest.approx(2000, abs=50)


def test_only_the_two_results_lie_in_the_folder(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    sound = ingest_audio(FIXTURES / "quota_en.ogg", work)
    assert set(work.iterdir()) == {sound.preview, sound.samples}


def test_an_older_iphone_gets_aac(tmp_path: Path) -> None:
    sound = ingest_audio(FIXTURES / "quota_en.ogg", tmp_path)
    aac = aac_version(sound.preview, tmp_path / "older.m4a")
    with av.open(str(aac)) as container:
        assert container.streams.audio[0].codec_context.codec.canonical_name == "aac"
    assert rms(heard(aac)) == pytest.approx(rms(heard(sound.preview)), rel=0.1)
    assert b"Lav" not in aac.read_bytes()
    with pytest.raises(NotAudio):
        aac_version(Path(__file__), tmp_path / "none.m4a")
    assert not list(tmp_path.glob("none*"))


def test_a_folder_that_cannot_be_written_is_not_the_recordings_fault(tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match="recording is in order"):
        ingest_audio(FIXTURES / "quota_en.ogg", tmp_path / "missing")


def test_ten_minutes_and_a_last_time_slice_are_accepted(tmp_path: Path) -> None:
    long = write(tmp_path / "long.ogg", np.tile(tone(1), 4))
    assert ingest_audio(long, tmp_path, Limits(seconds=4)).duration_ms >= 4000
