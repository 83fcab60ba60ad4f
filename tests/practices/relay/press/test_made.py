"""Files made of voices and editions: kept, served, and gone for good with what they were made of."""

from pathlib import Path

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from tejido.ground import blobs
from tejido.practices.relay.press import addresses, made
from tejido.practices.relay.press.models import Made

VOICE, OTHER, EDITION = "v" * 26, "w" * 26, "e" * 26


@pytest.fixture(autouse=True)
def folder(transactional_db: None, settings: Settings, tmp_path: Path) -> Path:
    settings.NODE_DIR = tmp_path
    return tmp_path


def bytes_in(folder: Path, needle: bytes) -> list[Path]:
    """Files below that hold these bytes: what a search of the disk would find."""
    return [path for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_what_is_kept_is_found_until_its_source_changes() -> None:
    assert made.find(VOICE, made.MP3) is None
    made.keep(VOICE, made.MP3, b"sound", type="audio/mpeg", source="one", duration=24)
    found = made.find(VOICE, made.MP3, source="one")
    assert found is not None
    assert (found.size, found.duration, b"".join(made.stream(found))) == (5, 24, b"sound")
    assert found.integrity == "sha256-3SlELeymn1LFAAa4Mcshbt94p9ozdI8KgP8Z8uvlfs0="
    assert made.find(VOICE, made.MP3, source="two") is None
    assert set(made.find_all([VOICE, OTHER], [made.MP3])) == {(VOICE, "mp3", "")}


def test_a_new_file_takes_the_place_of_the_old_one(folder: Path) -> None:
    made.keep(VOICE, made.PDF, b"first words", type="application/pdf", lang="es")
    made.keep(VOICE, made.PDF, b"second words", type="application/pdf", lang="es")
    assert Made.objects.count() == 1
    assert not bytes_in(folder, b"first words")
    assert bytes_in(folder, b"second words")


def test_forgetting_a_voice_erases_what_it_is_part_of(folder: Path) -> None:
    made.keep(VOICE, made.MP3, b"canary of one voice", type="audio/mpeg")
    made.keep(EDITION, made.MP3_WHOLE, b"canary of the whole", type="audio/mpeg", about=[VOICE, OTHER])
    made.keep(OTHER, made.MP3, b"another voice stays", type="audio/mpeg")
    made.forget(VOICE)
    assert [row.subject for row in Made.objects.all()] == [OTHER]
    assert not bytes_in(folder, b"canary of")
    assert bytes_in(folder, b"another voice stays")
    assert made.is_gone(VOICE)
    assert not made.is_gone(OTHER)


def test_bytes_that_another_file_shares_stay() -> None:
    made.keep(VOICE, made.MP3, b"the only voice", type="audio/mpeg")
    made.keep(EDITION, made.MP3_WHOLE, b"the only voice", type="audio/mpeg", about=[OTHER])
    made.forget(EDITION)
    found = made.find(VOICE, made.MP3)
    assert found is not None
    assert b"".join(made.stream(found)) == b"the only voice"


def test_what_is_published_again_may_come_back() -> None:
    made.keep(VOICE, made.MP3, b"sound", type="audio/mpeg")
    made.forget(VOICE)
    made.keep(VOICE, made.MP3, b"sound", type="audio/mpeg")
    found = made.find(VOICE, made.MP3)
    assert found is not None
    assert b"".join(made.stream(found)) == b"sound"
    assert not made.is_gone(VOICE)


def test_a_fault_is_kept_with_its_words() -> None:
    made.failed(VOICE, made.MP3, fault="not_audio", message="This is %(found)s.", params={"found": "a text"})
    assert made.find(VOICE, made.MP3) is None
    row = made.fault_of(VOICE, made.MP3)
    assert row is not None
    assert row.message % row.params == "This is a text."


def test_a_file_that_a_restore_left_out_is_made_again(rf: RequestFactory) -> None:
    row = made.keep(VOICE, made.MP3, b"sound", type="audio/mpeg")
    blobs.vault().storage.delete(row.blob)
    with pytest.raises(made.BeingMade):
        made.serve(rf.get("/"), row, "voice.mp3")
    assert not Made.objects.exists()


def test_addresses_begin_where_the_node_says(settings: Settings) -> None:
    from dataclasses import replace

    settings.NODE = replace(settings.NODE, port=8123, hosts=(), public_address="")
    assert addresses.absolute(addresses.feed("es")) == "http://localhost:8123/p/feed/es.xml"
    settings.NODE = replace(settings.NODE, hosts=("node.example",), https=True)
    assert addresses.absolute(addresses.index()) == "https://node.example/p/"
    settings.NODE = replace(settings.NODE, public_address="https://voices.example/")
    assert addresses.absolute(addresses.atom()) == "https://voices.example/p/atom.xml"
    with addresses.told("https://static.example/copy/"):
        assert (
            addresses.absolute(addresses.sound("abcdefgh", "mp3")) == "https://static.example/copy/p/sound/abcdefgh.mp3"
        )
    assert addresses.base() == "https://voices.example"
