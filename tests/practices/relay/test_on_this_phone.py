"""What waits on a phone: sent once, by whom and when; deleted, thrown away, asked about on leaving."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tejido.ground.people import OPERATOR
from tejido.practices.relay.drops import actions as drops
from tejido.practices.relay.drops.actions import Terms
from tejido.practices.relay.models import Report
from tests.browser import lend
from tests.ground.people.builders import signed_in
from tests.harness.browser import Troubles
from tests.practices.relay.builders import Node
from tests.practices.relay.recorders import Open, at, in_state, look, press, recorded
from tests.story.phones import HELD

__all__ = ["at"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_deleting_everything_leaves_nothing(at: tuple[Node, Open], site: str) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        page.goto(f"{site}/me/")
        page.evaluate("navigator.serviceWorker.ready")
        before = page.evaluate(HELD)
        assert before["bases"]
        assert before["caches"]
        assert before["local"] == {"tejido-holds": "1"}
        page.get_by_role("link", name="What waits on this phone").click()
        expect(page.get_by_role("link", name="Calor")).to_be_visible()
        look(page, "phone-draft")
        page.get_by_role("button", name="Delete everything from this phone").click()
        expect(page.get_by_text("Nothing of this node lies in this browser any more")).to_be_visible()
        nothing = {"bases": [], "caches": [], "local": {}, "session": {}, "workers": 0}
        assert page.evaluate(HELD) == nothing


def test_what_a_browser_threw_away_is_said(at: tuple[Node, Open], site: str) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        page.goto(f"{site}/circles/")
        page.evaluate("new Promise((done) => indexedDB.deleteDatabase('tejido').onsuccess = done)")
        page.goto(f"{site}/phone/")
        expect(page.get_by_role("alert")).to_contain_text("This browser has thrown away what waited here")
        page.reload()
        expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(("choice", "left"), [("Sign out and delete them", 0), ("Sign out and keep them here", 1)])
def test_signing_out_asks_what_becomes_of_recordings(at: tuple[Node, Open], site: str, choice: str, left: int) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        page.goto(f"{site}/sign-out/")
        expect(page.get_by_text("This is still on this phone:")).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text="Calor")).to_be_visible()
        look(page, "sign-out-with-recordings")
        press(page, choice)
        page.wait_for_url(f"{site}/")
        expect(page.locator("nav .me")).to_have_text("Sign in")
        assert len(one.stored()) == left


def test_another_account_does_not_send_what_this_one_recorded(at: tuple[Node, Open], site: str) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        lend(signed_in("omar", "facilitator"), page, site)
        page.reload()
        expect(page.get_by_role("button", name="Record here")).to_be_hidden()
        expect(page.locator(".take")).to_have_count(0)
        page.goto(f"{site}/phone/")
        page.get_by_role("button", name="Record and fill in here").click()
        press(page, "Keep it")
        expect(page.get_by_text("Another account recorded this").first).to_be_visible()
        look(page, "phone-other")
        assert Report.objects.count() == 0


def test_a_session_that_ended_is_said_and_signing_in_goes_on(at: tuple[Node, Open], site: str) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        session = page.context.cookies()
        page.context.clear_cookies()
        press(page, "Keep it")
        expect(page.get_by_role("status")).to_contain_text("You are signed out. Sign in, and it goes on.")
        page.goto(f"{site}/phone/")
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        look(page, "phone-signed-out")
        page.context.add_cookies(session)  # type: ignore[arg-type]
        page.goto(f"{site}/chains/")
        page.wait_for_function("() => !localStorage.length")
        assert Report.objects.count() == 1


def test_a_recording_without_a_chain_waits_for_one(at: tuple[Node, Open], site: str) -> None:
    node, opened = at
    with opened() as one:
        page: Page = one.page
        page.goto(f"{site}/phone/")
        page.get_by_role("button", name="Record without a line").click()
        page.locator("[name=text]").fill("Only typed.")
        page.locator("[name=day]").fill("2026-11-20")
        press(page, "Keep it")
        expect(page.locator(".recorder [role=alert]")).to_contain_text("Nothing is recorded yet")
        page.locator("[name=text]").fill("")
        press(page, "Record")
        in_state(page, "recording")
        page.wait_for_timeout(1500)
        press(page, "Stop")
        page.locator("[name=pseudonym]").fill("Dolores")
        page.locator("[name=lang]").select_option("es")
        press(page, "Keep it")
        expect(page.locator(".recorder [role=status]")).to_contain_text("open the chain it belongs to")
        page.goto(site + reverse("relay_add_report", args=[node.chain]))
        expect(page.get_by_role("status")).to_contain_text("is still on this phone")
        expect(page.locator("[name=pseudonym]")).to_have_value("Dolores")
        press(page, "Keep it")
        page.wait_for_url("**/reports/*/")
        assert Report.objects.get().pseudonym == "Dolores"


def test_the_browser_wakes_the_worker_which_sends(at: tuple[Node, Open], site: str, troubles: Troubles) -> None:
    troubles.allow("net::ERR_FAILED")
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        page.evaluate("navigator.serviceWorker.ready")
        one.context.route("**/report/", lambda route: route.abort())
        press(page, "Keep it")
        expect(page.get_by_role("status")).to_contain_text("There is no line")
        page.goto(f"{site}/manifest.webmanifest")
        one.context.unroute("**/report/")
        waking = one.context.new_cdp_session(page)
        known: list[str] = []
        waking.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda told: known.extend(each["registrationId"] for each in told["registrations"]),
        )
        waking.send("ServiceWorker.enable")
        while not known:
            page.wait_for_timeout(100)
        wake = {"origin": site, "registrationId": known[-1], "tag": "tejido-send", "lastChance": False}
        waking.send("ServiceWorker.dispatchSyncEvent", wake)
        for _ in range(100):
            if Report.objects.exists():
                break
            page.wait_for_timeout(200)
        assert Report.objects.count() == 1
        page.goto(f"{site}/phone/")
        expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
        assert page.evaluate(HELD)["local"] == {}


def test_a_drop_that_went_by_itself_keeps_its_receipt_until_it_is_opened(
    at: tuple[Node, Open], site: str, troubles: Troubles
) -> None:
    troubles.allow("net::ERR_FAILED")
    node, opened = at
    link = drops.make_link(viewer=OPERATOR, chain=node.chain, circle=node.circle, terms=Terms("en"))
    with opened() as one:
        page: Page = one.page
        page.context.clear_cookies()
        page.goto(site + reverse("relay_drop", args=[link.token]))
        recorded(page, 3)
        one.context.route("**/drop/**", lambda route: route.abort())
        press(page, "Give it")
        expect(page.locator(".recorder [role=status]")).to_contain_text("There is no line")
        one.context.unroute("**/drop/**")
        page.goto(f"{site}/phone/")
        expect(page.get_by_text("Sent; its receipt has not been opened yet")).to_be_visible()
        assert [stored["parts"] for stored in one.stored()] == [[]]
        look(page, "phone-receipt")
        page.get_by_role("link", name="Open the receipt").click()
        expect(page.locator(".receipt")).to_be_visible()
        page.goto(f"{site}/phone/")
        expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
        assert Report.objects.count() == 1
