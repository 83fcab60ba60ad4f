"""Each failure is answered once: a page in the design, or problem+json."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path

from tejido.ground.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from tejido.ground.ui import errors
from tejido.site.urls import handler400, handler403, handler404, handler500
from tejido.site.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

pytestmark = pytest.mark.django_db


def raising(problem: Exception) -> Callable[[HttpRequest], HttpResponse]:
    """A view that fails."""

    def view(request: HttpRequest) -> HttpResponse:
        raise problem

    return view


urlpatterns = [
    *site,
    path("raise/invalid", raising(Invalid("The <recording> is too long."))),
    path("raise/conflict", raising(Conflict())),
    path("raise/absent", raising(NotFound())),
    path("raise/forbidden", raising(NotAllowed())),
    path("api/raise/invalid", raising(Invalid("The recording is too long."))),
    path("raise/fault", raising(RuntimeError("secret detail"))),
]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("name", "status"), [("invalid", 422), ("conflict", 409), ("absent", 404)])
@override_settings(ROOT_URLCONF=__name__)
def test_a_problem_becomes_a_page_with_its_status(client: Client, name: str, status: int) -> None:
    answer = client.get(f"/raise/{name}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<main" in answer.text


@override_settings(ROOT_URLCONF=__name__)
def test_messages_are_escaped(client: Client) -> None:
    assert "&lt;recording&gt;" in client.get("/raise/invalid").text


@override_settings(ROOT_URLCONF=__name__)
def test_guests_are_shown_to_the_door_only_where_that_helps(client: Client) -> None:
    assert client.get("/raise/forbidden").headers["Location"] == "/sign-in/?next=%2Fraise%2Fforbidden"
    assert client.post("/raise/forbidden").status_code == 403
    assert client.get("/raise/forbidden", headers={"Accept": "application/json"}).status_code == 403


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("url", "accept"), [("/api/raise/invalid", "*/*"), ("/raise/invalid", "application/json")])
def test_the_api_and_whoever_asks_for_json_get_problem_json(client: Client, url: str, accept: str) -> None:
    answer = client.get(url, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code == 422
    assert body["code"] == "invalid"
    assert "too long" in body["detail"]


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_shows_a_page_and_no_detail(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/raise/fault")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret detail" not in answer.text
    assert "RuntimeError" in caplog.text


def test_unknown_addresses_get_a_page_or_json(client: Client) -> None:
    assert "Nothing here" in client.get("/nowhere").text
    assert json.loads(client.get("/api/nowhere").content)["status"] == 404


def test_a_wrong_host_is_a_400(client: Client) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_when_even_the_error_page_fails_there_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "render", lambda *args, **kwargs: 1 / 0)
    assert errors.fault(RequestFactory().get("/")).status_code == 500


def test_messages_are_one_line_and_take_named_parameters() -> None:
    class TooLong(Problem):
        """A report has at most
        %(limit)s minutes."""

    assert errors.words(TooLong(limit=10)) == "A report has at most 10 minutes."
