"""In every container: whatever tells about the maker is found, named with its place, and not in what is published."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.engines import speech
from tejido.engines.speech import blocks, ingest_audio
from tejido.engines.speech.records import Sound
from tests.engines.speech.planted import FIELDS, PLANTERS, VALUES, ape, id3v1, plant
from tests.engines.speech.sounds import tone, write

MUXED = {"ogg", "webm"}  # containers into which FFmpeg itself writes the fields
PLACES = {
    "aac": {"ID3v2", "APEv2", "ID3v1"},
    "aiff": {"AIFF text", "ID3v2"},
    "flac": {"Vorbis comment", "APEv2", "ID3v1"},
    "mp3": {"ID3v2", "APEv2", "ID3v1"},
    "mp4": {"QuickTime"},
    "m4a": {"QuickTime"},
    "ogg": {"Vorbis comment", "APEv2", "ID3v1"},
    "wav": {"RIFF INFO", "RIFF bext", "RIFF", "ID3v2"},
    "webm": {"Matroska tag", "APEv2", "ID3v1"},
}


def sent(folder: Path, ending: str) -> Path:
    """A recording in this container with everything planted."""
    path = folder / f"IMG_SM-T530_samira.{ending}"
    return plant(write(path, tone(1), FIELDS if ending in MUXED else None))


def leaks(sound: Sound) -> list[str]:
    """Planted values that are in what was made, in any encoding."""
    made = sound.preview.read_bytes() + sound.samples.read_bytes()
    return [
        value
        for value in [*VALUES, "PLANTED", *(tag.value for tag in sound.tags if len(tag.value) >= 6)]
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")
        if value.encode(encoding, "replace") in made
    ]


@pytest.mark.parametrize("ending", sorted(PLANTERS))
def test_nothing_planted_is_in_the_output_and_every_place_is_named(tmp_path: Path, ending: str) -> None:
    path = sent(tmp_path, ending)
    assert b"PLANTED" in path.read_bytes()
    sound = ingest_audio(path, tmp_path)
    assert leaks(sound) == []
    assert PLACES[ending] <= {tag.place for tag in sound.tags}
    told = " ".join(tag.value for tag in sound.tags)
    assert "PLANTED title" in told
    assert "Samira" in told
    if ending != "webm":
        assert "37.0662" in told


@pytest.mark.parametrize("ending", ["mp3", "aac", "flac", "wav", "aiff"])
def test_a_cover_is_named(tmp_path: Path, ending: str) -> None:
    names = {name for name, _ in speech.named(ingest_audio(sent(tmp_path, ending), tmp_path).tags)}
    assert "cover" in names or "Cover Art (Front)" in names


@pytest.mark.parametrize("ending", sorted(PLANTERS))
def test_what_is_cut_or_disguised_from_it_tells_as_little(tmp_path: Path, ending: str) -> None:
    path = sent(tmp_path, ending)
    made = [speech.cut(path, [(100, 200)], tmp_path / "cut").path, tmp_path / "other"]
    speech.disguise(path, made[1])
    for one in made:
        assert not any(value.encode() in one.read_bytes() for value in [*VALUES, "PLANTED"])


def test_names_are_told_once_and_values_never(tmp_path: Path) -> None:
    names = speech.named(ingest_audio(sent(tmp_path, "wav"), tmp_path).tags)
    assert ("originator", "RIFF bext") in names
    assert len(set(names)) == len(names)
    assert "PLANTED" not in str(names)


def test_a_second_track_is_named(tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", tone(1), film=True)
    assert ("track 0", "QuickTime") in speech.named(ingest_audio(film, tmp_path).tags)


@given(st.binary(max_size=400), st.sampled_from([b"", b"RIFF\xff\xff\xff\xffWAVE", b"FORM\0\0\0\0AIFF"]))
def test_any_bytes_are_walked_without_harm(tmp_path_factory: pytest.TempPathFactory, junk: bytes, head: bytes) -> None:
    path = tmp_path_factory.mktemp("junk") / "junk"
    for data in (
        head + junk,
        b"ID3\4\0\0\0\0\3\x7f" + junk,
        junk + ape()[: len(junk)],
        junk + ape() + junk,
        ape() + id3v1()[: len(junk)],
    ):
        path.write_bytes(data)
        assert len(blocks.found(path)) <= blocks.MOST
