"""Recordings that outlive a killed browser and a line that is down, on a real node."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tejido.engines.speech.wer import wer
from tests.harness.browser import Troubles, axe, no_sideways_scrolling, shot
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation, recordings
from tests.story.people import PATIENCE_S, Person
from tests.story.phones import Phone, as_wave, phone

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.slow]
TITLE = "What the night shift costs"
BEFORE_S, AFTER_S, LOST_S = 8, 5, 2
OFFLINE_S = 4
WORST = 0.5
NO_LINE = "net::ERR_|Failed to fetch|NetworkError|Failed to load resource"


def seconds(page: Page) -> int:
    """What the recorder's clock shows."""
    minutes, rest = page.locator("[data-clock]").inner_text().split(":")
    return int(minutes) * 60 + int(rest)


def record(page: Page, wanted: int, button: str = "Record") -> None:
    """Press a button of the recorder and wait until its clock shows so many seconds."""
    page.get_by_role("button", name=button, exact=True).first.click()
    expect(page.locator(".recorder")).to_have_attribute("data-state", "recording")
    page.wait_for_function("s => document.querySelector('[data-clock]').textContent >= s", arg=f"0:{wanted:02}")


def a_chain(nodes: Nodes) -> tuple[NodeProc, str]:
    """A node that serves, with a circle and a chain; the address of the form for a report."""
    node = federation.a_node(nodes, "Chicago")
    node.call("network", "open", "Open ears")
    circle = node.call("circle", "open", "Night dock", "--languages", "en").stdout.strip()
    chain = node.call("chain", "open", "What does it take?", "--circle", circle, "--title", TITLE).stdout.strip()
    node.serve()
    return node, f"/chains/{chain}/report/"


def signed_in(one: Phone, node: NodeProc) -> Person:
    """Ana at this phone. Chromium writes its cookies every half a minute: a killed one may have kept her session, or not."""
    ana = Person(one.page, node, "ana")
    ana.go("/sign-in/")
    if one.page.url == f"{node.url}/":
        expect(one.page.locator("nav .me")).to_contain_text(ana.name)
    else:
        ana.sign_in()
    return ana


@pytest.mark.speech
def test_a_killed_browser_loses_at_most_two_seconds(
    nodes: Nodes, browser: Browser, troubles: Troubles, tmp_path: Path, data_dir: Path
) -> None:
    sonnet = recordings.sonnet(data_dir)
    node, form = a_chain(nodes)
    sound, profile = as_wave(sonnet, tmp_path), tmp_path / "profile"
    with phone(browser, profile, sound, troubles) as first:
        signed_in(first, node).go(form)
        record(first.page, BEFORE_S, "Record here")
        shown = seconds(first.page)
        first.kill()

    with phone(browser, profile, sound, troubles) as again:
        page = again.page
        ana = signed_in(again, node)
        expect(page.locator("main > .notice")).to_contain_text("still on this phone")
        ana.go(form)
        expect(page.get_by_role("status")).to_contain_text("is still on this phone")
        kept = seconds(page)
        print(f"shown when killed: {shown} s, still there: {kept} s")
        assert kept >= shown - LOST_S
        page.get_by_role("button", name="Listen").click()
        sound_of = page.locator(".recorder audio")
        page.wait_for_function("a => a.duration > 0 && a.duration < 1e6", arg=sound_of.element_handle())
        assert sound_of.evaluate("a => a.duration") >= shown - LOST_S
        no_sideways_scrolling(page)
        axe(page)
        shot(page, "recorder-after-a-kill")
        record(page, kept + AFTER_S, "Go on recording")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("status")).to_contain_text("Stopped")
        (recording,) = again.stored()
        parts = recording["parts"]
        assert isinstance(parts, list)
        assert len(parts) == 2
        ana.fill("en")
        assert again.stored() == []

        (report,) = node.json("report", "list")
        assert report["duration"] == pytest.approx(sum(part["ms"] for part in parts), abs=1500)
        node.worker()
        expect(page.locator("form[data-correct]").first).to_be_visible(timeout=PATIENCE_S * 1000)
        said = " ".join(ana.lines())
        first_words = sonnet.text[: len(said)]
        print("heard:", said, "| word error rate against the sonnet's beginning:", round(wer(first_words, said), 3))
        assert said.lower().count("fairest creatures") == 2, "both parts begin with the sonnet's first line"
        audio = page.locator("audio").first
        page.wait_for_function("a => a.readyState >= 1", arg=audio.element_handle())
        assert audio.evaluate("a => a.duration") == pytest.approx(report["duration"] / 1000, abs=0.5)


def record_without_a_line(one: Phone, node: NodeProc, form: str) -> None:
    """From the form's address, which cannot be reached, to a recording that waits."""
    page = one.page
    page.goto(node.url + form)
    page.get_by_role("link", name="Record, and see what waits on this phone").click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    page.get_by_role("button", name="Record and fill in here").click()
    expect(page.locator("[data-place]")).to_contain_text("Night dock")
    record(page, OFFLINE_S)
    page.get_by_role("button", name="Stop").click()
    page.locator("[name=asked]").check()
    page.locator("[name=purposes][value=pass]").check()
    page.locator("[name=lang]").select_option("en")
    page.locator("[name=asked_in]").select_option("en")
    no_sideways_scrolling(page)
    axe(page)
    shot(page, "phone-without-a-line")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".recorder [role=status]")).to_contain_text("There is no line")


def test_a_recording_made_without_a_line_is_sent_once(
    nodes: Nodes, browser: Browser, troubles: Troubles, tmp_path: Path, data_dir: Path
) -> None:
    troubles.allow(NO_LINE)
    node, form = a_chain(nodes)
    sound = as_wave(recordings.sonnet(data_dir), tmp_path, 10)
    with phone(browser, tmp_path / "profile", sound, troubles, width=320) as one:
        page = one.page
        signed_in(one, node).go(form)
        page.evaluate("navigator.serviceWorker.ready")
        page.get_by_role("button", name="Record later, without a line").click()
        expect(page.get_by_role("status")).to_contain_text("is on the phone now")
        node.stop()

        record_without_a_line(one, node, form)
        page.reload()
        expect(page.get_by_text("Waits to be sent")).to_be_visible()
        shot(page, "phone-waiting")

        node.serve()
        sent: list[str] = []

        def answer_gets_lost(route: Route) -> None:
            if route.request.method == "PATCH" and not sent:
                sent.append(str(route.fetch().status))
                route.abort()
            else:
                route.continue_()

        one.context.route(re.compile("/uploads/"), answer_gets_lost)
        page.evaluate("dispatchEvent(new Event('online'))")
        while not sent:
            page.wait_for_timeout(200)
        page.reload()
        expect(page.get_by_text("Nothing waits on this phone.")).to_be_visible()
        assert sent == ["204"]
        assert one.stored() == []
        (report,) = node.json("report", "list")
        assert report["duration"] == pytest.approx(OFFLINE_S * 1000, abs=2000)
