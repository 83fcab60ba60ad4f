"""The feed against the namespace's schema, PSP-1 rule by rule, two readers that are not ours, and three players' quirks."""

import json
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path

import feedparser
import podcastparser
import pytest
from lxml import etree

from tejido.engines.press import feed
from tests.engines.press.shows import DIGEST, FIRST, SECOND, SHOW

HERE = Path(__file__).parent
NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
ALLOWED = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em"}


@pytest.fixture(scope="module")
def text() -> str:
    return feed.rss(SHOW, [FIRST, SECOND])


@pytest.fixture(scope="module")
def tree(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


def one(where: etree._Element, path: str) -> etree._Element:
    (found,) = where.findall(path, NS)
    return found


def test_guid_of_the_published_vector() -> None:
    assert feed.feed_guid("podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert feed.feed_guid("https://podnews.net/rss/") == "9b024349-ccf0-5f69-a609-6b82873eab3c"


def test_every_podcast_element_keeps_to_the_schema(tree: etree._Element) -> None:
    schema = etree.XMLSchema(etree.parse(str(HERE / "podcast.xsd")))
    found = [
        e for e in tree.iter("{*}*") if str(e.tag).startswith(f"{{{NS['podcast']}}}") and "source" not in str(e.tag)
    ]
    assert {etree.QName(e).localname for e in found} >= {"guid", "locked", "transcript", "chapters", "person", "season"}
    for element in found:
        schema.assertValid(etree.fromstring(etree.tostring(element, with_tail=False)))


def test_the_bytes_of_an_alternate_can_be_checked(tree: etree._Element) -> None:
    (mp3, opus) = tree.findall("channel/item/podcast:alternateEnclosure", NS)
    assert mp3.attrib["default"] == "true"
    assert sorted(one(opus, "podcast:integrity").attrib.items()) == [("type", "sri"), ("value", DIGEST)]
    assert [etree.QName(child).localname for child in opus] == ["source", "integrity"]


def test_an_episode_may_have_another_licence(tree: etree._Element) -> None:
    assert one(tree, "channel/podcast:license").text == "cc-by-sa-4.0"
    assert [found.text for found in tree.findall("channel/item/podcast:license", NS)] == ["cc-by-nc-4.0"]


def test_the_schema_refuses_a_transcript_without_type() -> None:
    schema = etree.XMLSchema(etree.parse(str(HERE / "podcast.xsd")))
    assert not schema.validate(etree.fromstring(f'<transcript xmlns="{NS["podcast"]}" url="https://a/b"/>'))


class TestPsp1:
    """The channel and the items, rule by rule."""

    def test_namespaces_are_written_as_players_expect(self, text: str) -> None:
        assert all(f'xmlns:{name}="{url}"' in text for name, url in NS.items())

    def test_the_channel_has_what_is_required(self, tree: etree._Element) -> None:
        channel = one(tree, "channel")
        assert one(channel, "atom:link").attrib["rel"] == "self"
        assert one(channel, "atom:link").attrib["href"] == SHOW.self_url
        assert 0 < len((one(channel, "description").text or "").encode()) <= 4000
        assert one(channel, "link").text == SHOW.link
        assert re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*", one(channel, "language").text or "")
        assert one(channel, "itunes:category").attrib["text"] == "News"
        assert one(channel, "itunes:explicit").text in ("true", "false")
        assert str(one(channel, "itunes:image").attrib["href"]).endswith(".png")
        assert one(channel, "itunes:type").text == "serial"

    def test_each_item_has_what_is_required(self, tree: etree._Element) -> None:
        for item in tree.findall("channel/item"):
            sound = one(item, "enclosure").attrib
            assert sound["type"] in ("audio/mpeg", "audio/x-m4a")
            assert int(sound["length"]) > 0
            assert str(sound["url"]).endswith(".mp3")
            assert one(item, "guid").attrib["isPermaLink"] == "false"
            assert int(one(item, "itunes:duration").text or "") > 0
            assert int(one(item, "itunes:episode").text or "") > 0
            assert parsedate_to_datetime(one(item, "pubDate").text or "").utcoffset() is not None

    def test_guids_are_distinct(self, tree: etree._Element) -> None:
        guids = [guid.text for guid in tree.findall("channel/item/guid")]
        assert len(set(guids)) == len(guids) == 2

    def test_values_are_short_and_without_space_at_the_ends(self, tree: etree._Element) -> None:
        for title in tree.findall(".//title"):
            assert title.text
            assert title.text == title.text.strip()
            assert len(title.text) <= 255

    def test_descriptions_use_the_elements_that_players_show(self, tree: etree._Element) -> None:
        for description in tree.findall("channel/item/description"):
            assert set(re.findall(r"</?(\w+)", description.text or "")) <= ALLOWED
            assert len((description.text or "").encode()) <= 4000

    def test_nothing_says_where_anybody_is(self, text: str) -> None:
        assert "location" not in text


def test_feedparser_reads_it(text: str) -> None:
    found = feedparser.parse(text)
    assert not found.bozo
    assert [entry.title for entry in found.entries] == [SECOND.title, FIRST.title]
    assert found.entries[1].enclosures[0].length == "4800123"
    assert found.entries[1].id == FIRST.guid
    assert found.feed.title == SHOW.title


def test_podcastparser_reads_it(text: str) -> None:
    found = podcastparser.parse(SHOW.self_url, BytesIO(text.encode()))
    assert found["type"] == "serial"
    first, second = sorted(found["episodes"], key=lambda episode: episode["number"])
    assert (first["guid"], first["total_time"], first["number"]) == (FIRST.guid, 600, 1)
    assert (second["guid"], second["total_time"], second["number"]) == (SECOND.guid, 12, 2)
    sound = {"url": FIRST.sound.url, "file_size": 4_800_123, "mime_type": "audio/mpeg"}
    assert first["enclosures"][0] == sound


def test_antennapod_takes_the_spoken_language(tree: etree._Element) -> None:
    """It takes the first transcript of its best type (JSON 4, VTT 3, SRT 2; strictly better) and ignores the language."""
    rank = {"application/json": 4, "text/vtt": 3, "application/x-subrip": 2}
    for without in (set(), {"application/json"}):
        best = None
        for item in one(tree, "channel").findall("item/podcast:transcript", NS):
            kind = str(item.attrib["type"])
            if kind not in without and (best is None or rank[kind] > rank[str(best.attrib["type"])]):
                best = item
        assert best is not None
        assert best.attrib["language"] == FIRST.lang


def test_chapters_have_times_and_titles_and_no_place() -> None:
    found = json.loads(feed.chapters([(60_500, "Second"), (0, "First")]))
    assert found == {
        "version": "1.2.0",
        "chapters": [{"startTime": 0.0, "title": "First"}, {"startTime": 60.5, "title": "Second"}],
    }


def test_a_long_description_is_shortened_at_a_word() -> None:
    found = feed.within([("palabra & ñandú " * 400, "es", "ltr"), ("never reached", "en", "ltr")], 400)
    assert len(found.encode()) <= 400
    assert found.endswith("…</p>")
    assert "never" not in found
    etree.fromstring(f"<div>{found}</div>")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(SECOND, guid=FIRST.guid), "guid"),
        (replace(SECOND, title=" spaced "), "title of episode 2"),
        (replace(SECOND, number=0), "number"),
        (replace(SECOND, description="x" * 4001), "description of episode 2"),
        (replace(SECOND, sound=replace(SECOND.sound, type="audio/ogg")), "MP3"),
        (replace(SECOND, people=("",)), "person of episode 2"),
    ],
)
def test_what_players_would_refuse_is_not_written(wrong: feed.Episode, says: str) -> None:
    with pytest.raises(feed.FeedError, match=says):
        feed.rss(SHOW, [FIRST, wrong])


def test_the_same_bytes_for_the_same_input(text: str) -> None:
    """A change here is a change for every subscriber: make the snapshot anew on purpose."""
    assert text == (HERE / "feed.xml").read_text(encoding="utf-8")
    assert feed.rss(SHOW, [SECOND, FIRST]) == text
