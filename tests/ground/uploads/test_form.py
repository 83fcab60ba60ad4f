"""The plain form with a file chosen: pieces, a bar, and the line cut in the middle."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ground.uploads.conftest import PASSWORD, QUOTA, Place
from tests.ground.uploads.lines import bad_line
from tests.harness.browser import PageAt, Troubles, no_sideways_scrolling, shot

pytestmark = pytest.mark.browser


def open_form(page: Page, port: int, place: Place) -> None:
    """Sign in and go to the form of a report."""
    page.goto(f"http://localhost:{port}/sign-in/")
    page.locator("[name=login]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form:has([name=login]) .button.main").click()
    page.wait_for_url(f"http://localhost:{port}/")
    page.goto(f"http://localhost:{port}/chains/{place.chain}/report/")
    page.locator("[name=circle]").select_option(place.circle)
    page.locator("[name=lang]").select_option("en")
    page.locator("[name=recording]").set_input_files(QUOTA)


def test_the_line_is_cut_again_and_again(place: Place, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("net::ERR_")
    troubles.allow("status of (409|423)")
    before = set(place.reports())
    with bad_line(place.node.port, [6_000, 300, 300, 300, 300, 300, 4_000]) as line:
        page = page_at(width=320)
        open_form(page, line.port, place)
        page.locator("main form .button.main").click()
        expect(page.locator("[data-sending] p")).to_contain_text("The line is down", timeout=60_000)
        no_sideways_scrolling(page)
        shot(page, "sending-line-down")
        page.wait_for_url(re.compile(r"/reports/[a-z2-7]{26}/$"), timeout=90_000)
        assert line.cuts == []
    (made,) = set(place.reports()) - before
    assert page.url.endswith(f"/reports/{made}/")


def test_what_does_not_fit_is_said_at_its_field(place: Place, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("status of 422")
    before = place.reports()
    page = page_at(width=320)
    open_form(page, place.node.port, place)
    page.locator("[name=purposes][value=pass]").check()
    page.locator("main form .button.main").click()
    field = page.locator(".field:has([name=asked])")
    expect(field).to_contain_text("Ask the person first")
    shot(page, "sending-refused")
    field.locator("[name=asked]").check()
    page.locator("main form .button.main").click()
    page.wait_for_url(re.compile(r"/reports/[a-z2-7]{26}/$"), timeout=90_000)
    assert len(place.reports()) == len(before) + 1


def test_what_is_no_recording_is_said(place: Place, page_at: PageAt, troubles: Troubles, tmp_path: Path) -> None:
    troubles.allow("status of 422")
    page = page_at(width=320)
    open_form(page, place.node.port, place)
    wrong = tmp_path / "noise.ogg"
    wrong.write_bytes(b"no sound at all " * 50)
    page.locator("[name=recording]").set_input_files(wrong)
    page.locator("main form .button.main").click()
    expect(page.locator("[data-said]")).to_be_visible(timeout=30_000)
    expect(page.locator("main form .button.main")).to_be_enabled()


@pytest.mark.parametrize("js", [True, False])
def test_typed_words_need_no_upload(place: Place, page_at: PageAt, js: bool) -> None:
    page = page_at(width=320, js=js)
    open_form(page, place.node.port, place)
    page.locator("[name=recording]").set_input_files([])
    page.locator("[name=text]").fill("Sand.")
    page.locator("main form .button.main").click()
    page.wait_for_url(re.compile(r"/reports/[a-z2-7]{26}/$"))
