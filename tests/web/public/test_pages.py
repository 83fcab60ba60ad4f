"""The public pages, as anybody fetches them."""

from django.test import Client

from tests.practices.relay.builders import Node


def test_before_anything_is_published_there_is_a_small_honest_page(node: Node) -> None:
    page = Client().get("/p/")
    assert page.status_code == 200
    assert "Nothing published yet" in page.text
    for path in (
        "/p/en/",
        "/p/about/",
        "/p/held/",
        "/p/take-part/",
        "/p/atom.xml",
        "/sitemap.xml",
        "/p/abcdefgh/",
        "/p/x/y/",
    ):
        assert Client().get(path).status_code == 404, path
    assert "Allow" not in Client().get("/robots.txt").text


def test_every_page_is_there(slug: str) -> None:
    frame = ("/p/", "/p/en/", "/p/ar/", "/p/about/", "/p/ar/held/", "/p/take-part/")
    chain = [f"/p/{slug}/{tail}" for tail in ("", "es/", "en/", "en/1/", "en/2/")]
    for path in (*frame, *chain, "/p/atom.xml", "/sitemap.xml", "/robots.txt"):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        assert not answer.cookies, path
        assert "Cookie" not in answer["Vary"], path
        assert answer["Cache-Control"] == "public, max-age=300"
        assert Client().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
