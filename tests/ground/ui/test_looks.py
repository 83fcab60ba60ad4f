"""The pages in a real browser: at phone and desk size, both languages, light and dark, with and without scripts."""

import pytest
from django.test import Client
from django.test.utils import override_settings

from tejido.ground.people import OPERATOR
from tejido.ground.people import actions as do
from tests.browser import lend
from tests.ground.people.builders import PASSWORD, an_account, signed_in
from tests.harness.browser import PageAt, Scheme, Troubles, axe, no_sideways_scrolling, shot

pytestmark = pytest.mark.browser
LOOKS: list[tuple[int, str, Scheme]] = [
    (320, "en", "light"),
    (320, "ar", "dark"),
    (1280, "en", "dark"),
    (1280, "ar", "light"),
]
KEEPERS_PAGES = ("/", "/people/", "/people/invite/", "/me/", "/me/password/", "/me/data/", "/sign-out/", "/nowhere/")


@pytest.mark.parametrize(("width", "lang", "scheme"), LOOKS)
def test_a_keepers_pages(site: str, page_at: PageAt, troubles: Troubles, width: int, lang: str, scheme: Scheme) -> None:
    troubles.allow("status of 404")
    client, other = signed_in("layla", "keeper"), an_account("bola", "translator", name="Bọ́lá")
    do.invite(viewer=OPERATOR, note="for the tall one")
    page = page_at(width=width, lang=lang, scheme=scheme)
    lend(client, page, site, language=lang)
    for path in (*KEEPERS_PAGES, f"/people/{other.pk}/"):
        page.goto(site + path)
        axe(page)
        no_sideways_scrolling(page)
        assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
        shot(page, f"people-{path.strip('/').replace('/', '-') or 'home'}")


@pytest.mark.parametrize(("width", "lang", "scheme"), LOOKS)
@override_settings(ROOT_URLCONF="tests.ground.ui.urls")
def test_every_component(site: str, page_at: PageAt, width: int, lang: str, scheme: Scheme) -> None:
    page = page_at(width=width, lang=lang, scheme=scheme)
    lend(Client(), page, site, language=lang)
    page.goto(f"{site}/gallery/")
    axe(page)
    no_sideways_scrolling(page)
    shot(page, "gallery")


@override_settings(ROOT_URLCONF="tests.ground.ui.urls")
def test_the_transcript_plays_and_marks_what_is_heard(site: str, page_at: PageAt) -> None:
    page = page_at(width=320)
    page.goto(f"{site}/gallery/")
    second = page.locator(".segments li").nth(1)
    second.get_by_role("link", name="0:04").click()
    page.locator(".segments li[aria-current=true]").get_by_text("بدأنا").wait_for()
    assert page.locator("audio").evaluate("a => a.currentTime >= 4.2 && !a.paused")
    second.get_by_role("link", name="0:04").click()
    assert page.locator("audio").evaluate("a => a.paused")
    first = "{detail: {from: 0, to: 0.4}}"
    page.locator(".player").evaluate(f"p => p.dispatchEvent(new CustomEvent('segment', {first}))")
    page.wait_for_function(
        "a => a.paused && a.currentTime >= 0.4 && a.currentTime < 4", arg=page.locator("audio").element_handle()
    )


@override_settings(ROOT_URLCONF="tests.ground.ui.urls")
def test_colours_forced_by_the_system_leave_threads_visible(site: str, page_at: PageAt) -> None:
    page = page_at(width=320)
    page.emulate_media(forced_colors="active")
    page.goto(f"{site}/gallery/")
    yarn = "getComputedStyle(document.querySelector('.voice > article'), '::after').backgroundColor"
    assert page.evaluate(yarn) not in {
        "rgba(0, 0, 0, 0)",
        page.evaluate("getComputedStyle(document.body).backgroundColor"),
    }
    shot(page, "gallery-forced")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_guests_pages(site: str, page_at: PageAt, lang: str) -> None:
    token = do.invite(viewer=OPERATOR)
    page = page_at(width=320, lang=lang)
    for path in ("/", "/sign-in/", f"/join/{token}/", "/offline/"):
        page.goto(site + path)
        axe(page)
        no_sideways_scrolling(page)
        shot(page, f"guest-{path.split('/')[1] or 'door'}")


@pytest.mark.parametrize("js", [True, False])
def test_joining_by_keyboard_with_and_without_scripts(site: str, page_at: PageAt, js: bool) -> None:
    token = do.invite(viewer=OPERATOR, roles=["facilitator"])
    page = page_at(width=320, js=js)
    page.goto(f"{site}/join/{token}/")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("e => e === document.activeElement") if js else True
    page.get_by_label("User name").fill("amina")
    page.get_by_label("New password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Welcome. You are signed in.").wait_for()
    page.get_by_role("link", name="amina").click()
    page.get_by_text("facilitator").wait_for()


def test_language_and_light_are_chosen_without_scripts(site: str, page_at: PageAt) -> None:
    page = page_at(width=320, js=False)
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name="العربية").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.get_by_role("button", name="داكن").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.url == f"{site}/sign-in/"


def test_signing_in_leads_back_to_where_one_wanted_to_go(site: str, page_at: PageAt, troubles: Troubles) -> None:
    an_account("amina")
    troubles.allow("status of 422")
    page = page_at(width=320)
    page.goto(f"{site}/me/")
    page.get_by_label("User name").fill("amina")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("do not fit together").wait_for()
    axe(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/me/")


def test_offline_the_visited_shell_says_so(site: str, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("ERR_INTERNET_DISCONNECTED")
    page = page_at(width=320, workers=True)
    page.goto(site)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(f"{site}/sign-in/")
    page.get_by_text("cannot be reached just now").wait_for()
    page.context.set_offline(False)
