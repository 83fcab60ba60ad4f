"""A recording made in Chicago is heard and answered in Gaziantep: real nodes, a real browser, real voices."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tejido.engines.speech.wer import wer
from tests.harness.browser import PageAt, axe, no_sideways_scrolling, shot
from tests.harness.nodes import Nodes
from tests.story import federation, recordings
from tests.story.people import PATIENCE_S, Person
from tests.story.recordings import Recording

pytestmark = [pytest.mark.browser, pytest.mark.speech, pytest.mark.data, pytest.mark.slow]
PHONE = 390
TITLE = "What the night shift costs"
QUESTION = "What does a night of work take from you, and who gets it?"
CORRECTED = "From fairest creatures we desire increase, as we said that night."
COMMENTARY = "سمعنا صوتكم هنا في غازي عنتاب.\nنحن أيضا نعمل في الليل، والأجر لا يكفي الخبز."
WORST = 0.35
PLAYS = """async (audio) => {
  audio.muted = true;
  await audio.play();
  await new Promise((done) => { audio.ontimeupdate = () => audio.currentTime > 0 && done(); });
  return true;
}"""


def heard_well(person: Person, recording: Recording) -> str:
    """The machine's words; prints and judges its word error rate."""
    text = " ".join(person.lines())
    rate = wer(recording.text, text)
    print(f"word error rate {recording.lang} ({recording.file.name}): {rate:.3f}")
    assert rate < WORST, text
    return text


def wait_for_the_machine(person: Person) -> None:
    """The page shows by itself that the transcript is finished."""
    expect(person.page.locator("form[data-correct]").first).to_be_visible(timeout=PATIENCE_S * 1000)


def plays(page: Page, seconds: float) -> None:
    """The page's sound has the recording's length, and plays."""
    audio = page.locator("audio").first
    page.wait_for_function("a => a.readyState >= 1", arg=audio.element_handle())
    assert audio.evaluate("a => a.duration") == pytest.approx(seconds, abs=0.5)
    assert audio.evaluate(PLAYS)
    audio.evaluate("a => a.pause()")


def correct_while_it_plays(page: Page, text: str) -> str:
    """Put the cursor into the second line: it is heard; and write another first line. The id of that line."""
    second = page.locator("form[data-correct]").nth(1)
    start = int(second.get_attribute("data-from") or "0") / 1000
    assert start > 0
    second.locator("textarea").click()
    sought = f"a => !a.seeking && a.currentTime >= {start}"
    page.wait_for_function(sought, arg=page.locator("audio").element_handle())
    first = page.locator("form[data-correct]").first
    first.locator("textarea").fill(text)
    first.locator("button").click()
    expect(first).to_have_class(re.compile("saved"))
    return first.locator("textarea").get_attribute("id") or ""


def test_a_report_is_passed_on_and_answered_in_other_languages(nodes: Nodes, page_at: PageAt, data_dir: Path) -> None:
    english, spanish = recordings.sonnet(data_dir), recordings.letter(data_dir)
    world = federation.found(nodes)
    federation.configure(world.chicago, exchange_folders=[str(world.stick)], exchange_every_s=2)
    federation.configure(world.gaziantep, exchange_folders=[str(world.stick)], exchange_every_s=2)

    world.chicago.serve()
    ana = Person(page_at(width=PHONE), world.chicago, "ana")
    chain = asks_and_records(ana, english)
    worker = world.chicago.worker()
    corrects_and_passes_on(ana, english)

    world.gaziantep.serve()
    world.gaziantep.worker()
    baran = Person(page_at(width=PHONE), world.gaziantep, "baran")
    heard = finds_and_hears(baran, english)
    comments_in_arabic(baran)
    baran.page.goto(heard)
    tells_a_parallel_experience(baran, spanish)

    assert worker.stop() == 0
    ana.until(lambda: exchanged(ana, chain) >= 3)
    shot(ana.page, "story-chain")
    ana.page.get_by_role("link", name="Hear and read it all").click()
    read_as_one_page(ana.page, english, spanish)


def asks_and_records(ana: Person, english: Recording) -> str:
    """A circle, a chain with its question, a recording that waits for its words; the chain's address."""
    ana.sign_in()
    ana.open_circle("Night dock", "Chicago", ["en", "es"])
    ana.open_chain(TITLE, QUESTION, "en")
    chain = ana.page.url
    ana.page.get_by_role("link", name="Add a report").first.click()
    ana.speak(english, pseudonym="Dolores")
    expect(ana.page.get_by_role("progressbar")).to_be_visible()
    expect(ana.page.get_by_text("The machine is writing down what it hears")).to_be_visible()
    axe(ana.page)
    shot(ana.page, "story-transcribing")
    return chain


def corrects_and_passes_on(ana: Person, english: Recording) -> None:
    """The machine's words appear, one line is corrected while it plays, and the report is passed on."""
    wait_for_the_machine(ana)
    heard_well(ana, english)
    plays(ana.page, english.seconds)
    line = correct_while_it_plays(ana.page, CORRECTED)
    shot(ana.page, "story-corrected")
    ana.page.reload()
    expect(ana.page.locator(f"#{line}")).to_have_value(CORRECTED)
    ana.page.get_by_role("button", name="Pass it on").click()
    expect(ana.page.get_by_text("Passed on. It travels with the next exchange.")).to_be_visible()


def finds_and_hears(baran: Person, english: Recording) -> str:
    """On the other node: the chain is there, and the voice is heard and read; the voice's address."""
    baran.sign_in()
    baran.open_circle("Textile street", "Gaziantep", ["ar", "es"])
    baran.find_chain(TITLE)
    expect(baran.page.get_by_text(QUESTION)).to_be_visible()
    voice = baran.page.locator(".voices a[href*='/voices/']").first
    baran.until(voice.is_visible)
    voice.click()
    expect(baran.page.locator("h1")).to_contain_text("Night dock")
    expect(baran.page.locator("h1")).to_contain_text("Warehouse committee")
    expect(baran.page.get_by_text(CORRECTED)).to_be_visible()
    baran.until(baran.page.locator("audio").is_visible)
    plays(baran.page, english.seconds)
    shot(baran.page, "story-heard")
    return baran.page.url


def comments_in_arabic(baran: Person) -> None:
    """A typed commentary, on pages that run from right to left."""
    baran.page.get_by_role("button", name="العربية").click()
    expect(baran.page.locator("html")).to_have_attribute("dir", "rtl")
    baran.page.locator("a[href*='role=commentary']").click()
    baran.page.wait_for_url("**/answer/?role=commentary")
    no_sideways_scrolling(baran.page)
    axe(baran.page)
    shot(baran.page, "story-answer")
    baran.write(COMMENTARY, "ar")
    expect(baran.page.locator("html")).to_have_attribute("dir", "rtl")
    no_sideways_scrolling(baran.page)
    baran.page.locator("form[action$='/pass/'] .button.main").click()
    baran.page.wait_for_url(re.compile("/voices/"))
    expect(baran.page.locator("p[lang=ar]").first).to_have_attribute("dir", "rtl")
    baran.page.get_by_role("button", name="English").click()


def tells_a_parallel_experience(baran: Person, spanish: Recording) -> None:
    """A recorded answer in a third language."""
    baran.page.get_by_role("link", name="Answer with a parallel experience").click()
    baran.speak(spanish)
    wait_for_the_machine(baran)
    heard_well(baran, spanish)
    baran.page.get_by_role("button", name="Pass it on").click()
    expect(baran.page.get_by_text("Passed on. It travels with the next exchange.")).to_be_visible()


def exchanged(person: Person, chain: str) -> int:
    """Press the button that exchanges with the folder, then look at the chain: the number of voices in it."""
    person.go("/network/exchange/")
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Exchange now").first.click()
    person.page.goto(chain)
    return person.page.locator(".voices a[href*='/voices/']").count()


def read_as_one_page(page: Page, english: Recording, spanish: Recording) -> None:
    """All three voices in the order of the tree, each with its organisation, its language and its words."""
    articles = page.locator("main article")
    expect(articles).to_have_count(3)
    first, second, third = (articles.nth(number) for number in range(3))
    for article, words in (
        (first, ("1. Report", "Night dock", "Warehouse committee", "English", CORRECTED)),
        (second, ("2. Commentary", "Textile street", "Refugee union", "Arabic", COMMENTARY.splitlines()[1])),
        (third, ("3. Parallel experience", "Textile street", "Refugee union", "Spanish")),
    ):
        for word in words:
            expect(article).to_contain_text(word)
    assert wer(spanish.text, " ".join(third.locator(".said").all_inner_texts())) < WORST
    sounds = page.locator("main article audio")
    expect(sounds).to_have_count(2)
    for number, recording in enumerate((english, spanish)):
        one = sounds.nth(number)
        page.wait_for_function("a => a.readyState >= 1", arg=one.element_handle())
        assert one.evaluate("a => a.duration") == pytest.approx(recording.seconds, abs=0.5)
    no_sideways_scrolling(page)
    axe(page)
    shot(page, "story-read")
