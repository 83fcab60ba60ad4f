"""The editor as a browser without scripts sees it, and as a finger and a keyboard use it."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tejido.ground.people import OPERATOR
from tejido.practices.relay import selectors as relay
from tejido.practices.relay.redaction import tasks
from tejido.practices.relay.redaction.drafts import Marking
from tests.browser import lend
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, axe, no_sideways_scrolling
from tests.practices.relay.builders import Node, a_report
from tests.practices.relay.redaction.test_actions import TEXT, WORD, heard


def address(key: str) -> str:
    return reverse("relay_redact", args=[key])


def sent(page: str, **changed: object) -> dict[str, object]:
    """What a browser would send of the form with the marks."""
    form = BeautifulSoup(page, "html.parser").select_one("form[data-marks]")
    assert form
    found: dict[str, object] = {"base": form.select_one("[name=base]")["value"], "mode": "cut"}  # type: ignore[index]
    for name in ("w", "s"):
        found[name] = [one["value"] for one in form.select(f"[name={name}][checked]")]
    for name in ("start", "end"):
        found[name] = [one.get("value", "") for one in form.select(f"[name={name}]")]
    return {**found, **changed}


@pytest.fixture
def phone(node: Node) -> Client:
    """A member's browser."""
    return signed_in("amina", "member")


def test_without_scripts_words_are_boxes_and_stretches_are_fields(node: Node, phone: Client) -> None:
    key = heard(node)
    first = phone.get(address(key)).text
    assert [one.text for one in BeautifulSoup(first, "html.parser").select(".ws label")][:5] == TEXT.split()
    stretch = {"w": ["0.3"], "start": ["0:02.6", ""], "end": ["0:03.4", ""]}
    answer = phone.post(address(key), sent(first, do="listen", **stretch))
    assert answer.headers["Location"] == address(key)
    waiting = phone.get(address(key)).text
    assert "is being cut" in waiting
    assert 'http-equiv="refresh"' in waiting
    tasks.cut.call(key)
    tasks.draw.call(key)
    ready = phone.get(address(key)).text
    assert "Listen to the result" in ready
    assert WORD not in BeautifulSoup(ready, "html.parser").select_one("#trial").text  # type: ignore[union-attr]
    assert 'value="0:02.6"' in ready
    assert phone.get(reverse("relay_redact_audio", args=[key])).status_code == 200
    unsure = phone.post(address(key), {"do": "keep"})
    assert unsure.status_code == 422
    kept = phone.post(address(key), {"do": "keep", "sure": "on"})
    assert kept.headers["Location"] == reverse("relay_report", args=[key])
    report = phone.get(kept.headers["Location"]).text
    assert WORD not in report
    assert "[…]" in report


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, "Nothing is marked"),
        ({"start": ["x"], "end": ["1:00"]}, "A stretch needs a beginning"),
        ({"start": ["0:09"], "end": ["0:01"]}, "A stretch needs a beginning"),
        ({"s": ["0", "1"], "start": ["0"], "end": ["9:59"]}, "Nothing would be left"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(
    node: Node, phone: Client, changed: dict[str, object], message: str
) -> None:
    key = heard(node)
    answer = phone.post(address(key), sent(phone.get(address(key)).text, do="listen", **changed))
    assert answer.status_code == 422
    assert message in answer.text
    for value in changed.get("start", ()):  # type: ignore[attr-defined]
        assert f'value="{value}"' in answer.text


def test_marks_on_words_that_changed_are_refused(node: Node, phone: Client) -> None:
    key = heard(node)
    page = sent(phone.get(address(key)).text, do="mark", w=["0.3"])
    assert phone.post(address(key), {**page, "base": "0" * 64}).status_code == 409


def test_a_long_report_stays_within_a_workbench(node: Node, phone: Client) -> None:
    words = " ".join(f"palabra{i}" for i in range(14))
    key = a_report(node, "\n".join([words] * 100))
    page = phone.get(address(key), headers={"Accept-Encoding": "gzip"})
    assert len(page.content) < 60_000


def test_the_report_leads_to_the_editor(node: Node, phone: Client) -> None:
    key = heard(node)
    assert address(key) in phone.get(reverse("relay_report", args=[key])).text


@pytest.fixture
def drawn(site: str, node: Node) -> str:
    """A report with the picture of its recording."""
    key = heard(node)
    tasks.draw.call(key)
    return key


@pytest.mark.browser
def test_words_are_marked_by_keyboard(site: str, drawn: str, page_at: PageAt) -> None:
    page: Page = page_at(width=1280)
    lend(signed_in("amina", "member"), page, site)
    page.goto(site + address(drawn))
    word = page.locator(".ws input").nth(2)
    page.locator(".ws input").first.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert word.evaluate("one => one === document.activeElement")
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".ws input:checked").count() == 2
    assert f"foreman {WORD}" in page.locator("[data-list]").inner_text()
    page.keyboard.press("Control+z")
    assert page.locator(".ws input:checked").count() == 0
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.locator("li:nth-child(2) .ws input").first.evaluate("one => one === document.activeElement")
    page.get_by_role("button", name="Cut it and let me listen").click()
    page.get_by_text("is being cut").wait_for()
    assert Marking.objects.get().marks["words"] == [["m-0", 3]]
    tasks.cut.call(drawn)
    page.get_by_role("heading", name="Listen to the result").wait_for()
    axe(page)
    page.get_by_label("I have listened to it.").check()
    page.get_by_role("button", name="Keep it and erase the rest").click()
    page.wait_for_url("**/reports/*/")
    assert WORD not in page.content()
    assert WORD not in str(relay.report(viewer=OPERATOR, key=drawn))


@pytest.mark.browser
def test_words_and_stretches_are_marked_by_pointer_in_arabic_on_a_phone(site: str, drawn: str, page_at: PageAt) -> None:
    page: Page = page_at(width=320, lang="ar")
    lend(signed_in("amina", "member"), page, site, language="ar")
    page.goto(site + address(drawn))
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.get_by_text(WORD, exact=True).click()
    assert page.locator(".ws input:checked").count() == 1
    wave = page.locator("[data-wave]")
    wave.scroll_into_view_if_needed()
    box = wave.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 20, steps=4)
    page.mouse.up()
    assert page.locator("[name=start]").first.input_value() != ""
    assert page.locator("[data-list] li").count() == 2
    page.locator("[data-undo]").click()
    assert page.locator("[data-list] li").count() == 1
    no_sideways_scrolling(page)
    axe(page)
