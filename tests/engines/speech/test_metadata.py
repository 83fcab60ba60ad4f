"""What a recording says about its maker is found, named, and not in what we make of it."""

import struct
from pathlib import Path

import pytest

from tejido.engines.speech import Tag, ingest_audio, tags
from tejido.engines.speech.errors import TagsLeft
from tests.engines.speech.sounds import tone, write

PLANTED = {
    "title": "PLANTED-title Samira's kitchen",
    "artist": "PLANTED-artist سميرة",
    "comment": "PLANTED-comment recorded in the back room",
    "date": "2026-11-20T21:07:44",
}


@pytest.mark.parametrize("ending", ["m4a", "mp3", "ogg", "webm", "flac", "wav", "aiff"])
def test_planted_tags_are_found_and_removed(tmp_path: Path, ending: str) -> None:
    source = write(tmp_path / f"IMG_SM-T530_samira.{ending}", tone(1), PLANTED)
    assert b"PLANTED" in source.read_bytes()
    sound = ingest_audio(source, tmp_path)
    found = {tag.value for tag in sound.tags}
    assert PLANTED["title"] in found
    assert_clean(sound.preview, [*found, *PLANTED.values()])
    assert_clean(sound.samples, [*found, *PLANTED.values()])


def assert_clean(path: Path, values: list[str]) -> None:
    output = path.read_bytes()
    for value in [*values, "PLANTED", "SM-T530", "samira", "Lavf", "Lavc", "LAME"]:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert value.encode(encoding) not in output


def test_an_iphones_place_and_model_are_removed(tmp_path: Path) -> None:
    phone = {
        "location": "+37.0662+037.3833+850/",
        "com.apple.quicktime.location.ISO6709": "+37.0662+037.3833+850/",
        "make": "Apple iPhone 8 PLANTED",
        "model": "PLANTED-model",
        "creation_time": "2026-11-20T21:07:44.000000Z",
    }
    options = {"movflags": "use_metadata_tags"}
    sound = ingest_audio(write(tmp_path / "a.m4a", tone(1), phone, options), tmp_path)
    assert {"make", "model", "creation_time"} <= {tag.name for tag in sound.tags}
    assert any("37.0662" in tag.value for tag in sound.tags)
    assert_clean(sound.preview, list(phone.values()))


def test_blocks_appended_behind_the_sound_do_not_come_along(tmp_path: Path) -> None:
    source = write(tmp_path / "a.mp3", tone(1))
    id3v1 = b"TAG" + b"PLANTED-old-title".ljust(125, b"\0")
    ape = b"APETAGEX" + struct.pack("<IIII8x", 2000, 50, 1, 0) + b"PLANTED-ape"
    source.write_bytes(source.read_bytes() + ape + id3v1)
    assert_clean(ingest_audio(source, tmp_path).preview, [])


def test_a_tag_in_a_forgotten_encoding_is_no_obstacle(tmp_path: Path) -> None:
    source = write(tmp_path / "a.ogg", tone(1), {"title": "PLANTED-caf__"})
    source.write_bytes(_with_checksum_of_page(source.read_bytes().replace(b"caf__", b"caf\xe9\xe9")))
    sound = ingest_audio(source, tmp_path)
    assert any(tag.value.startswith("PLANTED-caf") for tag in sound.tags)
    assert_clean(sound.preview, [])


def _with_checksum_of_page(ogg: bytes) -> bytes:
    """The Ogg file with the second page's checksum put right."""
    start = ogg.index(b"OggS", 4)
    end = ogg.index(b"OggS", start + 4)
    page = ogg[start : start + 22] + b"\0\0\0\0" + ogg[start + 26 : end]
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return ogg[:start] + page[:22] + struct.pack("<I", crc) + page[26:] + ogg[end:]


def test_a_value_found_again_stops_everything() -> None:
    with pytest.raises(TagsLeft, match="title"):
        tags.check(b"....PLANTED-title....", [Tag("title", "PLANTED-title")])
    with pytest.raises(TagsLeft):
        tags.check("…PLANTED-title…".encode("utf-16-le"), [Tag("title", "PLANTED-title")])


def test_the_containers_own_words_are_no_leak() -> None:
    assert tags.left(b"ftypisomisomiso2mp41 SoundHandler", [Tag("title", "SoundHandler")]) == []
