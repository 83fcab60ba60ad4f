"""The same path with scripts switched off, as on an old phone: every page works, and shows by itself what has changed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.harness.browser import PageAt, no_sideways_scrolling, shot
from tests.harness.nodes import Nodes
from tests.story import federation, recordings
from tests.story.people import PATIENCE_S, Person

pytestmark = [pytest.mark.browser, pytest.mark.speech, pytest.mark.data, pytest.mark.slow]
TITLE = "Sand"
CORRECTED = "Las arenas son blanquecinas, de grano medio."
ANSWER = "Here too the sand is pale.\nNobody comes."


def test_the_whole_path_without_scripts(nodes: Nodes, page_at: PageAt, data_dir: Path) -> None:
    spanish = recordings.sentence(data_dir, "es")
    node = federation.a_node(nodes, "Chicago")
    node.call("network", "open", "Open ears")
    node.serve()
    ana = Person(page_at(width=320, js=False), node, "ana")
    page = ana.page
    ana.sign_in()
    ana.open_circle("Shore", "", ["es", "en"])
    ana.open_chain(TITLE, "What lies under your feet?", "en")
    page.get_by_role("link", name="Add a report").first.click()
    ana.speak(spanish)
    expect(page.get_by_role("progressbar")).to_be_visible()
    no_sideways_scrolling(page)
    shot(page, "noscript-transcribing")

    node.worker()
    form = page.locator("form[data-correct]").first
    expect(form).to_be_visible(timeout=PATIENCE_S * 1000)
    print("transcript:", *ana.lines())
    form.locator("textarea").fill(CORRECTED)
    form.locator("button").click()
    page.wait_for_url(re.compile("#s-"))
    expect(form.locator("textarea")).to_have_value(CORRECTED)
    expect(form).to_contain_text("a person's words")
    shot(page, "noscript-corrected")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_text("Passed on. It travels with the next exchange.")).to_be_visible()
    expect(page.get_by_text(CORRECTED)).to_be_visible()
    sound = page.locator("audio")
    expect(sound).to_have_attribute("src", re.compile("/voices/[a-z2-7]{26}/audio/"))
    expect(page.locator(".segments a").first).to_have_attribute("href", re.compile(r"/audio/#t=0\.\d\d$"))

    page.get_by_role("link", name="Answer with a commentary").click()
    ana.write(ANSWER, "en")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_text("Passed on. It travels with the next exchange.")).to_be_visible()
    ana.find_chain(TITLE)
    page.get_by_role("link", name="Hear and read it all").click()
    expect(page.locator("main article")).to_have_count(2)
    for line in (CORRECTED, *ANSWER.splitlines()):
        expect(page.get_by_text(line)).to_be_visible()
    no_sideways_scrolling(page)
    shot(page, "noscript-read")
