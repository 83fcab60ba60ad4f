"""Tokens: what they open, what they never open, when they end; what of them lies in the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tejido.ground.people import OPERATOR
from tejido.ground.people import actions as people
from tejido.ground.people.models import today
from tejido.ground.people.selectors import held_about
from tejido.ground.people.viewer import viewer_for
from tejido.ground.tokens import actions, selectors
from tejido.ground.tokens.errors import BadLasting, NoName, NoToken, TooMany, UnknownScope
from tejido.ground.tokens.models import Token
from tejido.ground.tokens.scopes import scope
from tests.ground.people.builders import PASSWORD, a_viewer, an_account, signed_in
from tests.ground.tokens.builders import Program, a_program, a_token

pytestmark = pytest.mark.django_db
SESSION = "session"


def test_a_token_stands_for_its_owner_without_cookie_or_csrf() -> None:
    program = a_program("mona", "facilitator", scopes=("me", "relay.write"))
    said = program.send("get", SESSION).json()
    assert (said["name"], said["roles"]) == ("mona", ["facilitator", "member"])
    assert (said["scopes"], said["csrf_token"]) == (["me", "relay.write"], "")
    made = program.send("post", "relay/circles", {"name": "", "langs": ["en"]})
    assert made.status_code == 422  # it came as far as the rules
    assert program.cookies == {}


def test_without_the_scope_it_is_told_which_one_lacks() -> None:
    program = a_program("mona", "keeper", scopes=("relay.read",))
    refused = program.send("post", "relay/circles", {"name": "x", "langs": ["en"]})
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/problem+json")
    assert (refused.json()["code"], refused.json()["scope"]) == ("lacks-scope", "relay.write")
    assert "relay.write" in refused.json()["detail"]


def test_it_never_exceeds_its_owners_roles_as_they_are_now() -> None:
    account = an_account("mona", "keeper")
    an_account("another", "keeper")
    program = Program(a_token(account, "keep", "network.read").secret)
    assert program.send("post", "network/networks", {"name": ""}).status_code == 422
    people.change_roles(viewer=OPERATOR, account_id=account.pk, roles=["member"])
    refused = program.send("post", "network/networks", {"name": "Fábricas"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")


@pytest.mark.parametrize("end", ["removed", "off", "password", "revoked", "expired", "unknown", "basic"])
def test_what_ends_a_token(end: str) -> None:
    account = an_account("mona")
    made = a_token(account, "me")
    program = Program(made.secret)
    assert program.send("get", SESSION).status_code == 200
    if end == "removed":
        people.remove_account(viewer=OPERATOR, account_id=account.pk)
    elif end == "off":
        people.switch_account(viewer=OPERATOR, account_id=account.pk, active=False)
        people.switch_account(viewer=OPERATOR, account_id=account.pk, active=True)
    elif end == "password":
        people.change_password(viewer=viewer_for(account), old=PASSWORD, new="another good password")
    elif end == "revoked":
        actions.revoke_token(viewer=viewer_for(account), token_id=made.id)
    elif end == "expired":
        Token.objects.update(expires=today() - timedelta(days=1))
    else:
        scheme = "Basic" if end == "basic" else "Bearer"
        program.defaults["HTTP_AUTHORIZATION"] = f"{scheme} {made.secret}x"
    refused = program.send("get", SESSION)
    assert (refused.status_code, refused.json()["code"]) == (401, "bad-token")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_is_not_passed_over_in_favour_of_a_session() -> None:
    browser = signed_in("mona", "keeper")
    assert browser.get("/api/v1/session").status_code == 200
    assert browser.get("/api/v1/session", headers={"Authorization": "Bearer tejido_x"}).status_code == 401


def test_a_session_keeps_csrf() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(an_account("mona", "keeper"))
    refused = browser.post("/api/v1/network/networks", {"name": "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")


def test_pages_take_no_token() -> None:
    program = a_program("mona", "keeper", scopes=("me", "people", "keep"))
    assert program.get("/me/").status_code == 302
    assert program.get("/people/").status_code == 302


def test_the_database_opens_nothing_and_knows_the_day_alone() -> None:
    account = an_account("mona")
    secret = a_token(account, "me").secret
    Program(secret).get("/api/v1/session", REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="CanaryProgram/1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tokens_token")
        row = str(cursor.fetchall())
    assert secret not in row
    assert secret.removeprefix("tejido_") not in row
    assert "203.0.113" not in row
    assert "Canary" not in row
    assert selectors.own_tokens(viewer=viewer_for(account))[0].used == today()


def test_what_is_refused_when_one_is_made() -> None:
    viewer = a_viewer()
    for name, scopes, days, error in (
        ("x", (), 30, UnknownScope),
        ("x", ("all",), 30, UnknownScope),
        ("x", ("me",), 0, BadLasting),
        ("x", ("me",), 366, BadLasting),
        (" ", ("me",), 30, NoName),
    ):
        with pytest.raises(error):
            actions.make_token(viewer=viewer, name=name, scopes=scopes, days=days)
    for _ in range(50):
        actions.make_token(viewer=viewer, name="x", scopes=["me"])
    with pytest.raises(TooMany):
        actions.make_token(viewer=viewer, name="x", scopes=["me"])


def test_nobody_sees_or_revokes_anothers_but_keepers() -> None:
    made = a_token(an_account("amina"), "me")
    mona, keeper = a_viewer("mona"), a_viewer("kemi", "keeper")
    assert selectors.own_tokens(viewer=mona) == []
    with pytest.raises(NoToken):
        actions.revoke_token(viewer=mona, token_id=made.id)
    assert [one.owner for one in selectors.tokens(viewer=keeper)] == ["amina"]
    actions.revoke_token(viewer=keeper, token_id=made.id)
    assert selectors.tokens(viewer=keeper) == []


def test_what_is_held_about_somebody_names_their_tokens() -> None:
    account = an_account("amina")
    a_token(account, "me", "search")
    (said,) = [one.value for one in held_about(viewer=viewer_for(account)) if one.value.startswith("script: ")]
    assert "See and change your account" in said
    assert "Search in everything that you may see" in said


def test_a_scope_means_one_thing() -> None:
    with pytest.raises(ValueError, match="named twice"):
        scope("me", "Something else")
