"""The public pages, as anybody fetches them."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from tejido.ground import blobs
from tejido.ground.errors import NotAllowed
from tejido.ground.people import GUEST, OPERATOR
from tejido.ground.slots import everybody
from tejido.practices.relay import access
from tejido.practices.relay import actions as relay
from tejido.practices.relay.press.public import addresses
from tejido.practices.relay.publishing import actions as publishing
from tejido.web.public import actions
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node
from tests.practices.relay.publishing.builders import Chain, approve, chosen, published
from tests.web.public import builders
from tests.web.public.partner import Partner

NOTHING = ("/p/en/", "/p/about/", "/p/held/", "/p/take-part/", "/p/atom.xml", "/sitemap.xml", "/p/abcdefgh/", "/p/x/y/")


def text(path: str, **headers: str) -> str:
    """A page's words without its markup."""
    page = Client().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}).text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_before_anything_is_published_there_is_a_small_honest_page(node: Node) -> None:
    page = Client().get("/p/")
    assert page.status_code == 200
    assert "Nothing published yet" in page.text
    assert [path for path in NOTHING if Client().get(path).status_code != 404] == []
    assert "Allow" not in Client().get("/robots.txt").text
    assert "/p/" not in Client().get("/").text


def test_before_anything_is_published_a_keeper_can_open_the_site(node: Node) -> None:
    with pytest.raises(NotAllowed):
        actions.tell(viewer=GUEST, texts={}, first="en", is_open=True)
    client = signed_in("kim", "keeper")
    said = {"is_open": "on", "first": "ar", "text_en": "We carry\r\n\r\nthe boxes.", "text_ar": ""}
    assert client.post("/operate/site/", said).status_code == 302
    assert "Nothing is published yet." in text("/p/en/")
    assert "We carry the boxes." in text("/p/ar/about/")
    assert 'dir="rtl"' in Client().get("/p/").text  # a browser that asks for nothing gets the first language
    assert "Publications" in text("/p/", Accept_Language="fr, en;q=0.5")
    assert "/p/" in Client().get("/").text
    assert client.post("/operate/site/", {**said, "text_en": "x" * 6000}).status_code == 422
    assert client.post("/operate/site/", {**said, "first": "xx"}).status_code == 422
    assert "We carry the boxes." in text("/p/about/")


def test_every_page_is_the_same_for_all_and_may_be_kept(slug: str) -> None:
    frame = ("/p/", "/p/en/", "/p/ar/", "/p/about/", "/p/ar/held/", "/p/take-part/")
    chain = [f"/p/{slug}/{tail}" for tail in ("", "es/", "en/", "en/1/", "en/2/")]
    somebody = signed_in("amina", "keeper")
    for path in (*frame, *chain, "/p/atom.xml", "/sitemap.xml", "/robots.txt"):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        assert not answer.cookies, path
        assert "Cookie" not in answer["Vary"], path
        assert answer["Cache-Control"] == "public, max-age=300"
        assert Client().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        assert somebody.get(path).content == answer.content
        assert b"<script" not in answer.content
        assert Client().head(path).status_code == 200
        assert Client().post(path).status_code == 405
    assert not Client().get("/p/nowhere/").cookies


def test_a_page_says_what_it_was_in_each_language(slug: str) -> None:
    spanish, english = text(f"/p/{slug}/es/"), text(f"/p/{slug}/en/")
    assert "Calor" in spanish
    assert "Hace calor. Mucho." in spanish
    assert "As it was spoken" not in spanish
    assert "It is hot. Very." in english
    assert "translated, approved by a person" in english
    assert "As it was spoken: Spanish Hace calor. Mucho." in english
    assert "not translated, in Spanish" in english  # the answer
    assert "answers voice 1" in english
    one = text(f"/p/{slug}/en/1/")
    assert "It is hot. Hace calor. Very. Mucho." in one
    page = Client().get(f"/p/{slug}/en/").text
    for tag, path in (("x-default", f"/p/{slug}/"), ("es", f"/p/{slug}/es/"), ("en", f"/p/{slug}/en/")):
        assert f'<link rel="alternate" hreflang="{tag}" href="http://localhost:{settings.NODE.port}{path}">' in page
    assert Client().get(f"/p/{slug}/fr/").status_code == 404
    assert Client().get(f"/p/{slug}/en/9/").status_code == 404


def test_the_languages_of_a_publication_the_browsers_first(slug: str) -> None:
    def first(wanted: str) -> str:
        page = Client().get(f"/p/{slug}/", headers={"Accept-Language": wanted})
        assert "Accept-Language" in page["Vary"]
        return str(re.findall(r'class="button" href="([^"]*)"', page.text)[0])

    assert first("en-GB,en;q=0.9,es;q=0.5") == f"/p/{slug}/en/"
    assert first("ar, es;q=0.5") == f"/p/{slug}/es/"
    assert first("") == f"/p/{slug}/es/"


def corrected(chain: Chain, slug: str) -> None:
    """A second edition, in which the first voice says something else."""
    line = access.lines(access.report(chain.report).lines)[0]
    relay.correct_segment(
        viewer=OPERATOR, report=chain.report, segment=line.id, base=line.base, text="Hace mucho calor."
    )
    approve(chain.report)
    relay.revise(viewer=OPERATOR, report=chain.report)
    publishing.correct(viewer=OPERATOR, slug=slug, choice=chosen(chain, changes=("A word was wrong.",)))


def test_a_correction_stands_in_the_old_editions_place(chain: Chain) -> None:
    slug = published(chain)
    corrected(chain, slug)
    newest, older = text(f"/p/{slug}/es/"), text(f"/p/{slug}/es/edition-1/")
    assert "Hace mucho calor." in newest
    assert "A word was wrong." in newest
    assert "Ediciones anteriores: 1" in newest
    assert "Esta es la edición 1. La corrigió la edición 2." in older
    assert "Hace calor." in older
    assert 'name="robots" content="noindex"' in Client().get(f"/p/{slug}/es/edition-1/").text
    assert f'/p/{slug}/es/edition-1/2/"' in Client().get(f"/p/{slug}/es/edition-1/").text
    assert Client().get(f"/p/{slug}/es/edition-1/1/").status_code == 200
    assert Client().get(f"/p/{slug}/es/edition-3/").status_code == 404


def test_a_voice_that_is_taken_back_leaves_its_place(chain: Chain, slug: str) -> None:
    relay.withdraw(viewer=OPERATOR, report=chain.report, erase_too=True)
    for lang, gone in (("es", "Hace calor"), ("en", "It is hot")):
        page = text(f"/p/{slug}/{lang}/")
        assert gone not in page
        said = "The thread shows that somebody spoke here" if lang == "en" else "El hilo muestra que aquí habló alguien"
        assert f"{said}, n" in page
        assert "Aquí también." in page
        assert Client().get(f"/p/{slug}/{lang}/1/").status_code == 410
    assert "That has happened 1 time so far." in text("/p/held/")


def test_what_is_unpublished_says_so_and_nothing_else(chain: Chain, slug: str) -> None:
    publishing.unpublish(viewer=OPERATOR, slug=slug)
    for path in (f"/p/{slug}/", f"/p/{slug}/es/", f"/p/{slug}/es/1/"):
        answer = Client().get(path)
        assert answer.status_code == 410, path
        assert ("Retirada" if "/es/" in path else "Withdrawn") in answer.text
        for word in ("Calor", "Heat", "Noche", "Chicago"):
            assert word not in answer.text
    assert "Nothing is published yet." in text("/p/")


def test_a_partners_voice_is_heard_as_it_came(node: Node) -> None:
    partner = Partner(node)
    builders.hops(node)
    builders.publish(node)
    sound = blobs.put(b"as it came", sealed=False, media_type="audio/mp4; codecs=opus")
    key = partner.publish("partner2", "The gate", "They shut the gate.", sound=sound)
    assert f'<source src="/p/sound/{key}.m4a"' in Client().get("/p/partner2/en/").text
    found = Client().get(f"/p/sound/{key}.m4a", headers={"Range": "bytes=3-5"})
    assert (found.status_code, found.getvalue(), found["Content-Type"]) == (206, b"it ", "audio/mp4")
    assert addresses.sound(key, "m4a") in [one.path for one in everybody.addresses()]
    with TestCase.captureOnCommitCallbacks(execute=True):
        blobs.drop(sound.id)
    assert f"/p/sound/{key}" not in Client().get("/p/partner2/en/").text
    assert Client().get(f"/p/sound/{key}.m4a").status_code == 404


def test_a_partners_file_that_is_no_sound_is_not_given_out(node: Node) -> None:
    partner = Partner(node)
    builders.hops(node)
    builders.publish(node)
    page = blobs.put(b"<script>", sealed=False, media_type="text/html")
    key = partner.publish("partner2", "The gate", "They shut the gate.", sound=page)
    assert f"/p/sound/{key}" not in Client().get("/p/partner2/en/").text
    assert Client().get(f"/p/sound/{key}.m4a").status_code == 404


def test_partners_publications_are_shown_as_theirs(node: Node) -> None:
    partner = Partner(node)
    partner.publish("partner2", "The gate", "They shut the gate.")
    assert "Nothing published yet" in text("/p/")  # what others publish does not open our site
    assert Client().get("/p/partner2/en/").status_code == 404
    builders.hops(node)
    builders.publish(node)
    page = text("/p/en/")
    assert page.index("What we published") < page.index("From partners, held here too") < page.index("The gate")
    assert "They shut the gate." in text("/p/partner2/en/")
    assert "from a partner, held here" in text("/p/partner2/en/")
    assert "Publications of partners, held here too 1" in text("/p/held/")


def queries(path: str) -> int:
    """How many queries a page needs."""
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert Client().get(path).status_code == 200
    return len(found)


def test_queries_do_not_grow_with_what_is_published(node: Node) -> None:
    builders.hops(node)
    slug = builders.publish(node)
    paths = ("/p/en/", "/p/held/", "/p/atom.xml", "/sitemap.xml", f"/p/{slug}/en/")
    before = {path: queries(path) for path in paths}
    builders.hops(node)
    publishing.correct(viewer=OPERATOR, slug=slug, choice=builders.choice(node))
    for _ in range(3):
        builders.publish(node)
    assert {path: queries(path) for path in paths} == before
    assert max(before.values()) <= 25


def test_a_list_has_pages(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tejido.web.public.selectors.SIZE", 2)
    builders.hops(node)
    slugs = {builders.publish(node) for _ in range(3)}
    first, second = Client().get("/p/en/").text, Client().get("/p/en/2/").text
    assert {slug for slug in slugs if slug in first} | {slug for slug in slugs if slug in second} == slugs
    assert 'rel="next" href="/p/en/2/"' in first
    assert 'rel="prev" href="/p/en/"' in second
    assert Client().get("/p/en/3/").status_code == 404
    assert "/p/ar/2/" in Client().get("/sitemap.xml").text
