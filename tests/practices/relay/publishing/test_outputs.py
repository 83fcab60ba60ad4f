"""One story: a keeper publishes a finished chain in three languages; a stranger finds every output; a correction, and it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tejido.ground import work
from tejido.ground.people import OPERATOR
from tejido.practices.relay import access
from tejido.practices.relay import actions as relay
from tejido.practices.relay.actions import Words
from tejido.practices.relay.publishing import public as reading
from tests.engines.speech.sounds import tone, write
from tests.harness.browser import PageAt, Scheme, Troubles, no_sideways_scrolling, shot
from tests.practices.relay.builders import YES, Node, a_node
from tests.practices.relay.press.builders import captions, in_process
from tests.practices.relay.publishing import reader
from tests.practices.relay.publishing.builders import approve, translate
from tests.practices.relay.publishing.test_story import lent

pytestmark = pytest.mark.browser

TITLES = {"en": "Heat on the night shift", "es": "Calor en el turno de noche", "ar": "الحر في وردية الليل"}
SAID: tuple[tuple[str, float, Mapping[str, Sequence[str]]], ...] = (
    ("es", 2.0, {
        "es": ("Empezamos a las seis.", "Nadie pregunta, nadie escucha."),
        "en": ("We begin at six.", "Nobody asks & nobody <listens>."),
        "ar": ("نبدأ في السادسة.", "لا أحد يسأل ولا أحد يسمع."),
    }),
    ("en", 3.0, {
        "es": ("Aquí cierran las puertas.",),
        "en": ("Here they shut the doors.",),
        "ar": ("هنا يغلقون الأبواب.",),
    }),
    ("ar", 1.5, {
        "es": ("Trabajamos doce horas.",),
        "en": ("We work twelve hours.",),
        "ar": ("نعمل اثنتي عشرة ساعة.",),
    }),
)  # fmt: skip
"""Language, seconds, and the lines in every language, of each voice."""
SECONDS = sum(seconds for _lang, seconds, _texts in SAID)
LOOKS: tuple[tuple[int, str, Scheme], ...] = ((320, "ar", "dark"), (1280, "es", "light"), (320, "en", "light"))
PASSES = 4


def lines(lang: str) -> list[str]:
    """Everything that is said, in one language."""
    return [line for _lang, _seconds, texts in SAID for line in texts[lang]]


@dataclass(frozen=True)
class Finished:
    """A node with a finished chain, and its first report."""

    node: Node
    report: str


@pytest.fixture
def finished(site: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Finished:
    """A report and two answers, recorded, in three languages; every line of every translation was approved by a person."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    settings.NODE = replace(settings.NODE, public_address=site)
    in_process(monkeypatch)
    node = a_node()
    reports: list[str] = []
    hop = ""
    for number, (lang, seconds, texts) in enumerate(SAID):
        reports.append(spoken(node, hop, write(tmp_path / f"{number}.wav", tone(seconds, 300 + 90 * number)), lang))
        relay.bring_transcript(viewer=OPERATOR, report=reports[-1], content=captions(texts[lang], seconds))
        approve(reports[-1])
        for other in sorted(set(texts) - {lang}):
            translate(reports[-1], other, list(texts[other]))
        hop = relay.pass_on(viewer=OPERATOR, report=reports[-1])
    return Finished(node, reports[0])


def spoken(node: Node, hop: str, sound: Path, lang: str) -> str:
    """A recording: the first report of the chain, or an answer to a hop."""
    words = Words(lang, audio=sound, audio_type="audio/wav", pseudonym=f"Circle {lang}")
    if hop:
        return relay.answer(viewer=OPERATOR, hop=hop, role="parallel", circle=node.circle, words=words, said=YES)
    return relay.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=YES)


def test_from_a_finished_chain_to_all_outputs_and_back(
    site: str, finished: Finished, page_at: PageAt, troubles: Troubles, tmp_path: Path
) -> None:
    troubles.allow("status of 4(04|10)")
    keeper = lent(page_at(width=1280), site)
    slug = publishes(keeper, site, finished)
    stranger = page_at(width=360, js=False)
    reader.first_page(stranger, site, TITLES["en"])
    found = {lang: outputs(stranger, lang, tmp_path) for lang in TITLES}
    assert len({one.files["pdf"] for one in found.values()}) == 3
    disk = page_at(width=360, js=False)
    for lang, one in found.items():
        reader.offline(disk, one, lines(lang), tmp_path)
    reader.told_of(stranger, site, slug, list(TITLES))
    looks(site, slug, page_at)
    corrects(keeper, site, finished)
    corrected(page_at(width=360, js=False), site, slug, found, tmp_path)
    unpublishes(keeper, site, slug)
    gone(page_at(width=360, js=False), site, slug, found)


def publishes(page: Page, site: str, finished: Finished) -> str:
    """In the browser, from the chain's page to the publication's, until its files are made; its address."""
    page.goto(f"{site}/chains/{finished.node.chain}/")
    page.get_by_role("link", name="Publish", exact=True).click()
    for lang in TITLES:
        page.locator(f"input[name=lang][value={lang}]").check()
    page.get_by_label("One long episode, a chapter for each voice").check()
    page.get_by_role("button", name="Show what would leave").click()
    expect(page.get_by_text("3 voices with their sound")).to_be_visible()
    for lang, title in TITLES.items():
        page.locator(f"[name=title_{lang}]").fill(title)
    shot(page, "outputs-board")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("It is published.")).to_be_visible()
    made(page)
    shot(page, "outputs-published")
    (found,) = reading.editions(viewer=OPERATOR)
    return found.slug


def made(page: Page) -> None:
    """The worker's passes: voices, then the whole of them, then books."""
    for _ in range(PASSES):
        work.run_once()
    page.reload()
    expect(page.get_by_text("Podcasts it is in")).to_be_visible()
    expect(page.get_by_text("it goes on")).to_have_count(0)


def outputs(page: Page, lang: str, folder: Path) -> reader.Found:
    """Everything in one language, from the publication's page in any language."""
    reader.chain(page, lang, TITLES[lang])
    found = reader.read(page, lang)
    seconds = reader.sound(found)
    assert abs(seconds - SECONDS) < 0.2
    reader.podcast(page, found, seconds, lines(lang), len(SAID))
    reader.printed(found, lines(lang), folder)
    reader.electronic(found, lines(lang), folder)
    reader.voice(page, found, SAID[1][2][lang], 2)
    page.goto(found.urls["page"])
    return found


def looks(site: str, slug: str, page_at: PageAt) -> None:
    """The two largest pages as they look; axe goes over all of them elsewhere."""
    for width, lang, scheme in LOOKS:
        page = page_at(width=width, lang=lang, scheme=scheme)
        for name, path in {"chain": f"{slug}/{lang}/", "voice": f"{slug}/{lang}/1/"}.items():
            page.goto(f"{site}/p/{path}")
            no_sideways_scrolling(page)
            shot(page, f"outputs-{name}")


def corrects(page: Page, site: str, finished: Finished) -> None:
    """A word was misheard: the first line is put right, its translations are approved again, a new edition follows."""
    line = access.lines(access.report(finished.report).lines)[0]
    relay.correct_segment(
        viewer=OPERATOR, report=finished.report, segment=line.id, base=line.base, text="Empezamos a las siete."
    )
    approve(finished.report)
    for lang, text in (("en", "We begin at seven."), ("ar", "نبدأ في السابعة.")):
        translate(finished.report, lang, [text, SAID[0][2][lang][1]])
    work.run_once()
    page.goto(site)
    page.get_by_role("link", name="A published edition is behind").click()
    page.get_by_role("link", name="Publish a new edition").click()
    page.locator("[name=changes]").fill("An hour that was misheard.")
    page.get_by_label("Keep the earlier edition readable").uncheck()
    page.get_by_role("button", name="Publish the new edition").click()
    expect(page.get_by_text("An hour that was misheard.")).to_be_visible()
    made(page)


def corrected(page: Page, site: str, slug: str, before: Mapping[str, reader.Found], folder: Path) -> None:
    """Everywhere the new words, nowhere the old ones; an episode that listeners have is the same episode."""
    now = {"en": "We begin at seven.", "es": "Empezamos a las siete.", "ar": "نبدأ في السابعة."}
    reader.first_page(page, site, TITLES["en"])
    for lang, line in now.items():
        reader.chain(page, lang, TITLES[lang])
        found = reader.read(page, lang)
        old = SAID[0][2][lang][0]
        text = reader.printed(found, [line], folder)
        assert old.rstrip(".") not in text
        for kind in ("page", "feed"):
            assert old not in found.files[kind].decode(), kind
        assert line in found.files["page"].decode()
        assert guids(found.files["feed"]) == guids(before[lang].files["feed"])


def guids(feed: bytes) -> Sequence[str]:
    return [str(one.text) for one in etree.fromstring(feed).findall("channel/item/guid")]


def unpublishes(page: Page, site: str, slug: str) -> None:
    page.goto(f"{site}/publications/{slug}/")
    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("Take it down, and erase what only this publication shows").check()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It is taken back.")).to_be_visible()


def gone(page: Page, site: str, slug: str, before: Mapping[str, reader.Found]) -> None:
    """Every address that was found says that it was taken back; the podcast stays, empty."""
    for found in before.values():
        statuses = {kind: page.request.get(url).status for kind, url in found.urls.items()}
        assert statuses == {**dict.fromkeys(statuses, 410), "feed": 200}
        feed = reader.get(page, found.urls["feed"])
        assert guids(feed) == []
        assert SAID[0][2][found.lang][1] not in feed.decode()
    page.goto(f"{site}/p/{slug}/")
    expect(page.get_by_role("heading", name="Withdrawn")).to_be_visible()
