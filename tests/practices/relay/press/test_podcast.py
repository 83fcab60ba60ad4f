"""Podcasts of what was published: by the directories' rules one by one, and read back as players read them."""

import io
import json
import re
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import podcastparser
import pytest
import webvtt
from pytest_django import DjangoDbBlocker

from tejido.practices.relay.press import addresses
from tests.engines.press import psp
from tests.engines.press.psp import NS
from tests.practices.relay.press.fetching import BASE, Fetched, published

pytestmark = pytest.mark.django_db  # the database is set up for tests that ask for it

RANK = {"application/json": 4, "text/vtt": 3, "application/x-subrip": 2}
"""AntennaPod's order of types; it takes the first of the best and ignores the language."""
SKEW_MS = 60


@pytest.fixture(scope="module")
def each(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Fetched:
    with django_db_blocker.unblock():
        return published(tmp_path_factory.mktemp("each"))


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Fetched:
    with django_db_blocker.unblock():
        return published(tmp_path_factory.mktemp("whole"), form="whole")


def all_feeds(*found: Fetched) -> dict[str, bytes]:
    return {f"{one.edition.form}-{lang}": one.feed(lang) for one in found for lang in ("es", "ar")}


def items(found: Fetched, lang: str = "es") -> list[Any]:
    return list(found.tree(lang).findall("channel/item"))


def first_of_best(item: Any, without: str = "") -> Any:
    best = None
    for one in item.findall("podcast:transcript", NS):
        kind = one.attrib["type"]
        if kind != without and (best is None or RANK[kind] > RANK[best.attrib["type"]]):
            best = one
    return best


def test_every_rule_of_directories_holds(each: Fetched, whole: Fetched) -> None:
    assert {name: psp.broken(feed) for name, feed in all_feeds(each, whole).items()} == {
        name: {} for name in all_feeds(each, whole)
    }


def test_two_readers_find_the_same(each: Fetched) -> None:
    for lang in ("es", "ar"):
        known = feedparser.parse(each.feed(lang))
        assert not known.bozo
        player = podcastparser.parse(BASE + addresses.feed(lang), io.BytesIO(each.feed(lang)))
        numbered = sorted(player["episodes"], key=lambda one: -one["number"])
        assert [one.id for one in known.entries] == [one["guid"] for one in numbered]
        assert [one.title for one in known.entries] == [one["title"] for one in numbered]
        assert [one["number"] for one in numbered] == [3, 2, 1]
        assert {one["total_time"] for one in player["episodes"]} == {1, 2, 3}
        assert player["type"] == "serial"


def test_length_type_and_duration_are_the_files_own(each: Fetched, whole: Fetched) -> None:
    for found in (each, whole):
        for item in items(found):
            sound = item.find("enclosure").attrib
            answer = found.at(sound["url"])
            assert (int(sound["length"]), sound["type"]) == (len(answer.body), answer.headers["Content-Type"])
            frames = len(answer.body) // 192
            assert int(psp.text(item, "itunes:duration")) == round(frames * 0.024)
            for other in item.findall("podcast:alternateEnclosure", NS):
                file = found.at(other.find("podcast:source", NS).attrib["uri"])
                assert (int(other.attrib["length"]), other.attrib["type"]) == (
                    len(file.body),
                    file.headers["Content-Type"],
                )


def test_files_are_cacheable_and_open_to_players_on_the_web(each: Fetched, whole: Fetched) -> None:
    for found in (each, whole):
        for path, answer in found.answers.items():
            assert answer.headers["Access-Control-Allow-Origin"] == "*", path
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin", path
            assert answer.headers["Cache-Control"].startswith("public, max-age="), path
            assert answer.headers["ETag"], path
            assert "Set-Cookie" not in answer.headers, path
            assert "Cookie" not in answer.headers.get("Vary", ""), path


def test_antennapod_shows_the_spoken_language_first(each: Fetched) -> None:
    """It takes the first transcript of its best type and ignores the language."""
    spoken = {voice.key: voice.lang for voice in each.edition.voices}
    for lang in ("es", "ar"):
        for item in items(each, lang):
            key = re.search(r"/([a-z2-7]{26})\.mp3", item.find("enclosure").attrib["url"])[1]  # type: ignore[index]
            for without in ("", "application/json"):
                assert first_of_best(item, without).attrib["language"] == spoken[key]


def test_no_cue_would_make_a_player_drop_the_file(each: Fetched, whole: Fetched) -> None:
    """One malformed cue timing makes AntennaPod drop all of a WebVTT file."""
    stamp = r"\d{2,}:\d\d:\d\d\.\d{3}"
    for found in (each, whole):
        files = [(path, one.body.decode()) for path, one in found.answers.items() if path.endswith(".vtt")]
        assert len(files) >= 3
        for _path, text in files:
            timings = [line for line in text.split("\n") if "-->" in line]
            assert timings
            assert all(re.fullmatch(f"{stamp} --> {stamp}", line) for line in timings)
            assert len(webvtt.from_string(text).captions) == len(timings)
            assert all(one.start < one.end for one in webvtt.from_string(text).captions)


def test_every_json_segment_has_an_end_and_words(each: Fetched, whole: Fetched) -> None:
    """A segment without `endTime` is dropped."""
    for found in (each, whole):
        files = [one.body for path, one in found.answers.items() if path.endswith(".json") and "/text/" in path]
        assert files
        for body in files:
            segments = json.loads(body)["segments"]
            assert segments
            assert all(one["startTime"] < one["endTime"] and one["body"] for one in segments)


def test_a_translation_has_the_times_of_what_was_spoken(each: Fetched) -> None:
    voice = next(one for one in each.edition.voices if "ar" in one.versions)
    spoken, other = (json.loads(each.answers[addresses.text(voice.key, lang, "json")].body) for lang in ("es", "ar"))
    assert [one["startTime"] for one in spoken["segments"]] == [one["startTime"] for one in other["segments"]]
    assert [one["body"] for one in other["segments"]] == ["نبدأ في السادسة.", "لا أحد يسأل."]
    assert {one["speaker"] for one in other["segments"]} == {"Noche"}


def test_titles_tell_voices_apart_and_keep_their_direction(each: Fetched) -> None:
    titles = {lang: [psp.text(item, "title") for item in items(each, lang)] for lang in ("es", "ar")}
    assert all(len(set(found)) == 3 for found in titles.values())
    assert "Noche · Chicago — Empezamos a las seis. Nadie pregunta & nadie ." in titles["es"]
    assert "\u2068Noche · Chicago\u2069 — نبدأ في السادسة. لا أحد يسأل." in titles["ar"]
    for title in titles["es"] + titles["ar"]:
        assert title.count("\u2068") == title.count("\u2069")


def test_descriptions_say_their_languages(each: Fetched) -> None:
    (about,) = [psp.text(one, "description") for one in items(each, "ar") if "نبدأ" in psp.text(one, "title")]
    assert '<p lang="es" dir="ltr">¿Cuánto calor hace?</p>' in about
    assert '<p lang="ar" dir="rtl">نبدأ في السادسة. لا أحد يسأل.</p>' in about


def test_a_whole_chain_is_one_episode_with_a_chapter_a_hop(whole: Fetched) -> None:
    (item,) = items(whole)
    chapters = json.loads(whole.at(item.find("podcast:chapters", NS).attrib["url"]).body)
    assert chapters["version"] == "1.2.0"
    assert [set(one) for one in chapters["chapters"]] == [{"startTime", "title"}] * 3
    lengths = [voice.duration for voice in whole.edition.voices]
    starts = [one["startTime"] * 1000 for one in chapters["chapters"]]
    expected = [sum(lengths[:place]) for place in range(3)]
    assert starts == pytest.approx(expected, abs=3 * SKEW_MS)
    assert first_of_best(item).attrib["language"] == "mul"
    words = json.loads(whole.answers[addresses.text(whole.edition.slug, "mul", "json")].body)["segments"]
    assert [one["body"] for one in words if "ن" in one["body"]] == ["نعمل اثنتي عشرة ساعة."]
    firsts = [one["startTime"] for one in words if one["body"][:4] in ("Empe", "نعمل", "Aquí")]
    assert [start * 1000 for start in firsts] == starts


def test_nobody_learns_the_hour_of_publication(each: Fetched) -> None:
    for item in items(each):
        at = parsedate_to_datetime(psp.text(item, "pubDate"))
        assert (at.hour, at.minute, at.second) == (0, 0, int(psp.text(item, "itunes:episode")))


def test_people_are_circles(each: Fetched, whole: Fetched) -> None:
    for found in (each, whole):
        for item in items(found):
            assert [one.text for one in item.findall("podcast:person", NS)] == ["Noche"]
