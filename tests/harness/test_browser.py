"""The browser notices what a page should not do."""

import http.server
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.harness.browser import PageAt, Troubles, axe, no_sideways_scrolling

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><html lang=en><head><title>t</title></head><body><main><h1>t</h1>{}</main></body></html>"
STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src *; style-src 'self'"


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers each path with what the test put there."""

    bodies: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        known = self.path in self.bodies
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", STRICT)
        self.end_headers()
        self.wfile.write(self.bodies.get(self.path, "").encode())

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Pages.bodies.clear()
    Pages.bodies["/favicon.ico"] = Pages.bodies["/x.js"] = ""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_quiet_page_has_no_troubles(site: str, page_at: PageAt, troubles: Troubles) -> None:
    Pages.bodies["/"] = PAGE.format("<p>hello</p>")
    page = page_at(width=320, lang="ar", scheme="dark")
    page.goto(site)
    axe(page)
    no_sideways_scrolling(page)
    assert troubles.found == []


def test_without_scripts_a_page_shows_but_axe_cannot_run(site: str, page_at: PageAt) -> None:
    Pages.bodies["/"] = PAGE.format("<p id=x>a</p><script src='/x.js'></script>")
    page = page_at(js=False)
    page.goto(site)
    assert page.inner_text("#x") == "a"
    with pytest.raises(ValueError, match="needs scripts"):
        axe(page)


def test_language_and_colours_are_asked_for(site: str, page_at: PageAt) -> None:
    Pages.bodies["/"] = PAGE.format("")
    page = page_at(lang="ar", scheme="dark", width=320)
    page.goto(site)
    asked = "() => [navigator.language, matchMedia('(prefers-color-scheme: dark)').matches, innerWidth]"
    assert page.evaluate(asked) == ["ar", True, 320]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<script>alert(1)</script>", "Content Security Policy"),
        ("<img alt='' src='/absent.png'>", "status of 404"),
        ("<img alt='' src='http://tracker.example/x.png'>", "request to another origin"),
    ],
)
def test_it_notices(site: str, page_at: PageAt, troubles: Troubles, body: str, word: str) -> None:
    Pages.bodies["/"] = PAGE.format(body)
    page_at().goto(site)
    assert any(word in one for one in troubles.unexpected()), troubles.found
    for pattern in ("CSP:", "Content Security Policy", "404", "another origin", "ERR_NAME_NOT_RESOLVED"):
        troubles.allow(pattern)
    assert troubles.unexpected() == []


def test_another_nodes_origin_is_another_origin(site: str, page_at: PageAt, troubles: Troubles) -> None:
    Pages.bodies["/"] = PAGE.format(f"<img alt='' src='{site.replace('localhost', '127.0.0.1')}/x.png'>")
    Pages.bodies["/x.png"] = ""
    page = page_at()
    page.goto(site)
    assert len(troubles.unexpected()) == 1
    troubles.allow("another origin")
    page.goto(site.replace("localhost", "127.0.0.1"))  # but a person may go there


def test_axe_says_what_is_wrong(site: str, page_at: PageAt) -> None:
    Pages.bodies["/"] = PAGE.format("<img src='/x.js'>")
    page = page_at()
    page.goto(site)
    with pytest.raises(AssertionError, match="alternative text"):
        axe(page)


def test_what_sticks_out_is_named(site: str, page_at: PageAt) -> None:
    Pages.bodies["/"] = PAGE.format("<pre id=long>" + "x" * 400 + "</pre>")
    page = page_at(width=320)
    page.goto(site)
    with pytest.raises(AssertionError, match='id="long"'):
        no_sideways_scrolling(page)
