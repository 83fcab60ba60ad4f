"""Voices as MP3 and Opus: what players need of them, nothing of whoever recorded, and whole chains without decoding."""

import wave
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.engines import speech
from tejido.engines.press import ogg, sound
from tejido.engines.press.sound import Rendition
from tests.engines.speech.planted import VALUES, plant
from tests.engines.speech.sounds import RATE, heard, tone, write

SECONDS = 5.3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound")


@pytest.fixture(scope="module")
def voice(folder: Path) -> Path:
    """A voice as the recorder leaves it: Opus in MP4."""
    made = speech.ingest_audio(write(folder / "sent.wav", tone(SECONDS, 440)), folder)
    return made.preview


@pytest.fixture(scope="module")
def made(voice: Path, folder: Path) -> tuple[Rendition, Rendition]:
    return sound.render(voice, folder)


def frames(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return [data[at : at + 192] for at in range(0, len(data), 192)]


def test_every_mp3_frame_stands_alone(made: tuple[Rendition, Rendition]) -> None:
    found = frames(made[0].path)
    assert all(map(sound.stands_alone, found))
    assert {frame[:4] for frame in found} == {bytes.fromhex("fffb54c4")}  # 64 kbit/s, 48 kHz, no padding, mono
    assert not [
        block for block in (b"Xing", b"Info", b"ID3", b"TAG", b"APETAGEX") if block in made[0].path.read_bytes()
    ]


def test_an_ordinary_mp3_would_not_stand_alone(folder: Path) -> None:
    data = write(folder / "ordinary.mp3", tone(1), options={"write_xing": "0", "id3v2_version": "0"}).read_bytes()
    assert not sound.stands_alone(data[192 * 5 : 192 * 6])


def test_length_and_duration_are_the_files_own(made: tuple[Rendition, Rendition]) -> None:
    for one in made:
        with av.open(str(one.path)) as file:
            track = file.streams.audio[0]
            assert track.layout.name == "mono"
            assert track.codec_context.name in ("mp3float", "mp3", "opus", "libopus")
        assert one.size == one.path.stat().st_size
        assert one.duration == pytest.approx(1000 * len(heard(one.path)) / RATE, abs=60)
        assert one.duration == pytest.approx(1000 * SECONDS, abs=80)


def test_it_still_sounds_like_the_voice(made: tuple[Rendition, Rendition]) -> None:
    for one in made:
        samples = heard(one.path)[RATE : 4 * RATE]
        loudest = np.argmax(np.abs(np.fft.rfft(samples))) / 3
        assert loudest == pytest.approx(440, abs=1)


def test_clean_opus_is_taken_over_packet_by_packet(voice: Path, made: tuple[Rendition, Rendition]) -> None:
    with av.open(str(voice)) as file:
        before = [bytes(packet) for packet in file.demux(audio=0) if packet.size]
    with av.open(str(made[1].path)) as file:
        after = [bytes(packet) for packet in file.demux(audio=0) if packet.size]
    assert after == before


@pytest.mark.parametrize("ending", ["m4a", "mp3", "ogg", "webm", "wav"])
def test_nothing_of_the_maker_is_in_it(ending: str, tmp_path: Path) -> None:
    sent = plant(write(tmp_path / f"sent.{ending}", tone(1)))
    sound.in_child({"source": str(sent), "folder": str(tmp_path), "limits": {}})
    for name in ("voice.mp3", "voice.opus"):
        output = (tmp_path / name).read_bytes()
        assert not [value for value in [*VALUES, "PLANTED", "Lavf", "Lavc"] if value.encode() in output]
        assert len(heard(tmp_path / name)) == pytest.approx(RATE, rel=0.1)


def test_other_sound_is_encoded_at_the_rate_for_thin_lines(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 10 * RATE).astype(np.float32)
    _mp3, opus = sound.render(write(tmp_path / "sent.flac", noise), tmp_path)
    assert opus.size * 8 / 10 == pytest.approx(24_000, rel=0.35)
    assert len(heard(opus.path)) / RATE == pytest.approx(10, abs=0.05)


def test_what_is_no_recording_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "sent").write_text("This is a letter.")
    with pytest.raises(speech.RecordingError):
        sound.render(tmp_path / "sent", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sent"]


def test_the_same_voice_gives_the_same_bytes(voice: Path, made: tuple[Rendition, Rendition], tmp_path: Path) -> None:
    sound.in_child({"source": str(voice), "folder": str(tmp_path), "limits": {}})
    assert [(tmp_path / one.path.name).read_bytes() for one in made] == [one.path.read_bytes() for one in made]


def test_a_chain_is_its_files_one_behind_the_other(made: tuple[Rendition, Rendition], tmp_path: Path) -> None:
    mp3, opus = made
    starts = sound.starts([mp3.duration] * 40)
    whole = tmp_path / "whole.mp3"
    whole.write_bytes(b"".join(sound.joined_mp3(sound.pieces(mp3.path) for _ in starts)))
    assert sound.mp3_duration(whole.stat().st_size) == 40 * mp3.duration
    assert len(heard(whole)) == pytest.approx(40 * mp3.duration * 48, abs=2400)
    thin = tmp_path / "whole.opus"
    thin.write_bytes(b"".join(sound.joined_opus((start, sound.pieces(opus.path)) for start in starts)))
    assert len(heard(thin)) == pytest.approx(40 * mp3.duration * 48, abs=2400)  # no drift between the two
    assert ogg.duration(sound.pieces(thin)) * 48 == pytest.approx(len(heard(thin)), abs=1000)


def test_each_part_begins_where_the_chapters_say(tmp_path: Path) -> None:
    """A second of tone and a second of nothing, three times over: the tone begins on the mark in both files."""
    clip = np.concatenate([tone(1), np.zeros(RATE, np.float32)])
    with wave.open(str(tmp_path / "sent.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((clip * 32767).astype("<i2").tobytes())
    mp3, opus = sound.render(tmp_path / "sent.wav", tmp_path)
    starts = sound.starts([mp3.duration] * 3)
    (tmp_path / "w.mp3").write_bytes(b"".join(sound.joined_mp3(sound.pieces(mp3.path) for _ in starts)))
    parts = ((start, sound.pieces(opus.path)) for start in starts)
    (tmp_path / "w.opus").write_bytes(b"".join(sound.joined_opus(parts)))
    for name in ("w.mp3", "w.opus"):
        loud = np.abs(heard(tmp_path / name)) > 0.02
        begins = [at for at in range(len(loud)) if loud[at] and not loud[max(0, at - RATE // 4) : at].any()]
        assert [at / 48 for at in begins] == pytest.approx(starts, abs=75)


def test_joining_reads_no_part_before_its_turn(made: tuple[Rendition, Rendition]) -> None:
    """So that sixty hops of ten minutes take the memory of one page."""
    begun: list[int] = []

    def part(number: int) -> Iterator[bytes]:
        begun.append(number)
        yield from sound.pieces(made[1].path)

    pages = sound.joined_opus((0, part(number)) for number in range(1000))
    for _ in range(5):
        next(pages)
    assert begun == [0]


def test_half_a_file_is_refused(made: tuple[Rendition, Rendition]) -> None:
    data = made[1].path.read_bytes()
    for broken in (data[:-3], data[50:], b"", data[:60]):
        with pytest.raises(ogg.NotOpus):
            list(sound.joined_opus([(0, [broken])]))


def slow_checksum(data: bytes) -> int:
    """RFC 3533, 6: as it is written there, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


@given(st.binary(max_size=300))
def test_the_checksum_is_oggs(data: bytes) -> None:
    assert ogg.checksum(data) == slow_checksum(data)


PACKETS = st.lists(
    st.builds(lambda config, rest: bytes([config << 3]) + rest, st.integers(0, 31), st.binary(max_size=900)), min_size=1,
    max_size=120,
)  # fmt: skip


@given(PACKETS, st.integers(1, 5000))
def test_packets_come_back_from_any_cut_of_the_bytes(packets: list[bytes], size: int) -> None:
    data = b"".join(ogg.written(packets, 312))
    pages = list(ogg.read(data[at : at + size] for at in range(0, len(data), size)))
    assert (pages[0].flags, pages[-1].flags, {page.flags for page in pages[1:-1]} - {0}) == (2, 4, set())
    assert pages[-1].granule == sum(map(ogg.samples, packets))
    assert all(before.granule <= after.granule for before, after in pairwise(pages))
    assert b"".join(page.body for page in pages[2:]) == b"".join(packets)


def test_bytes_that_nobody_hears_are_not_taken_over() -> None:
    assert ogg.padded(b"\x03\x41\x05hidden")
    assert not ogg.padded(b"\x03\x01")
    assert not ogg.padded(b"\x00\x41")
