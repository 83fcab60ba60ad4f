"""A keeper publishes a finished chain: sees what would leave and what stays, publishes, corrects, takes back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tejido.ground.people import OPERATOR
from tejido.practices.relay import access
from tejido.practices.relay import actions as relay
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.publishing import actions
from tejido.practices.relay.publishing import public as reading
from tests.browser import lend
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, Troubles, axe, no_sideways_scrolling, shot
from tests.practices.relay.builders import a_node, a_report
from tests.practices.relay.publishing.builders import Chain, Lagos, approve, translate
from tests.practices.relay.publishing.test_actions import ALLOWS, correct_first, spoken

pytestmark = pytest.mark.browser
LOOKS: tuple[tuple[int, str, Scheme], ...] = (
    (320, "ar", "dark"),
    (1280, "en", "light"),
)


@pytest.fixture
def chain(site: str, settings: Settings, tmp_path: Path) -> Chain:
    """A voice with sound and an English translation, an answer that only circles may read, one of Lagos."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    node = a_node()
    report = spoken(node, tmp_path)
    hop = access.report(report).hop
    translate(report, "en", ["It is hot."])
    words = Words("es", text="Aquí también hace calor, y nadie abre las puertas.", pseudonym="Marisol")
    said = Answer(("pass",), "none", "spoken", "es")
    answer = relay.answer(viewer=OPERATOR, hop=hop, role="parallel", circle=node.circle, words=words, said=said)
    approve(answer)
    reply = relay.pass_on(viewer=OPERATOR, report=answer)
    Lagos(node).hop(hop, "Here it rains into the hall.", ALLOWS)
    return Chain(node, report, hop, answer, reply)


def lent(page: Page, site: str, language: str = "en") -> Page:
    lend(signed_in("amina", "keeper"), page, site, language=language)
    return page


def test_from_a_finished_chain_to_an_edition_and_back(
    site: str, chain: Chain, page_at: PageAt, troubles: Troubles
) -> None:
    troubles.allow("status of 4")
    page = lent(page_at(width=360), site)
    page.goto(f"{site}/chains/{chain.node.chain}/")
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.get_by_text("Its speaker has not allowed the words to be published.")).to_be_visible()
    expect(page.get_by_text("leaves, with the voice")).to_be_visible()
    page.locator("input[name=lang][value=en]").check()
    page.get_by_role("button", name="Show what would leave").click()
    page.locator("[name=title_en]").fill("Heat on the night shift")
    page.locator("[name=summary_en]").fill("Three voices about heat.")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("It is published.")).to_be_visible()
    (found,) = reading.editions(viewer=OPERATOR)
    assert [one.status for one in found.items] == ["shown", "shown"]
    assert found.voices[0].audio is not None
    stranger = page_at(width=360)
    stranger.goto(f"{site}/p/{found.slug}/en/")
    expect(stranger.get_by_role("heading", name="Heat on the night shift")).to_be_visible()
    expect(stranger.get_by_text("It is hot.")).to_be_visible()
    correct_first(chain, "Hace mucho calor.")
    actions.look_again()
    page.goto(site)
    page.get_by_role("link", name=re.compile("A published edition is behind")).click()
    page.get_by_role("link", name="Publish a new edition").click()
    page.locator("[name=changes]").fill("A word that was misheard.")
    page.get_by_role("button", name="Publish the new edition").click()
    expect(page.get_by_text("A word that was misheard.")).to_be_visible()
    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("Take it down, and erase what only this publication shows").check()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It is taken back.")).to_be_visible()
    newcomer = page_at(width=360)  # a browser that was there before may show its own copy for some minutes
    newcomer.goto(f"{site}/p/{found.slug}/en/")
    assert "It is hot." not in newcomer.content()


@pytest.mark.parametrize(("width", "lang", "scheme"), LOOKS)
def test_every_page(site: str, chain: Chain, page_at: PageAt, width: int, lang: str, scheme: Scheme) -> None:
    slug = actions.publish(
        viewer=OPERATOR, choice=actions.Choice(chains=(chain.node.chain,), langs=("es", "en"), titles={"en": "Heat"})
    )
    correct_first(chain, "Hace mucho calor.")
    actions.correct(viewer=OPERATOR, slug=slug, choice=actions.Choice(langs=("es",), changes=("A word.",)))
    a_report(chain.node)
    page = lent(page_at(width=width, lang=lang, scheme=scheme), site, lang)
    pages = {
        "list": "/publications/",
        "new": f"/publications/new/?chain={chain.node.chain}",
        "season": "/publications/new/",
        "one": f"/publications/{slug}/",
        "earlier": f"/publications/{slug}/?edition=1",
        "correct": f"/publications/{slug}/correct/",
        "unpublish": f"/publications/{slug}/unpublish/",
        "chain": f"/chains/{chain.node.chain}/",
    }
    for name, path in pages.items():
        page.goto(site + path)
        axe(page)
        no_sideways_scrolling(page)
        shot(page, f"publishing-{name}-{width}-{lang}-{scheme}")
