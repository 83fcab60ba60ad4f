"""A feed and a dossier of a real publication, byte for byte: signed events, the store, the projection, the room, the press.

Names of voices and editions are hashes of signed events, so the node's keys, salts and clock are known here. Its sound is
a few fixed bytes: what encoders make differs from machine to machine, and is tested with the engine.
"""

import gzip
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from tejido.engines.press import sound
from tejido.ground import blobs
from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import networks
from tejido.ground.store.public import Appended, Fact, append
from tejido.practices.relay.press import books, feeds, made, podcast, reading, seasons
from tejido.practices.relay.publishing import events as ev
from tejido.web.public import pages
from tests.practices.relay.builders import a_node
from tests.support.fixed import fixed_node
from tests.support.golden import reviewed

HERE = Path(__file__).parent / "reviewed"
SLUG, DAY = "wmnpqr27", "2026-11-20"
TERMS = {"purposes": list(consent.FLAGS), "audio": "own", "since": DAY}
LICENCE = {"name": "CC-BY-SA-4.0", "url": "https://creativecommons.org/licenses/by-sa/4.0/"}
SAID = {
    "es": ("Empezamos a las seis & nadie dice cuándo termina.", "Ayer la <cinta> paró tres veces."),
    "ar": ("نبدأ في السادسة ولا أحد يقول متى ننتهي.", "أمس توقف الخط ثلاث مرات."),
    "en": ("We begin at six & nobody says when it ends.", "Yesterday the <belt> stopped three times."),
}


def lines(texts: tuple[str, ...], timed: bool) -> list[dict[str, Any]]:
    step = 21_000
    return [
        {"id": f"s-{at}", "text": text, "start": at * step if timed else None, "end": (at + 1) * step if timed else None,
         "lang": None, "by": "person" if at else "machine"}
        for at, text in enumerate(texts)
    ]  # fmt: skip


def say(space: bytes, who: str, place: str, lang: str, others: tuple[str, ...], voice: str, number: int) -> Appended:
    """A published voice, with a recording of its own or without one."""
    audio = blobs.put(f"recording {number}".encode(), sealed=False, media_type="audio/mp4") if voice != "none" else None
    body: Mapping[str, Any] = {
        "who": who, "place": place, "day": DAY, "lang": lang, "role": "report" if number == 1 else "parallel",
        "consent": TERMS, "segments": lines(SAID[lang], audio is not None),
        "versions": [{"lang": other, "texts": list(SAID[other])} for other in others],
        "audio": audio.to_dict() if audio else None, "voice": voice, "duration": 42_000 if audio else 0,
        "synthetic": False,
    }  # fmt: skip
    terms = consent.Terms(tuple(sorted(consent.FLAGS)), "own", DAY)
    with consent.speaking_for(terms):
        return append(space, Fact(ev.VOICE_PUBLISHED, dict(body), None, (audio.id,) if audio else (), schema=1))[0]


def edition(
    space: bytes, number: int, items: list[dict[str, Any]], before: Appended | None, changes: list[str]
) -> Appended:
    body = {
        "slug": SLUG, "number": number, "replaces": before.aggregate.hex() if before else None, "langs": ["es", "ar"],
        "titles": {"es": "¿Quién decide cuándo termina la noche?", "ar": "من يقرر متى ينتهي الليل؟"},
        "questions": {"es": "¿Cuándo termina tu turno?"}, "summaries": {"ar": "حلقتان تقولان متى تنتهي الليلة."},
        "items": items, "licence": LICENCE, "day": DAY if number == 1 else "2026-11-22", "form": "each", "changes": changes,
    }  # fmt: skip
    return append(space, Fact(ev.EDITION_PUBLISHED, body, None, (), schema=1))[0]


def place(number: int, voice: Appended | None, answers: int | None, quotes: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "number": number, "voice": voice.aggregate.hex() if voice else None, "role": "parallel" if answers else "report",
        "answers": answers, "day": DAY if voice else None,
        "quotes": [{"number": answers, "segment": one} for one in quotes],
    }  # fmt: skip


@pytest.fixture
def published(db: None, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """Two editions: a voice with sound and a translation, an answer in Arabic that quotes it and came later, a place withheld."""
    settings.NODE_DIR = tmp_path
    settings.NODE = replace(settings.NODE, public_address="https://voices.example")
    with fixed_node():
        a_node()
        space = networks()[0].public_space or b""
        first = say(space, "Noche", "Chicago", "es", ("ar", "en"), "own", 1)
        early = edition(space, 1, [place(1, first, None), place(2, None, 1)], None, [])
        second = say(space, "دائرة الميناء", "غازي عنتاب", "ar", ("es",), "disguised", 3)
        third = say(space, "", "", "es", (), "none", 4)
        items = [place(1, first, None), place(2, None, 1), place(3, second, 1, ("s-1",)), place(4, third, 3)]
        edition(space, 2, items, early, ["Se añadieron dos voces."])
        rendered()
        yield reading.edition_at(SLUG).key


def rendered() -> None:
    """Files as the worker would have made them, of known bytes."""
    seasons.give(reading.ours())
    for voice in reading.voices(reading.heard(reading.edition_at(SLUG))):
        for kind, media_type, size in ((made.MP3, sound.MP3_TYPE, 336_000), (made.OPUS, sound.OPUS_TYPE, 126_000)):
            stored = made.store(f"{kind} {voice.who}".encode().ljust(size, b"."), media_type)
            source = reading.source_of(voice)
            made.keep(voice.key, kind, stored, type=media_type, source=source, about=[voice.key], duration=42_000)


@pytest.mark.parametrize("lang", ["es", "ar"])
def test_a_feed_from_the_room_is_as_reviewed(published: str, client: Client, lang: str) -> None:
    body = client.get(f"/p/feed/{lang}.xml", headers={"Accept-Encoding": "gzip"}).content
    reviewed(HERE / f"feed.{lang}.xml", gzip.decompress(body).decode())
    assert feeds.of(lang).episodes == 2


def test_a_dossier_from_the_room_is_as_reviewed(published: str, tmp_path: Path) -> None:
    """The page of the zip, which holds what every format says, and the sounds that lie beside it."""
    found = reading.edition_at(SLUG)
    assert found.key == published
    books.write_zip(found, "es", tmp_path / "es.zip", books.sounds_of(found))
    opened = zipfile.ZipFile(tmp_path / "es.zip")
    assert opened.namelist() == ["index.html", "sounds/1.opus", "sounds/3.opus"]
    reviewed(HERE / "dossier.es.html", opened.read("index.html").decode())


def test_pages_lead_to_the_voice_that_is_quoted(published: str, client: Client) -> None:
    """Once, however much of it is told again; not where that voice is gone."""
    for path, link in ((f"/p/{SLUG}/es/", "#v1"), (f"/p/{SLUG}/es/3/", "1/")):
        (found,) = BeautifulSoup(client.get(path).text, "html.parser").find_all("a", string="Cita la voz 1")
        assert str(found["href"]).endswith(link)
    shown = reading.edition_at(SLUG)
    gone = replace(shown, items=(replace(shown.items[0], voice=None, status="withdrawn"), *shown.items[1:]))
    assert [voice.quotes for voice in pages.reading(gone, "es").voices] == [(), (), (), ()]


def test_a_voice_without_a_name_is_one_in_the_feeds_language_whoever_asks(published: str) -> None:
    nameless = reading.edition_at(SLUG).items[3].voice
    assert nameless is not None
    with translation.override("ar"):
        assert [podcast.called(nameless, lang) for lang in ("es", "en", "ar")] == ["Una voz", "A voice", "صوت"]


def test_transcripts_from_the_room_are_as_reviewed(published: str, client: Client) -> None:
    key = reading.voices(reading.heard(reading.edition_at(SLUG)))[1].key
    texts = [
        client.get(f"/p/text/{key}.{lang}.{form}").text for lang in ("ar", "es") for form in ("vtt", "srt", "json")
    ]
    reviewed(HERE / "transcripts.txt", "\n====\n".join(texts))
