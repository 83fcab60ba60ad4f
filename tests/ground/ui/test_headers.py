"""What every answer carries."""

import gzip

import brotli
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from tejido.ground.ui.compress import compress
from tests.ground.people.builders import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/nothing-here/", "/me/", "/manifest.webmanifest"])
def test_the_policy_is_strict_everywhere(path: str) -> None:
    policy = Client().get(path).headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_browsers_keep_nothing_of_a_page_and_tell_nobody() -> None:
    answer = signed_in("amina").get("/me/")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Permissions-Policy"].startswith("microphone=(self), camera=()")


def test_only_what_is_the_same_for_everybody_may_be_cached() -> None:
    for path in ("/manifest.webmanifest", "/offline/"):
        answer = signed_in(f"somebody{len(path)}").get(path)
        assert "public" in answer.headers["Cache-Control"]
        assert "somebody" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", ""), ("", "")],
)
def test_pages_come_in_the_best_encoding_that_the_browser_takes(accepted: str, encoding: str) -> None:
    answer = Client().get("/", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding", "") == encoding
    opened = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](answer.content)
    assert b"</html>" in opened
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "X-Padding" not in answer.headers


def test_over_https_the_length_of_an_answer_is_blurred() -> None:
    lengths = set()
    middleware = compress(lambda _request: HttpResponse("words " * 200))
    for _ in range(30):
        answer = middleware(RequestFactory().get("/", secure=True, headers={"Accept-Encoding": "br"}))
        lengths.add(len(answer.headers["X-Padding"]))
    assert len(lengths) > 5


def test_streams_and_short_answers_stay_as_they_are() -> None:
    def answers(request: HttpRequest) -> HttpResponseBase:
        return StreamingHttpResponse(["x" * 5000]) if request.path == "/stream" else HttpResponse("short")

    for path in ("/stream", "/short"):
        answer = compress(answers)(RequestFactory().get(path, headers={"Accept-Encoding": "br"}))
        assert "Content-Encoding" not in answer.headers


def test_sessions_and_forms_are_guarded_by_settings() -> None:
    assert not settings.DEBUG
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
