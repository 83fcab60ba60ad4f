"""What all operations have in common: lists, files, repeated requests, failures."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tejido.ground.api.guards import Allowance
from tejido.ground.api.root import scope_of
from tejido.ground.people import OPERATOR
from tejido.ground.people.actions import create_account
from tejido.ground.people.models import Account, Link
from tejido.ground.tokens import scopes
from tejido.ground.tokens.models import Answered
from tejido.site.api import api
from tests.ground.people.builders import an_account
from tests.ground.tokens.builders import Program, a_program, a_token

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def keeper() -> Program:
    """A program that may do what keepers do with accounts."""
    return a_program("kemi", "keeper", scopes=("people", "me", "search", "keep"))


def test_lists_page_by_links_and_end(keeper: Program) -> None:
    for at in range(5):
        create_account(viewer=OPERATOR, username=f"person-{at}")
    found: list[str] = []
    following: str | None = "/api/v1/people/accounts?limit=4&q="
    while following:
        page = keeper.get(following).json()
        assert page["total"] == 6
        found += [one["username"] for one in page["items"]]
        following = page["next"]
    assert sorted(found) == sorted(Account.objects.values_list("username", flat=True))
    assert len(found) == 6
    narrowed = keeper.send("get", "people/accounts?q=person-3").json()
    assert ([one["username"] for one in narrowed["items"]], narrowed["next"]) == (["person-3"], None)


def test_a_list_comes_as_a_file(keeper: Program) -> None:
    csv = keeper.send("get", "people/accounts?export=csv")
    assert csv.headers["Content-Disposition"] == 'attachment; filename="accounts.csv"'
    lines = csv.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("id,username,name,roles")
    assert ",kemi,kemi,keeper," in lines[1]
    rows = json.loads(keeper.send("get", "people/accounts?export=json").getvalue())
    assert rows[0]["roles"] == ["keeper"]
    assert keeper.send("get", "people/accounts?export=xml").status_code == 422


def test_an_uncounted_list_says_so_and_goes_on(keeper: Program) -> None:
    page = keeper.send("get", "web/search?q=nothing").json()
    assert page == {"items": [], "total": None, "next": None}


def test_the_same_key_again_gives_the_first_answer_and_says_so(keeper: Program) -> None:
    asked = {"roles": ["member"], "note": "for Ana"}
    first = keeper.send("post", "people/links", asked, Idempotency_Key="a-key")
    again = keeper.send("post", "people/links", asked, Idempotency_Key="a-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert Link.objects.count() == 1
    token = first.json()["url"].rstrip("/").rpartition("/")[2]
    assert all(token.encode() not in bytes(row.sealed) for row in Answered.objects.all())


def test_an_empty_answer_is_given_again_too(keeper: Program) -> None:
    made = create_account(viewer=OPERATOR, username="leaver")
    first = keeper.send("delete", f"people/accounts/{made.pk}", Idempotency_Key="gone")
    again = keeper.send("delete", f"people/accounts/{made.pk}", Idempotency_Key="gone")
    assert (first.status_code, again.status_code, again.content) == (204, 204, b"")
    assert keeper.send("delete", f"people/accounts/{made.pk}").status_code == 404


def test_a_key_belongs_to_one_account_and_one_request(keeper: Program) -> None:
    other = a_program("olu", "keeper", scopes=("people",))
    asked = {"roles": ["member"]}
    first = keeper.send("post", "people/links", asked, Idempotency_Key="1").json()
    assert other.send("post", "people/links", asked, Idempotency_Key="1").json() != first
    refused = keeper.send("post", "people/links", {"roles": ["guest"]}, Idempotency_Key="1")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")
    for bad in ("", "ü", "x" * 101):
        refused = keeper.send("post", "people/links", asked, Idempotency_Key=bad)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad-idempotency-key")


def test_what_failed_may_be_tried_again_and_what_is_under_way_waits(keeper: Program) -> None:
    wrong = {"roles": ["nobody"]}
    for _ in range(2):
        assert keeper.send("post", "people/links", wrong, Idempotency_Key="2").status_code == 422
    keeper.send("post", "people/links", {"roles": ["guest"]}, Idempotency_Key="3")
    Answered.objects.update(status=0)
    waiting = keeper.send("post", "people/links", {"roles": ["guest"]}, Idempotency_Key="3")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "under-way")


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("get", "nowhere", {}, 404, "not-found"),
        ("get", "people/accounts/999999", {}, 404, "no-account"),
        ("get", "people/accounts/99999999999999999999", {}, 422, "invalid"),
        ("patch", "people/accounts", {}, 405, "method"),
        ("get", "people/accounts", {"headers": {"Accept": "image/png"}}, 406, "not-acceptable"),
        ("get", "people/accounts?q=%00", {}, 422, "unreadable"),
        ("get", "people/accounts?limit=0", {}, 422, "invalid"),
        ("get", "people/accounts?offset=99999999999999999999", {}, 422, "invalid"),
        ("post", "people/links", {"data": "{", "content_type": "application/json"}, 400, "malformed"),
        ("post", "people/links", {"data": '{"note":"\\ud800"}', "content_type": "application/json"}, 400, "malformed"),
        ("post", "people/links", {"data": '{"note":"\\u0000"}', "content_type": "application/json"}, 400, "malformed"),
        ("post", "people/links", {"data": b"\xff" * (3 << 20), "content_type": "application/json"}, 413, "too-large"),
    ],
)
def test_every_failure_is_a_problem(
    keeper: Program, method: str, path: str, options: Any, status: int, code: str
) -> None:
    answer = getattr(keeper, method)(f"/api/v1/{path}", **options)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM)
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"]


def test_a_fault_is_a_problem_that_tells_nothing(keeper: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("tejido.ground.people.selectors.own", fail)
    keeper.raise_request_exception = False
    answer = keeper.send("get", "people/me")
    assert (answer.status_code, answer.headers["Content-Type"], answer.json()["code"]) == (500, PROBLEM, "fault")
    assert "secret" not in answer.text


def test_too_many_requests_wait(keeper: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "allowance", Allowance(3))
    found = [keeper.send("get", "session") for _ in range(4)]
    assert [one.status_code for one in found] == [200, 200, 200, 429]
    assert (found[-1].headers["Content-Type"], found[-1].json()["code"]) == (PROBLEM, "too-often")
    assert 1 <= int(found[-1].headers["Retry-After"]) <= 20
    assert a_program("mona").send("get", "session").status_code == 200


def test_an_allowance_fills_up_again() -> None:
    allowance = Allowance(60)
    assert [allowance.take(1, 0.0) for _ in range(60)] == [0.0] * 60
    assert allowance.take(1, 0.0) == pytest.approx(1.0)
    assert allowance.take(2, 0.0) == 0
    assert allowance.take(1, 1.0) == 0
    assert allowance.take(1, 1.5) == pytest.approx(0.5)


def test_failures_speak_the_language_asked_for(keeper: Program) -> None:
    told = keeper.send("get", "people/accounts/999999", Accept_Language="ar").json()
    assert told["title"] == "لا شيء هنا"


def test_head_says_what_get_would(keeper: Program) -> None:
    answer = keeper.head("/api/v1/people/accounts")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_token_of_another_sees_only_its_own(settings: Settings) -> None:
    kemi, mona = an_account("kemi", "keeper"), an_account("mona")
    a_token(kemi, "people")
    program = Program(a_token(mona, "me", "people").secret)
    assert program.send("get", "people/me").json()["username"] == "mona"
    assert program.send("get", "tokens/mine").json()["total"] == 1
    assert program.send("get", "people/accounts").status_code == 403
    assert program.send("get", f"people/accounts/{kemi.pk}").status_code == 403
    assert program.send("get", "tokens/all").status_code == 403


def test_making_a_token_takes_a_person_who_has_just_proved_it() -> None:
    program = a_program("kemi", "keeper", scopes=("people", "me", "keep"))
    asked = {"name": "another", "scopes": ["me"]}
    refused = program.send("post", "tokens/mine", asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "needs-person")
    browser = Client()
    browser.force_login(an_account("mona"))
    refused = browser.post("/api/v1/tokens/mine", asked, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "again")
    browser.post("/me/again/", {"password": "woven cloth at night"})
    made = browser.post("/api/v1/tokens/mine", asked, content_type="application/json")
    assert made.status_code == 201
    assert Program(made.json()["secret"]).send("get", "session").json()["scopes"] == ["me"]
    assert Program(made.json()["secret"]).send("delete", f"tokens/mine/{made.json()['id']}").status_code == 204
    assert Program(made.json()["secret"]).send("get", "session").status_code == 401


def test_every_operation_needs_a_scope_that_is_known_or_a_person() -> None:
    known = {one.name for one in scopes()} | {""}
    named = {
        f"{operation.view_func.__module__}.{operation.view_func.__name__}": scope_of(operation)
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    }
    assert {name: scope for name, scope in named.items() if scope is not None and scope not in known} == {}
    assert [name for name, scope in named.items() if scope is None] == [
        "tejido.ground.people.api.change_password",
        "tejido.ground.people.api.remove_factor",
        "tejido.ground.tokens.api.make_token",
    ]


def test_the_description_keeps_to_its_own_rules() -> None:
    said = api.get_openapi_schema()
    assert said["openapi"].startswith("3.1")
    ids = [one["operationId"] for path in said["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids)) > 100
    lists = [
        one["operationId"]
        for path in said["paths"].values()
        for one in path.values()
        if "/components/schemas/Listed" in str(one["responses"])
        and not {"limit", "offset", "export"} <= {parameter["name"] for parameter in one["parameters"]}
    ]
    assert lists == []
    writes = [one for path in said["paths"].values() for method, one in path.items() if method != "get"]
    assert all("Idempotency-Key" in [parameter["name"] for parameter in one["parameters"]] for one in writes)
    assert all(
        {"429", "500", "406"} <= set(one["responses"]) for path in said["paths"].values() for one in path.values()
    )
