"""The accounts' pages: signing in, joining, managing; what is kept of whoever signs in."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tejido.ground.people import OPERATOR
from tejido.ground.people import actions as do
from tejido.ground.people.models import Account, BrowserSession, Link
from tests.ground.people.builders import PASSWORD, an_account, signed_in

pytestmark = pytest.mark.django_db
AWAY = {"REMOTE_ADDR": "203.0.113.77", "HTTP_X_FORWARDED_FOR": "203.0.113.78", "HTTP_USER_AGENT": "CanaryBrowser/7"}


def sign_in(client: Client, username: str, password: str, **extra: str) -> int:
    """The status of the answer to a sign-in."""
    return client.post("/sign-in/", {"login": username, "password": password}, **extra).status_code  # type: ignore[arg-type]


def test_signing_in_and_out() -> None:
    an_account("amina", name="Amina B")
    client = Client()
    assert sign_in(client, "Amina", PASSWORD) == 302
    assert "Amina B" in client.get("/").text
    answer = client.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Amina B" not in client.get("/").text


def test_a_wrong_password_says_so_and_nothing_more() -> None:
    an_account("amina")
    known = Client().post("/sign-in/", {"login": "amina", "password": "nope"})
    unknown = Client().post("/sign-in/", {"login": "nobody", "password": "nope"})
    assert known.status_code == unknown.status_code == 422
    assert "do not fit together" in known.text
    assert "do not fit together" in unknown.text


def test_the_sixth_failure_waits_whatever_the_address_and_a_link_opens() -> None:
    account = an_account("amina")
    for at in range(5):
        sign_in(Client(), "amina", "nope", REMOTE_ADDR=f"203.0.113.{at}")
    assert "Too many attempts" in Client().post("/sign-in/", {"login": "amina", "password": PASSWORD}).text
    token = do.issue_reset(viewer=OPERATOR, account_id=account.pk)
    client = Client()
    assert client.post(f"/new-password/{token}/", {"password": "another good password"}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_no_address_and_no_browser_lies_in_any_table() -> None:
    an_account("amina")
    client = Client()
    sign_in(client, "amina", "nope", **AWAY)
    sign_in(client, "amina", PASSWORD, **AWAY)
    client.get("/me/", **AWAY)  # type: ignore[arg-type]
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = str([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            assert "203.0.113" not in rows, table
            assert "CanaryBrowser" not in rows, table
    for session in BrowserSession.objects.all():
        assert not re.search(r"203\.0|Canary", str(session.get_decoded()))
    assert "cache" in tables


def test_cookies_carry_the_nodes_id() -> None:
    client = Client()
    an_account("amina")
    client.get("/sign-in/")
    sign_in(client, "amina", PASSWORD)
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} | (
        {settings.LANGUAGE_COOKIE_NAME} if settings.LANGUAGE_COOKIE_NAME in client.cookies else set()
    )
    assert all(settings.NODE.short_id in name for name in client.cookies)


def test_forms_without_a_token_are_refused_in_the_design() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "amina", "password": PASSWORD})
    assert answer.status_code == 403
    assert "This form is too old" in answer.text


def test_nobody_registers_alone() -> None:
    for path in ("/signup/", "/accounts/signup/", "/sign-up/", "/join/guess/", "/new-password/guess/"):
        assert Client().get(path).status_code == 404


def test_from_invitation_to_account() -> None:
    keeper = signed_in("keeper", "keeper")
    shown = keeper.post("/people/invite/", {"note": "for Bola", "roles": ["translator"]}).text
    found = re.search(r"http://testserver(/join/[\w-]+/)", shown)
    assert found
    assert "for Bola" in keeper.get("/people/").text
    assert found.group(1) not in keeper.get("/people/").text
    guest = Client()
    assert "translator" in guest.get(found.group(1)).text
    weak = guest.post(found.group(1), {"username": "bola", "password": "short"})
    assert weak.status_code == 422
    assert guest.post(found.group(1), {"username": "bola", "password": PASSWORD}).status_code == 302
    assert guest.get("/me/").status_code == 200
    assert Client().get(found.group(1)).status_code == 404


def test_a_keeper_takes_an_invitation_back() -> None:
    keeper = signed_in("keeper", "keeper")
    do.invite(viewer=OPERATOR)
    assert keeper.post(f"/people/links/{Link.objects.get().pk}/withdraw/").status_code == 302
    assert not Link.objects.exists()


def test_roles_are_changed_on_the_persons_page() -> None:
    keeper, account = signed_in("keeper", "keeper"), an_account("amina")
    assert keeper.post(f"/people/{account.pk}/", {"roles": ["facilitator"]}).status_code == 302
    assert [row.role for row in account.roles.all()] == ["facilitator"]
    assert keeper.post(f"/people/{account.pk}/", {"roles": ["king"]}).status_code == 422
    assert keeper.post(f"/people/{account.pk}/", {}).status_code == 422


def test_the_last_keepers_role_stays_with_a_message() -> None:
    keeper = signed_in("keeper", "keeper")
    answer = keeper.post(f"/people/{Account.objects.get().pk}/", {"roles": ["member"]})
    assert answer.status_code == 409
    assert "last keeper" in answer.text


def test_switching_an_account_off_ends_its_sessions() -> None:
    keeper, member = signed_in("keeper", "keeper"), signed_in("amina")
    account = Account.objects.get(username="amina")
    assert member.get("/me/").status_code == 200
    keeper.post(f"/people/{account.pk}/switch/", {"active": "0"})
    assert member.get("/me/").status_code == 302
    assert sign_in(Client(), "amina", PASSWORD) in {302, 422}
    keeper.post(f"/people/{account.pk}/switch/", {"active": "1"})
    assert sign_in(Client(), "amina", PASSWORD) == 302


def test_removing_an_account_removes_its_row() -> None:
    keeper, account = signed_in("keeper", "keeper"), an_account("amina")
    assert keeper.post(f"/people/{account.pk}/remove/").status_code == 302
    assert not Account.objects.filter(username="amina").exists()
    assert keeper.get(f"/people/{account.pk}/").status_code == 404


def test_members_manage_nobody_but_see_themselves() -> None:
    member, other = signed_in("amina"), an_account("bola")
    assert member.get("/people/").status_code == 403
    assert member.get("/people/invite/").status_code == 403
    assert member.post("/people/invite/", {"roles": ["keeper"]}).status_code == 403
    assert member.get(f"/people/{other.pk}/").status_code == 403
    assert member.post(f"/people/{other.pk}/", {"roles": ["keeper"]}).status_code == 403
    assert member.get(f"/people/{Account.objects.get(username='amina').pk}/").status_code == 200


@pytest.mark.parametrize("path", ["/me/", "/me/password/", "/people/", "/people/invite/"])
def test_guests_are_shown_to_the_door(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/?next=")
    assert Client().post(path).status_code in {403, 405}


def test_changing_ones_password_signs_other_browsers_out() -> None:
    here, elsewhere = signed_in("amina"), Client()
    elsewhere.force_login(Account.objects.get())
    wrong = here.post("/me/password/", {"old": "nope", "password": "another good password"})
    assert wrong.status_code == 422
    assert "present password is not right" in wrong.text
    assert here.post("/me/password/", {"old": PASSWORD, "password": "another good password"}).status_code == 302
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_name_and_language_are_ones_own() -> None:
    client = signed_in("amina")
    assert client.post("/me/", {"name": "Amina B", "language": "ar"}).status_code == 302
    page = client.get("/me/").text
    assert 'lang="ar" dir="rtl"' in page
    assert "Amina B" in page
    assert client.post("/me/", {"name": "x", "language": "xx"}).status_code == 422


def test_people_are_searched_and_exported() -> None:
    keeper = signed_in("keeper", "keeper")
    an_account("amina", name="=cmd()")
    assert "amina" not in keeper.get("/people/?q=keep").text
    csv = b"".join(keeper.get("/people/?export=csv")).decode()
    assert "amina,'=cmd(),member" in csv
    rows = b"".join(keeper.get("/people/?export=json&q=amina"))
    assert b'"username":"amina"' in rows
    assert b"keeper" not in rows
    assert keeper.get("/people/?export=xml").status_code == 422


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    keeper = signed_in("keeper", "keeper")
    counts = []
    for batch in range(2):
        for at in range(5):
            an_account(f"person-{batch}-{at}", "member", "translator")
        with CaptureQueriesContext(connection) as queries:
            keeper.get("/people/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_the_node_holds_is_shown_and_exported() -> None:
    client = signed_in("amina")
    assert "amina" in client.get("/me/data/").text
    assert b"amina" in b"".join(client.get("/me/data/?export=json"))


def test_guests_are_told_that_there_is_nothing_but_their_own_cookies() -> None:
    client = Client()
    assert "Your browser holds nothing of this node either" in client.get("/me/data/").text
    client.post("/language/", {"language": "en", "next": "/"})
    page = client.get("/me/data/").text
    assert "this node holds nothing about you" in page
    assert "in your browser alone" in page
    assert b"Language of the pages" in b"".join(client.get("/me/data/?export=csv"))
    assert client.post("/me/data/").status_code == 405
