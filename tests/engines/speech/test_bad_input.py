"""What is no report: each with one clear error, and nothing left behind."""

import random
import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from tejido.engines.speech import Limits, SpeechError, ingest_audio
from tejido.engines.speech import errors as wrong
from tests.engines.speech.conftest import FIXTURES
from tests.engines.speech.sounds import silent_film, tone, write

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(200)
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
NOISE = random.Random(7).randbytes(200_000)


def refused(tmp_path: Path, source: Path, declared: str | None = None, seconds: int = 600) -> SpeechError:
    """The error that `source` meets; the work folder must stay empty."""
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(SpeechError) as caught:
        ingest_audio(source, work, Limits(seconds=seconds), declared)
    assert list(work.iterdir()) == []
    assert str(caught.value) == caught.value.template.format(**caught.value.params)
    return caught.value


def holding(tmp_path: Path, content: bytes, name: str = "upload") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "declared", "error", "found"),
    [
        (b"", "audio/webm", wrong.EmptyFile, None),
        (b"Dear all,\nno recording here.\n" * 50, None, wrong.NotAudio, "a text"),
        ("عزيزتي، هذه رسالة.\n".encode() * 50, "audio/mpeg", wrong.WrongType, "a text"),
        (PNG, None, wrong.NotAudio, "a PNG picture"),
        (PNG, "image/png", wrong.NotAudio, "a PNG picture"),
        (PNG, "audio/mpeg", wrong.WrongType, "a PNG picture"),
        (b"%PDF-1.7\n" + bytes(500), "audio/mp4", wrong.WrongType, "a PDF document"),
        (PLAYLIST, "audio/mpeg", wrong.WrongType, "a playlist that points to other files"),
        (NOISE, "audio/mpeg", wrong.NotAudio, "something unknown"),
        (bytes(50_000), None, wrong.NotAudio, "something unknown"),
    ],
)
def test_no_sound(
    tmp_path: Path, content: bytes, declared: str | None, error: type[SpeechError], found: str | None
) -> None:
    caught = refused(tmp_path, holding(tmp_path, content), declared)
    assert type(caught) is error
    assert caught.params.get("found") == found


def test_a_film_named_mp3(tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", tone(1), film=True)
    caught = refused(tmp_path, film, "audio/mpeg")
    assert isinstance(caught, wrong.WrongType)
    assert caught.params == {"declared": "audio/mpeg", "found": "a film (mp4)"}


def test_sound_named_a_picture(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path, FIXTURES / "quota_en.ogg", "image/png"), wrong.WrongType)


@pytest.mark.parametrize(
    "declared",
    [
        "audio/webm;codecs=opus",
        "video/webm",
        "audio/mpeg",
        "AUDIO/MP4",
        "application/ogg",
        "",
        None,
        "application/octet-stream",
    ],
)
def test_sound_under_another_sounds_name_is_welcome(tmp_path: Path, declared: str | None) -> None:
    assert ingest_audio(FIXTURES / "quota_en.ogg", tmp_path, declared_type=declared).format == "ogg/opus"


def test_a_film_without_sound(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path, silent_film(tmp_path / "film.mp4")), wrong.NoAudioStream)


def test_a_header_and_no_sound(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    with wave.open(str(empty), "wb") as wav:
        wav.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert isinstance(refused(tmp_path, empty), wrong.NothingDecoded)


@pytest.mark.parametrize("ending", ["webm", "wav"])
def test_eleven_minutes(tmp_path: Path, ending: str) -> None:
    long = write(tmp_path / f"long.{ending}", np.tile(tone(60, level=0.01), 11))
    caught = refused(tmp_path, long)
    assert isinstance(caught, wrong.TooLong)
    assert caught.params == {"limit_s": 600}


def test_an_undeclared_length_is_noticed_while_decoding(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path, FIXTURES / "live_en.webm", seconds=4), wrong.TooLong)


def test_too_many_bytes_are_not_even_opened(tmp_path: Path) -> None:
    big = holding(tmp_path, bytes(3 * 2**20))
    with pytest.raises(wrong.TooLarge, match="3 MB; at most 2 MB"):
        ingest_audio(big, tmp_path, Limits(file_bytes=2 * 2**20))


@pytest.mark.data
@pytest.mark.parametrize("ending", ["aiff", "flac", "mp3", "wav", "webm"])
def test_half_a_file_whose_length_is_known(speech_data: Path, tmp_path: Path, ending: str) -> None:
    caught = refused(tmp_path, half(speech_data / f"container_p001.{ending}", tmp_path))
    assert type(caught) is wrong.Truncated
    assert caught.params["declared_s"] == pytest.approx(9.0, abs=0.1)
    assert 4 < float(caught.params["decoded_s"]) < 5


def half(source: Path, tmp_path: Path) -> Path:
    content = source.read_bytes()
    return holding(tmp_path, content[: len(content) // 2], source.name)


@pytest.mark.data
def test_an_mp4_without_its_end_has_lost_its_index(speech_data: Path, tmp_path: Path) -> None:
    caught = refused(tmp_path, half(speech_data / "container_p001.mp4", tmp_path))
    assert isinstance(caught, wrong.IndexMissing)


def test_an_mp4_with_its_index_in_front(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.m4a", tone(6), options={"movflags": "+faststart"})
    assert type(refused(tmp_path, half(whole, tmp_path))) is wrong.Truncated


@pytest.mark.data
@pytest.mark.parametrize("ending", ["aac", "ogg"])
def test_half_a_file_whose_length_is_an_estimate_is_kept(speech_data: Path, tmp_path: Path, ending: str) -> None:
    sound = ingest_audio(half(speech_data / f"container_p001.{ending}", tmp_path), tmp_path)
    assert 4000 < sound.duration_ms < 5000


@pytest.mark.data
def test_mp3_without_a_frame_count_is_an_estimate(speech_data: Path, tmp_path: Path) -> None:
    content = (speech_data / "container_p001.mp3").read_bytes()
    for mark in (b"Xing", b"Info"):
        content = content.replace(mark, b"\0\0\0\0")
    sound = ingest_audio(half(holding(tmp_path, content, "b.mp3"), tmp_path), tmp_path)
    assert 4000 < sound.duration_ms < 5000


def test_a_streamed_wav_states_no_length(tmp_path: Path) -> None:
    content = bytearray(write(tmp_path / "a.wav", tone(2)).read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", 0xFFFFFFFF)
    sound = ingest_audio(holding(tmp_path, bytes(content), "stream.wav"), tmp_path)
    assert sound.duration_ms == pytest.approx(2000, abs=5)


@pytest.mark.data
def test_damage_in_the_middle_is_skipped_and_counted(speech_data: Path, tmp_path: Path) -> None:
    content = bytearray((speech_data / "container_p001.aac").read_bytes())
    for place in range(30_000, 31_000):
        content[place] ^= 0x55
    sound = ingest_audio(holding(tmp_path, bytes(content), "hurt.aac"), tmp_path)
    assert sound.skipped_packets > 0
    assert sound.duration_ms > 8000


@pytest.mark.parametrize(("rate", "channels"), [(1, 1), (4_000_000_000, 1), (16_000, 0), (48_000, 60_000)])
def test_impossible_rates_and_channels(tmp_path: Path, rate: int, channels: int) -> None:
    block = channels * 2
    fmt = struct.pack("<HHIIHH", 1, channels, rate, (rate * block) & 0xFFFFFFFF, block & 0xFFFF, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", 400_000) + bytes(400_000)
    source = holding(tmp_path, b"RIFF" + struct.pack("<I", len(body)) + body, "odd.wav")
    assert isinstance(refused(tmp_path, source), wrong.RecordingError)
