"""The tokens' pages and commands."""

import re
from typing import Any

import pytest
from django.test import Client

from tejido.ground.people.models import Account
from tejido.ground.tokens.models import Token
from tejido.site.cli import main, setup
from tests.ground.people.builders import PASSWORD, an_account, signed_in
from tests.ground.tokens.builders import Program, a_token

pytestmark = pytest.mark.django_db
ASKED: dict[str, Any] = {"name": "backup, office laptop", "scopes": ["me", "search"], "days": "7"}


def make(browser: Client, **changes: Any) -> Any:
    """Send the form, the password given before."""
    browser.post("/me/again/", {"password": PASSWORD})
    return browser.post("/me/tokens/new/", ASKED | changes)


def test_a_token_is_shown_once_and_works() -> None:
    browser = signed_in("amina")
    assert "You have no tokens" in browser.get("/me/tokens/").text
    page = make(browser)
    found = re.search(r"tejido_[\w-]{43}", page.text)
    assert found is not None
    listed = browser.get("/me/tokens/").text
    assert "backup, office laptop" in listed
    assert found[0] not in listed
    assert Program(found[0]).send("get", "session").json()["scopes"] == ["me", "search"]
    browser.post(f"/me/tokens/{Token.objects.get().pk}/revoke/")
    assert Program(found[0]).send("get", "session").status_code == 401


def test_the_password_comes_first() -> None:
    browser = signed_in("amina")
    for answer in (browser.get("/me/tokens/new/"), browser.post("/me/tokens/new/", ASKED)):
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/me/again/")
    assert not Token.objects.exists()


def test_a_form_that_does_not_fit_makes_nothing() -> None:
    browser = signed_in("amina")
    changes: list[dict[str, Any]] = [{"scopes": []}, {"scopes": ["all"]}, {"name": ""}, {"days": "9999"}]
    for wrong in changes:
        assert make(browser, **wrong).status_code == 422
    assert not Token.objects.exists()


def test_keepers_see_everybodys_and_others_do_not() -> None:
    a_token(an_account("amina"), "me")
    keeper, member = signed_in("kemi", "keeper"), signed_in("mona")
    assert "amina" in keeper.get("/people/tokens/").text
    assert "script" in keeper.get(f"/people/{Account.objects.get(username='amina').pk}/").text
    assert member.get("/people/tokens/").status_code == 403
    rows = b"".join(keeper.get("/people/tokens/?export=csv")).decode()
    assert "amina,script,me," in rows
    assert member.post(f"/me/tokens/{Token.objects.get().pk}/revoke/").status_code == 404


def test_commands_make_list_and_revoke(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "django", lambda: None)  # it is, for the tests' own node
    an_account("amina")
    assert main(["token", "make", "amina", "--name", "script", "--scope", "me", "--days", "7"]) == 0
    number, secret = capsys.readouterr().out.split()
    assert Program(secret).send("get", "session").status_code == 200
    assert main(["token", "list", "--account", "amina"]) == 0
    listed = capsys.readouterr().out
    assert "script  me  until" in listed
    assert secret not in listed
    assert main(["token", "revoke", number]) == 0
    assert Program(secret).send("get", "session").status_code == 401
    assert main(["token", "revoke", number]) == 2
    assert main(["token", "make", "amina", "--name", "x", "--scope", "everything"]) == 2
    assert main(["token", "scopes"]) == 0
    assert "relay.read  Read chains" in capsys.readouterr().out
