"""An app and a passkey as a person meets them: set up, asked for, taken away. Chromium's own virtual authenticator."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import CDPSession, Page, expect

from tests.harness.browser import PageAt, Troubles, axe, no_sideways_scrolling, shot
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation
from tests.story.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def served(nodes: Nodes) -> NodeProc:
    node = federation.a_node(nodes, "Chicago")
    node.serve()
    return node


def looked_at(page: Page, name: str) -> None:
    no_sideways_scrolling(page)
    axe(page)
    shot(page, name)


def code(secret: str, ahead: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, [*yield_hotp_counters_from_time()][1] + ahead)))


def asked_again(page: Page) -> None:
    """Type the password once more."""
    page.wait_for_url(re.compile("/me/again/"))
    page.locator("[name=password]").fill(federation.PASSWORD)
    page.locator("main form .button.main").click()


def password(person: Person) -> None:
    """Name and password, without waiting for what follows."""
    person.go("/sign-in/")
    person.page.locator("[name=login]").fill(person.name)
    person.page.locator("[name=password]").fill(federation.PASSWORD)
    person.page.locator("main form:not([data-passkey]) .button.main").click()


def test_an_authenticator_app_in_arabic(served: NodeProc, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("status of 422")
    ana = Person(page_at(width=320, lang="ar"), served, "ana")
    page = ana.page
    password(ana)
    page.wait_for_url(f"{served.url}/")
    ana.go("/me/security/")
    looked_at(page, "security")
    page.locator("a[href='/me/security/app/']").click()
    looked_at(page, "again")
    asked_again(page)
    page.wait_for_url(re.compile("/me/security/app/$"))
    looked_at(page, "app-add")
    secret = page.locator("#key").input_value()
    page.locator("[name=code]").fill("000000")
    page.locator("main form .button.main").click()
    expect(page.locator(".error")).to_be_visible()
    assert page.locator("#key").input_value() == secret
    page.locator("[name=code]").fill(code(secret))
    page.locator("main form .button.main").click()
    page.wait_for_url(re.compile("/codes/"))
    looked_at(page, "codes")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as saved:
        page.locator("main a[download]").click()
    assert saved.value.path().read_text().split() == codes

    other = Person(page_at(width=320, lang="ar"), served, "ana")
    password(other)
    other.page.wait_for_url(re.compile("/sign-in/second/"))
    looked_at(other.page, "second-step")
    other.page.locator("[name=code]").fill(code(secret, 1))
    other.page.locator("main form .button.main").click()
    other.page.wait_for_url(f"{served.url}/")
    page.reload()
    ana.go("/me/security/")
    looked_at(page, "security-two-sessions")
    page.locator(".button.danger").click()
    other.go("/me/")
    other.page.wait_for_url(re.compile("/sign-in/"))


def authenticator(page: Page) -> CDPSession:
    """A device that makes passkeys, in this page."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return line


def test_a_passkey_signs_in_alone_and_as_second_factor(served: NodeProc, page_at: PageAt, troubles: Troubles) -> None:
    ana = Person(page_at(width=1280), served, "ana")
    page = ana.page
    line = authenticator(page)
    password(ana)
    page.wait_for_url(f"{served.url}/")
    ana.go("/me/security/passkeys/add/")
    asked_again(page)
    page.wait_for_url(re.compile("/passkeys/add/$"))
    looked_at(page, "passkey-add")
    page.locator("[name=name]").fill("Old laptop")
    page.locator("[name=passwordless]").check()
    page.locator("[data-passkey] .button.main").click()
    page.wait_for_url(re.compile("/codes/"))
    ana.go("/me/security/passkeys/")
    expect(page.get_by_text("Old laptop")).to_be_visible()
    looked_at(page, "passkeys")
    assert line

    for alone in (True, False):
        ana.go("/sign-out/")
        page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url(re.compile(f"{served.url}/$"))
        if alone:
            ana.go("/sign-in/")
            looked_at(page, "sign-in-passkey")
        else:
            password(ana)
            page.wait_for_url(re.compile("/sign-in/second/"))
            looked_at(page, "second-step-passkey")
        page.locator("[data-passkey] .button.main").click()
        expect(page.locator("nav .me")).to_contain_text("ana")

    ana.go("/me/security/passkeys/")
    page.get_by_role("link", name="Remove").click()
    asked_again(page)
    page.locator("main form .button.danger").click()
    expect(page.get_by_text("No passkey yet")).to_be_visible()
    ana.go("/me/security/")
    expect(page.get_by_text("not set up")).to_be_visible()
