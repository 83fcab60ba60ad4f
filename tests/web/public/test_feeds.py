"""What programs read of the site: the Atom feed, the map, what crawlers may fetch."""

from typing import Any

import feedparser
from django.test import Client
from lxml import etree

from tejido.ground.people import OPERATOR
from tejido.practices.relay.publishing import actions as publishing
from tests.practices.relay.builders import Node
from tests.practices.relay.publishing.builders import Chain, chosen
from tests.web.public import builders
from tests.web.public.partner import Partner

ATOM = "{http://www.w3.org/2005/Atom}"
REQUIRED = ("id", "title", "updated", "author")
MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def feed() -> Any:
    """The feed, as a reader reads it."""
    found = feedparser.parse(Client().get("/p/atom.xml").content)
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_feed_reader_reads_the_editions(node: Node) -> None:
    builders.hops(node)
    slug = builders.publish(node, titles={**builders.TITLES, "en": "Heat & <dust>"})
    Partner(node).publish("partner2", "The gate", "They shut the gate.")
    found = feed()
    by_title = {one.title: one for one in found.entries}
    assert set(by_title) == {"Heat & <dust>", "The gate"}
    ours, theirs = by_title["Heat & <dust>"], by_title["The gate"]
    assert ours.author == "Warehouse Workers"
    assert theirs.author not in {"", ours.author}
    assert {link.href.rpartition(slug)[2] for link in ours.links} == {"/", "/es/", "/en/", "/ar/"}
    assert {link.get("hreflang") for link in ours.links} == {None, "es", "en", "ar"}
    assert ours.id.startswith("urn:uuid:")
    assert theirs.updated.startswith("2026-11-20T00:00:00")


def test_every_entry_has_what_the_standard_asks_for(slug: str) -> None:
    root: Any = etree.fromstring(Client().get("/p/atom.xml").content)
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 1
    for part in (root, *entries):
        assert [name for name in REQUIRED if part.find(f"{ATOM}{name}") is None] == []
    assert root.find(f"{ATOM}link[@rel='self']").get("href").endswith("/p/atom.xml")


def test_a_correction_and_a_withdrawal_are_the_same_entry(chain: Chain, slug: str) -> None:
    before = feed().entries[0]
    again = chosen(chain, titles={"es": "Calor, otra vez"}, changes=("The title.",))
    publishing.correct(viewer=OPERATOR, slug=slug, choice=again)
    corrected = feed().entries
    assert [(one.id, one.title) for one in corrected] == [(before.id, "Calor, otra vez")]
    publishing.unpublish(viewer=OPERATOR, slug=slug)
    (gone,) = feed().entries
    assert (gone.id, gone.title) == (before.id, "Withdrawn")
    assert "Calor" not in Client().get("/p/atom.xml").text


def test_the_map_names_every_page_with_its_languages(slug: str) -> None:
    root: Any = etree.fromstring(Client().get("/sitemap.xml").content)
    found = {one.text.partition("/p/")[2] for one in root.findall("m:url/m:loc", MAP)}
    assert {"", "en/", "ar/held/", f"{slug}/", f"{slug}/es/", f"{slug}/en/2/"} <= found
    assert [path for path in found if Client().get(f"/p/{path}").status_code != 200] == []
    page = next(one for one in root if one.find("m:loc", MAP).text.endswith(f"/{slug}/es/"))
    assert {one.get("hreflang") for one in page.findall("x:link", MAP)} == {"x-default", "es", "en"}


def test_crawlers_are_asked_to_stay_with_what_is_published(slug: str) -> None:
    assert Client().get("/robots.txt").text.splitlines()[:3] == ["User-agent: *", "Allow: /p/", "Allow: /static/"]
    assert Client().get("/robots.txt").text.splitlines()[-1] == "Disallow: /"
