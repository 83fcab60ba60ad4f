"""Two people check the same words in two browsers at once, by keyboard; and a chain is read in three languages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tejido.engines.language import tmx
from tests.harness import run
from tests.harness.browser import PageAt, Troubles, axe, no_sideways_scrolling, shot
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation
from tests.story.federation import PASSWORD
from tests.story.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLIP = run.ROOT / "src/tejido/demo/clips/chicago-report.webm"
YES = "pass,translate,transcript,archive"
ENGLISH = "The gate was closed.\nWe waited in the rain."
SPANISH = "Aquí también esperamos.\nNadie abrió."
ARABIC = "وقفنا تحت المطر.\nلم يفتح أحد."
KNOWN = (
    ("The gate was closed.", "El portón estaba cerrado.", "كانت البوابة مغلقة."),
    ("We waited in the rain.", "Esperamos bajo la lluvia.", "انتظرنا تحت المطر."),
    ("We waited here too.", "Aquí también esperamos.", "انتظرنا هنا أيضا."),
    ("Nobody opened.", "Nadie abrió.", "لم يفتح أحد."),
    ("We stood in the rain.", "Estuvimos bajo la lluvia.", "وقفنا تحت المطر."),
)
FOCUSED = "() => document.activeElement?.closest('.seg')?.querySelector('textarea') === document.activeElement"


def field(page: Page, number: int) -> Locator:
    return page.locator(".seg textarea").nth(number)


def tab_into_the_first_segment(page: Page) -> None:
    """By the Tab key alone."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED):
            return
    raise AssertionError("no segment within sixty tabs")


def a_transcript(node: NodeProc) -> str:
    """A recording in English, transcribed by the machine; the report's key."""
    circle = node.call("circle", "open", "Night dock", "--languages", "en,es,ar").stdout.strip()
    asked = ("chain", "open", "What does a quota cost?", "--circle", circle, "--title", "Quota", "--lang", "en")
    chain = node.call(*asked).stdout.strip()
    words = ("--chain", chain, "--circle", circle, "--lang", "en", "--consent", YES, "--synthetic")
    report = node.call("report", "add", CLIP, *words).stdout.strip()
    node.call("transcribe", report)
    return report


def joins(keeper: Person, page: Page, name: str) -> Person:
    """A keeper invites a translator, who opens the link and chooses a password."""
    keeper.go("/people/invite/")
    keeper.page.locator("[name=roles][value=translator]").check()
    keeper.send()
    found = re.search(r"/join/[\w-]+/", keeper.page.content())
    assert found
    page.goto(keeper.node.url + found[0])
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form .button.main").click()
    expect(page.locator("nav .me")).to_contain_text(name)
    return Person(page, keeper.node, name)


@pytest.mark.speech
def test_two_people_review_at_once_by_keyboard(nodes: Nodes, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("status of 409")
    node = federation.a_node(nodes, "Chicago")
    node.call("network", "open", "Open ears")
    report = a_transcript(node)
    node.serve()
    ana = Person(page_at(width=1280), node, "ana")
    ana.sign_in()
    luz = joins(ana, page_at(width=390), "luz")
    for person in (ana, luz):
        person.go(f"/review/{report}/original/")
        expect(field(person.page, 2)).to_be_visible()
    they_see_each_other(ana, luz)
    an_approval_of_changed_words_is_refused(ana, luz)
    nothing_typed_is_lost(ana)
    all_is_approved_by_keyboard(luz)
    expect(ana.page.locator("[data-percent] progress")).to_have_attribute("value", "100", timeout=20_000)


def they_see_each_other(ana: Person, luz: Person) -> None:
    """Where the other is, what they saved, and the sound of the segment one enters."""
    tab_into_the_first_segment(luz.page)
    luz.page.keyboard.press("Alt+ArrowDown")
    expect(field(luz.page, 1)).to_be_focused()
    start = int(luz.page.locator(".seg").nth(1).get_attribute("data-from") or 0) / 1000
    audio = luz.page.locator("audio").element_handle()
    luz.page.wait_for_function(f"a => !a.seeking && a.currentTime >= {start - 0.05}", arg=audio)
    expect(ana.page.locator(".seg").nth(1).locator("[data-who]")).to_contain_text("luz", timeout=20_000)
    shot(ana.page, "review-somebody-is-here")
    luz.page.keyboard.press("Control+A")
    luz.page.keyboard.type("The screen never says thank you.")
    luz.page.keyboard.press("Alt+ArrowDown")
    expect(field(ana.page, 1)).to_have_value("The screen never says thank you.", timeout=20_000)
    axe(luz.page)
    no_sideways_scrolling(luz.page)


def an_approval_of_changed_words_is_refused(ana: Person, luz: Person) -> None:
    """Ana still writes when Luz saves the same segment: the approval is refused, and both texts stand there."""
    tab_into_the_first_segment(ana.page)
    ana.page.keyboard.press("Control+A")
    ana.page.keyboard.type("Ana's words.")
    luz.page.keyboard.press("Alt+ArrowUp")
    luz.page.keyboard.press("Alt+ArrowUp")
    luz.page.keyboard.press("Control+A")
    luz.page.keyboard.type("Luz's words.")
    luz.page.keyboard.press("Escape")
    luz.page.keyboard.press("Enter")
    expect(luz.page.locator(".seg").first).to_contain_text("Saved.")
    expect(ana.page.locator(".seg").first).to_contain_text("Somebody else has changed this line", timeout=20_000)
    ana.page.keyboard.press("Control+Enter")
    refused = ana.page.locator(".seg.is-stale")
    expect(refused).to_contain_text("was not approved")
    expect(refused.locator("blockquote")).to_have_text("Luz's words.")
    expect(refused.locator("textarea")).to_have_value("Ana's words.")
    shot(ana.page, "review-both-texts")
    axe(ana.page)
    expect(field(ana.page, 0)).to_be_focused()
    ana.page.keyboard.press("Control+Enter")
    expect(ana.page.locator(".seg").first).to_have_attribute("data-state", "approved")
    expect(field(luz.page, 0)).to_have_value("Ana's words.", timeout=20_000)


def nothing_typed_is_lost(ana: Person) -> None:
    """The page dies while somebody writes; what they wrote is there when it is opened again, and saved when they leave."""
    field(ana.page, 2).fill("Thirty nine degrees, and nobody to")
    expect(ana.page.locator(".seg").nth(2)).to_contain_text("Kept on this device and on the server.")
    field(ana.page, 2).press("End")
    ana.page.keyboard.type(" see")
    ana.page.goto("about:blank")
    ana.page.go_back()
    expect(field(ana.page, 2)).to_have_value(re.compile("^Thirty nine degrees, and nobody to"))
    kept = "() => Object.keys(localStorage).filter((key) => key.startsWith('tejido:review')).length"
    field(ana.page, 2).focus()
    field(ana.page, 2).press("Alt+ArrowDown")
    expect(ana.page.locator(".seg").nth(2)).to_have_attribute("data-state", "review")
    assert ana.page.evaluate(kept) == 0


def all_is_approved_by_keyboard(luz: Person) -> None:
    """To the first segment that is open, then Control and Enter until none is left."""
    luz.go(luz.page.url.replace(luz.node.url, ""))
    tab_into_the_first_segment(luz.page)
    count = luz.page.locator(".seg").count()
    for number in range(count):
        expect(field(luz.page, number)).to_be_focused()
        luz.page.keyboard.press("Control+Enter")
        expect(luz.page.locator(".seg").nth(number)).to_have_attribute("data-state", "approved")
        if number + 1 < count and not luz.page.evaluate(FOCUSED):
            field(luz.page, number + 1).focus()
    shot(luz.page, "review-done")


def sentences(folder: Path) -> Path:
    """A translation memory with every sentence of this chain in three languages."""
    pairs = [
        pair
        for en, es, ar in KNOWN
        for pair in ((("en", en), ("es", es)), (("en", en), ("ar", ar)), (("es", es), ("ar", ar)))
    ]
    units = [tmx.Unit(pair, pair[0][0], str(number)) for number, pair in enumerate(pairs)]
    path = folder / "chain.tmx"
    path.write_text("".join(tmx.write(units)))
    return path


def test_a_chain_is_read_in_english_spanish_and_arabic(nodes: Nodes, page_at: PageAt) -> None:
    world = federation.found(nodes)
    chicago, gaziantep = world.chicago, world.gaziantep
    memory = sentences(nodes.folder)
    for node in (chicago, gaziantep):
        node.call("memory", "import", memory)
    circle = chicago.call("circle", "open", "Night dock", "--languages", "en,es").stdout.strip()
    asked = ("chain", "open", "Who keeps the gate?", "--circle", circle, "--title", "The gate", "--lang", "en")
    chain = chicago.call(*asked).stdout.strip()
    told = ("--circle", circle, "--consent", YES)
    first = chicago.call("report", "add", "--chain", chain, "--lang", "en", "--text", ENGLISH, *told).stdout.strip()
    hop = chicago.call("pass", first).stdout.strip()
    second = chicago.call("answer", hop, "commentary", "--lang", "es", "--text", SPANISH, *told).stdout.strip()
    chicago.call("pass", second)
    for node in (chicago, gaziantep):
        node.call("exchange", "folder", world.stick)
    theirs = gaziantep.call("circle", "open", "Textile street", "--languages", "ar").stdout.strip()
    spoken = ("--lang", "ar", "--text", ARABIC, "--circle", theirs, "--consent", YES)
    gaziantep.call("pass", gaziantep.call("answer", hop, "parallel", *spoken).stdout.strip())
    for node in (gaziantep, chicago):
        node.call("exchange", "folder", world.stick)
    translates_and_passes_on(chicago, first, second)
    for node in (chicago, gaziantep):
        node.call("exchange", "folder", world.stick)
    hops = {one["lang"]: one["key"] for one in gaziantep.json("chain", "show", chain)["hops"]}
    gaziantep.call("translate", hops["es"], "ar")
    chicago.call(
        "translate", {one["lang"]: one["key"] for one in chicago.json("chain", "show", chain)["hops"]}["ar"], "en"
    )
    chicago.serve()
    ana = Person(page_at(width=1280), chicago, "ana")
    ana.sign_in()
    reviews_side_by_side(ana, first)
    reads_in_three_languages(ana, gaziantep, chain, page_at)


def reviews_side_by_side(ana: Person, report: str) -> None:
    """Original and translation, each in its own direction, on a wide screen and on a phone."""
    ana.go(f"/review/{report}/ar/")
    source, target = ana.page.locator(".source").first, field(ana.page, 0)
    expect(source).to_have_attribute("dir", "ltr")
    expect(target).to_have_attribute("dir", "rtl")
    beside, there = source.bounding_box(), target.bounding_box()
    assert beside
    assert there
    assert there["x"] > beside["x"] + beside["width"] - 1
    ana.page.locator("[data-help]").first.click()
    expect(ana.page.locator(".help")).to_contain_text("100 %")
    axe(ana.page)
    shot(ana.page, "review-bench")
    ana.page.set_viewport_size({"width": 320, "height": 640})
    no_sideways_scrolling(ana.page)
    shot(ana.page, "review-bench-phone")
    ana.page.set_viewport_size({"width": 1280, "height": 800})
    for path in ("/review/", "/review/measures/", f"/reports/{report}/"):
        ana.go(path)
        axe(ana.page)
        shot(ana.page, f"review-{path.strip('/').replace(report, 'report').replace('/', '-')}")


def translates_and_passes_on(chicago: NodeProc, first: str, second: str) -> None:
    """English into Arabic, checked by a person and passed on; the rest stays a machine's draft."""
    for report, lang in ((first, "es"), (first, "ar"), (second, "en")):
        chicago.call("translate", report, lang)
    rows = chicago.json("review", "show", first, "ar", "--json")
    chicago.call("review", "approve", first, "ar", *[row["id"] for row in rows])
    chicago.call("review", "share", first, "ar")


def reads_in_three_languages(ana: Person, gaziantep: NodeProc, chain: str, page_at: PageAt) -> None:
    """Each node in the language of its people; a machine's words say so, a person's approval too."""
    gaziantep.serve()
    baran = Person(page_at(width=320, lang="ar"), gaziantep, "baran")
    baran.sign_in()
    baran.go(f"/chains/{chain}/?in=ar")
    expect(baran.page.get_by_text("كانت البوابة مغلقة.")).to_be_visible()
    baran.go(f"/chains/{chain}/read/?in=ar")
    voices = baran.page.locator("article")
    expect(voices.nth(0)).to_contain_text("كانت البوابة مغلقة.")
    expect(voices.nth(0)).to_contain_text("مترجَم، وراجعه شخص.")
    expect(baran.page.get_by_text("انتظرنا هنا أيضا.")).to_be_visible()
    expect(baran.page.get_by_text("ترجمته آلة. لم يراجعه أحد.")).to_be_visible()
    expect(baran.page.get_by_text("وقفنا تحت المطر.")).to_be_visible()
    axe(baran.page)
    no_sideways_scrolling(baran.page)
    shot(baran.page, "review-chain-ar")
    for lang, there in (("es", ENGLISH_IN_SPANISH), ("en", ARABIC_IN_ENGLISH)):
        ana.go(f"/chains/{chain}/read/")
        ana.page.locator(f"a[hreflang={lang}]").click()
        for sentence in there:
            expect(ana.page.get_by_text(sentence).first).to_be_visible()
        axe(ana.page)
        shot(ana.page, f"review-chain-{lang}")
    expect(ana.page.get_by_text("Translated by a machine. Nobody has checked it.").first).to_be_visible()


ENGLISH_IN_SPANISH = ("El portón estaba cerrado.", "Esperamos bajo la lluvia.", "Aquí también esperamos.")
ARABIC_IN_ENGLISH = ("We stood in the rain.", "Nobody opened.", "We waited here too.", "The gate was closed.")
