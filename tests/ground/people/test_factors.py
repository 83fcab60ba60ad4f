"""Second factors and sessions, as a browser without scripts meets them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tejido.ground.people import OPERATOR, actions, selectors
from tejido.ground.people.domain import browser_family
from tejido.ground.people.errors import NoAccount
from tejido.ground.people.models import Account, BrowserSession, today
from tejido.ground.people.viewer import viewer_for
from tejido.site.cli import build, setup
from tests.ground.people.builders import PASSWORD, an_account

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"


def signing_in(username: str, agent: str = FIREFOX) -> Client:
    """A browser after the password."""
    client = Client(headers={"User-Agent": agent})
    client.post("/sign-in/", {"login": username, "password": PASSWORD})
    return client


def asked_again(client: Client, name: str, *args: object) -> str:
    """Open a page that asks for the password first; its text."""
    path = reverse(name, args=args)
    door = client.get(path)
    assert door.headers["Location"].startswith("/me/again/")
    again = client.post(door.headers["Location"], {"password": PASSWORD, "next": path})
    assert again.headers["Location"] == path
    return client.get(path).text


def code(secret: str, ahead: int = 0) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[1] + ahead)))


def with_an_app(username: str, *roles: str) -> tuple[Client, str, list[str]]:
    """An account that set an app up: its browser, the key, the recovery codes."""
    an_account(username, *roles)
    client = signing_in(username)
    page = asked_again(client, "mfa_activate_totp")
    found = re.search(r'id="key"[^>]*>([A-Z2-7]+)<', page)
    assert found
    secret = found[1]
    assert 'class="qr"' in page
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 422
    shown = client.post(reverse("mfa_activate_totp"), {"code": code(secret)}, follow=True).text
    codes = re.findall(r"<li>(\d{8})</li>", shown)
    assert len(codes) == 10
    return client, secret, codes


def test_an_app_is_set_up_asked_for_and_a_code_works_once() -> None:
    client, secret, codes = with_an_app("amina")
    assert not re.search(r"<li>\d{8}</li>", client.get(reverse("mfa_view_recovery_codes")).text), "shown once"
    other = signing_in("amina")
    assert other.get("/me/").status_code == 302
    second = reverse("mfa_authenticate")
    assert other.post(second, {"code": "000000"}).status_code == 422
    now = code(secret, 1)
    assert other.post(second, {"code": now}).status_code == 302
    assert other.get("/me/").status_code == 200
    third = signing_in("amina")
    assert third.post(second, {"code": now}).status_code == 422, "a code was taken twice"
    assert third.post(second, {"code": codes[0]}).status_code == 302
    fourth = signing_in("amina")
    assert fourth.post(second, {"code": codes[0]}).status_code == 422


def test_guesses_are_limited_by_account() -> None:
    _, secret, _ = with_an_app("amina")
    client = signing_in("amina")
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Too many attempts" in client.post(reverse("mfa_authenticate"), {"code": code(secret, 1)}).text


def test_secrets_are_sealed_and_times_are_days() -> None:
    client, secret, codes = with_an_app("amina")
    client.get(reverse("mfa_index"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT data, created_at, last_used_at FROM mfa_authenticator")
        rows = cursor.fetchall()
    assert secret not in str(rows)
    assert codes[0] not in str(rows)
    for _, made, used in rows:
        assert str(made)[11:19] == "00:00:00"
        assert used is None or str(used)[11:19] == "00:00:00"


def test_taking_the_app_away_asks_again_and_ends_the_codes() -> None:
    client, _, _ = with_an_app("amina")
    BrowserSession.objects.all().delete()
    client = signing_in("amina")
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 302, "not signed in before the second step"
    account = Account.objects.get()
    client.force_login(account)
    asked_again(client, "mfa_deactivate_totp")
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()


def test_a_keeper_sees_who_has_one_and_gives_a_link_that_takes_it_away() -> None:
    with_an_app("amina")
    keeper = an_account("kim", "keeper")
    client = Client()
    client.force_login(keeper)
    account = Account.objects.get(username="amina")
    page = client.get(reverse("people_person", args=[account.pk])).text
    assert '<span class="tag">app</span>' in page
    assert "second factor" in client.get(reverse("people")).text
    made = client.post(reverse("people_issue_unlock", args=[account.pk])).text
    found = re.search(r"/new-password/([\w-]+)/", made)
    assert found
    guest = Client()
    welcome = guest.post(f"/new-password/{found[1]}/", {"password": "another long password"}, follow=True)
    assert welcome.status_code == 200
    assert not Authenticator.objects.exists()
    assert guest.get("/me/").status_code == 200
    noted = guest.get(reverse("mfa_index")).text
    assert "kim" in noted
    assert "made a link that takes away the second factor" in noted


def test_a_plain_reset_link_does_not_go_round_the_second_factor() -> None:
    with_an_app("amina")
    account = Account.objects.get(username="amina")
    token = actions.issue_reset(viewer=OPERATOR, account_id=account.pk)
    client = Client()
    after = client.post(f"/new-password/{token}/", {"password": "another long password"})
    assert after.headers["Location"] == "/sign-in/"
    assert client.get("/me/").status_code == 302
    assert Authenticator.objects.exists()


def test_where_i_am_signed_in_and_ending_it() -> None:
    account = an_account("amina")
    here, there = (
        signing_in("amina"),
        signing_in("amina", "Mozilla/5.0 (X11) Chrome/131.0 Safari/537.36 CanaryBrowser/7"),
    )
    page = here.get(reverse("mfa_index")).text
    assert "Firefox, phone" in page
    assert "Chrome" in page
    assert "Canary" not in page
    BrowserSession.objects.update(used=today() - timedelta(days=3))
    here.get(reverse("mfa_index"))
    assert BrowserSession.objects.filter(used=today()).count() == 1
    mine = selectors.own_sessions(viewer=viewer_for(account), current=here.session.session_key or "")
    (other,) = [one for one in mine if not one.current]
    here.post(reverse("people_end_own_sessions"), {"session": other.handle})
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200
    third = signing_in("amina")
    here.post(reverse("people_end_own_sessions"))
    assert third.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


def test_a_keeper_ends_anybodys_sessions_and_it_is_noted() -> None:
    account, keeper = an_account("amina"), an_account("kim", "keeper")
    browser, client = signing_in("amina"), Client()
    client.force_login(keeper)
    assert "Firefox, phone" in client.get(reverse("people_sessions")).text
    client.post(reverse("people_end_sessions", args=[account.pk]))
    assert browser.get("/me/").status_code == 302
    assert "ended sessions" in client.get(reverse("people_person", args=[account.pk])).text
    assert client.get("/me/").status_code == 200


def test_another_sessions_handle_ends_nothing_of_somebody_else() -> None:
    an_account("amina")
    an_account("bona")
    browser, other = signing_in("amina"), signing_in("bona")
    (mine,) = selectors.sessions_of(viewer=OPERATOR, account_id=Account.objects.get(username="amina").pk)
    other.post(reverse("people_end_own_sessions"), {"session": mine.handle})
    assert browser.get("/me/").status_code == 200


def test_a_new_password_and_switching_off_end_sessions() -> None:
    account = an_account("amina")
    signing_in("amina")
    token = actions.issue_reset(viewer=OPERATOR, account_id=account.pk)
    actions.use_reset(token=token, password="another long password")
    assert not BrowserSession.objects.filter(account=account).exists()


def test_on_the_machine_itself_the_last_keeper_gets_in_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "django", lambda: None)  # it is set up, for this test's database
    with_an_app("kim", "keeper")
    command(["account", "list"])
    assert "kim  keeper  totp" in capsys.readouterr().out
    with pytest.raises(NoAccount):
        command(["account", "link", "nobody"])
    command(["account", "link", "kim", "--factors"])
    token = capsys.readouterr().out.strip().rstrip("/").rpartition("/")[2]
    client = Client()
    client.post(f"/new-password/{token}/", {"password": "another long password"})
    assert client.get("/people/").status_code == 200
    assert not Authenticator.objects.exists()


def command(argv: list[str]) -> None:
    """One command of the machine's keeper."""
    args = build().parse_args(argv)
    args.run(args)


@pytest.mark.parametrize(("policy", "keeps"), [("off", True), ("warn", True), ("require", False)])
def test_what_is_asked_of_keepers(settings: Settings, policy: str, keeps: bool) -> None:
    settings.NODE = replace(settings.NODE, keeper_factor=policy)
    keeper = an_account("kim", "keeper")
    assert ("keeper" in viewer_for(keeper).roles) == keeps
    client = Client()
    client.force_login(keeper)
    home = client.get("/").text
    assert ("Protect your account" in home) == (policy != "off")
    assert (client.get(reverse("people_sessions")).status_code == 200) == keeps
    Authenticator.objects.create(user=keeper, type="totp", data={"secret": ""})
    assert "keeper" in viewer_for(keeper).roles
    assert "Protect your account" not in client.get("/").text


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (FIREFOX, "Firefox, phone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "Edge"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, phone",
        ),
        ("CanaryBrowser/7", ""),
        ("", ""),
    ],
)
def test_of_a_browser_only_its_family_is_kept(agent: str, family: str) -> None:
    assert browser_family(agent) == family
