"""Every main page as people meet it: narrow and wide, English and Arabic, light and dark, within its budget.

The node is Gaziantep of the demo, with the reports of this test beside the demo's chain. All findings of a pass are
reported together.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.ground.memory.files import a_glossary, a_tmx
from tests.harness import run
from tests.harness.browser import PageAt, Scheme, Troubles, axe, looked_at, no_sideways_scrolling, picture
from tests.harness.nodes import NodeProc, environment, free_port
from tests.story.furnish import furnish

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LOGIN, PASSWORD = "amal", "woven-gaziantep"
LOOKS: tuple[tuple[int, Scheme], ...] = ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark"))
TWO_LOOKS = (LOOKS[0], LOOKS[3])
"""Of pages that are made of the same pieces as the others: each width and each light once."""
KB = 1024
BUDGET = {"document": 30 * KB, "stylesheet": 8 * KB, "script": 20 * KB}
SMALL = {"document": 10 * KB, "stylesheet": 4 * KB, "script": 6 * KB}
SLOW_LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
LOADED_WITHIN_MS = 5000
TABS = 40
LINES, LINE_PX = 2, 48
SLUG = 8
IN = "LANG"
"""Stands in addresses for the language in which a page is looked at."""
TIMES = "() => { const t = performance.getEntriesByType('navigation')[0]; return t.loadEventEnd - t.requestStart; }"
SEEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""
ABOUT = "نحن ورشة من غازي عنتاب.\n\nنسجّل ما نعيشه، ونسمع غيرنا."
WORDS = "خرجنا من الورشة معا.\nقالوا إن الأجر يكفي، وهو لا يكفي."
YES = "pass,translate,transcript,archive"


@dataclass(frozen=True)
class Site:
    """A node that is served, and its pages by name: an address, and whether one must sign in first."""

    node: NodeProc
    open: dict[str, str]
    mine: dict[str, str]
    journeys: dict[str, str]
    more: frozenset[str]

    @property
    def url(self) -> str:
        return self.node.url


def made(folder: Path) -> NodeProc:
    """The demo's nodes, and reports of Gaziantep's in each state that a page can show."""
    env = {name: value for name, value in environment("").items() if name != "TEJIDO_DATA"}
    port = free_port()
    making = [sys.executable, "-m", "tejido", "demo", "--no-serve", "--data", str(folder), "--port", str(port)]
    subprocess.run(making, env=env, cwd=run.ROOT, check=True, stdout=subprocess.DEVNULL)
    return NodeProc("gaziantep", folder / "gaziantep", env)


def ground(network: str) -> dict[str, str]:
    """Pages that stand under every room: people, networks, memory."""
    return {
        "people": "/people/",
        "people-invite": "/people/invite/",
        "me": "/me/",
        "security": "/me/security/",
        "passkeys": "/me/security/passkeys/",
        "again": "/me/again/",
        "sessions": "/people/sessions/",
        "tokens": "/me/tokens/",
        "tokens-all": "/people/tokens/",
        "held": "/me/data/",
        "networks": "/network/",
        "network": f"/network/{network}/",
        "network-state": f"/network/{network}/state/",
        "network-profile": f"/network/{network}/profile/",
        "network-join": "/network/join/",
        "network-invite": f"/network/{network}/invite/",
        "network-admit": "/network/admit/",
        "exchange": "/network/exchange/",
        "bundle-send": "/network/exchange/send/",
        "bundle-take": "/network/exchange/take/",
        "partner-add": "/network/partners/add/",
        "operate": "/operate/",
        "close": "/operate/close/",
        "erasures": "/erasures/",
        "devices": "/devices/",
        "memory": "/memory/",
        "memory-import": "/memory/import/",
        "glossary": "/memory/glossary/",
        "nowhere-mine": "/nowhere/",
    }


def charter(network: str, proposal: str) -> dict[str, str]:
    """Pages of a network's charter; one is proposed."""
    return {
        "charter": f"/network/{network}/charter/",
        "charter-propose": f"/network/{network}/charter/propose/",
        "charter-matter": f"/network/{network}/matters/{proposal}/",
        "charter-members": f"/network/{network}/members/",
        "charter-matters": f"/network/{network}/matters/",
        "charter-edition": f"/network/{network}/charter/1/",
        "charter-links": f"/network/{network}/invite/links/",
        "charter-leave": f"/network/{network}/leave/",
    }


def a_proposal(node: NodeProc) -> str:
    """The charter in force with other words and another rule, put to the members; its key."""
    node.call("exchange", "folder", node.folder.parent / "exchange")
    said = json.loads(node.call("charter", "show", "--json").stdout)
    said["rules"]["admit"] = "50%"
    said["chapters"]["members"]["ar"] += "\n\nنجتمع مرة في الشهر."
    path = node.folder.parent / "charter.json"
    path.write_text(json.dumps(said))
    return node.call("charter", "propose", path, "--note", "نكبر، فليقرر أكثر منا.").stdout.split()[1]


def an_invitation(node: NodeProc) -> str:
    """The path of a link that carries an invitation."""
    token = node.call("network", "link").stdout.rstrip("/\n").rpartition("/")[2]
    return f"/invitation/{token}/"


@dataclass(frozen=True)
class Keys:
    """What the furnished node holds, by row keys."""

    chain: str
    circle: str
    voice: str
    typed: str
    unasked: str
    growing: str
    passed: str


def relay(keys: Keys) -> dict[str, str]:
    """The relay room's pages."""
    return {
        "home": "/",
        "public-keep": "/operate/site/",
        "chains": "/chains/",
        "chains-none": "/chains/?q=zzz",
        "chain": f"/chains/{keys.chain}/",
        "read": f"/chains/{keys.chain}/read/",
        "chain-new": "/chains/new/",
        "invite-answer": f"/chains/{keys.chain}/invite/",
        "report-add": f"/chains/{keys.chain}/report/",
        "voice": f"/voices/{keys.voice}/",
        "answer": f"/voices/{keys.voice}/answer/?role=parallel",
        "reports": "/reports/",
        "report-to-pass": f"/reports/{keys.typed}/",
        "report-unasked": f"/reports/{keys.unasked}/",
        "report-transcribing": f"/reports/{keys.growing}/",
        "report-passed": f"/reports/{keys.passed}/",
        "consent": f"/reports/{keys.passed}/consent/",
        "withdraw": f"/reports/{keys.passed}/withdraw/",
        "redact": f"/reports/{keys.passed}/redact/",
        "voice-tiers": f"/reports/{keys.passed}/voice/",
        "drops": "/drops/",
        "drop-links": "/drops/links/",
        "drop-make": f"/chains/{keys.chain}/drop/",
        "circles": "/circles/",
        "circle": f"/circles/{keys.circle}/",
        "circle-new": "/circles/new/",
        "read-in": f"/chains/{keys.chain}/read/?in=en",
        "review": "/review/",
        "review-transcript": f"/review/{keys.typed}/original/",
        "review-translation": f"/review/{keys.typed}/en/",
        "measures": "/review/measures/",
        "published": "/publications/",
        "publish": f"/publications/new/?chain={keys.chain}",
    }


def public(node: NodeProc) -> dict[str, str]:
    """The public site: opened by a keeper, with the edition of Chicago that this node holds."""
    node.call("site", "about", "ar", "-", "--open", stdin=ABOUT)
    folder = node.folder.parent / "site"
    node.call("site", "export", folder, "--base", "https://gaziantep.example")
    slug = next(one.name for one in (folder / "p").iterdir() if len(one.name) == SLUG and (one / "es").is_dir())
    return {
        "public-index": "/p/",
        "public-about": "/p/about/",
        "public-held": "/p/held/",
        "public-take-part": "/p/take-part/",
        "public-choice": f"/p/{slug}/",
        "public-chain": f"/p/{slug}/{IN}/",
        "public-voice": f"/p/{slug}/{IN}/1/",
        "public-chain-es": f"/p/{slug}/es/",
        "public-nowhere": "/p/nowhere/",
    }


def exchange(node: NodeProc, report: str) -> dict[str, str]:
    """Gaziantep among the others: a suspension asked for, a partner, bundles, a lost device, an erasure, a publication."""
    demo, founder = node.folder.parent, NodeProc("chicago", node.folder.parent / "chicago", node.env)
    (demo / "bundle").mkdir()
    furnish(founder, "founder", demo / "exchange", demo / "bundle")
    return furnish(node, "member", demo / "exchange", demo / "bundle", demo / "sheets" / "gaziantep", report)


def furnished(node: NodeProc) -> Site:
    """Reports typed, passed, being transcribed; then the addresses of all pages."""
    (chain,) = node.json("chain", "list")
    circles = node.json("circle", "list")
    (mine,) = (one for one in circles if one["mine"])
    clip = run.ROOT / "src/tejido/demo/clips/gaziantep-commentary.ogg"
    common = ("--chain", chain["key"], "--circle", mine["key"], "--lang", "ar")
    typed = node.call("report", "add", *common, "--text", WORDS, "--consent", YES).stdout.strip()
    unasked = node.call("report", "add", *common, "--text", WORDS).stdout.strip()
    growing = node.call("report", "add", clip, *common, "--consent", YES, "--synthetic").stdout.strip()
    hops = node.json("chain", "show", chain["key"])["hops"]
    voice = next(one["key"] for one in hops if one["lang"] == "ar")
    erased, passed = (one["key"] for one in node.json("report", "list") if one["step"] == "passed")
    node.call("memory", "import", a_tmx(node.folder.parent), a_glossary(node.folder.parent))
    node.call("translate", typed, "en", status=None)
    (network,) = (line.split()[0] for line in node.call("network", "list").stdout.splitlines())
    proposal, invitation = a_proposal(node), an_invitation(node)
    drop = ("drop", "make", "--chain", chain["key"], "--circle", mine["key"], "--lang", "ar", "--note", "ملصق")
    token = node.call(*drop).stdout.rstrip("/\n").rpartition("/")[2]
    opened = {
        **public(node),
        "drop": f"/drop/{token}/",
        "receipt": "/receipt/",
        "door": "/",
        "sign-in": "/sign-in/",
        "offline": "/offline/",
        "phone": "/phone/",
        "invitation": invitation,
        "nowhere": "/nowhere/",
    }
    keys = Keys(chain["key"], mine["key"], voice, typed, unasked, growing, passed)
    more = exchange(node, erased)
    mine_too = {**relay(keys), **ground(network), **charter(network, proposal), **more}
    main = {name: mine_too[name] for name in ("chain", "report-add", "report-to-pass", "answer")}
    return Site(node, opened, mine_too, {"sign-in": "/sign-in/", "drop": opened["drop"], **main}, frozenset(more))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    node = made(tmp_path_factory.mktemp("screens") / "demo")
    found = furnished(node)
    node.serve()
    yield found
    node.stop()


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in/")
    page.locator("[name=login]").fill(LOGIN)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=login]) .button.main").click()
    page.wait_for_url(f"{site.url}/")


@pytest.fixture(scope="module")
def session(site: Site, browser: Browser) -> Any:
    """What the browser of somebody who signed in keeps."""
    context = browser.new_context(locale="en", service_workers="block")
    sign_in(context.new_page(), site)
    state = context.storage_state()
    context.close()
    return state


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_in_every_light(site: Site, page_at: PageAt, troubles: Troubles, lang: str) -> None:
    troubles.allow("status of 404")
    page = page_at(width=320, lang=lang)
    wrong: list[str] = []
    for part, pages in (("guest", site.open), ("mine", site.mine)):
        if part == "mine":
            sign_in(page, site)
        for name, path in pages.items():
            if part == "guest":
                page.context.clear_cookies()  # the Arabic drop link leaves its language with whoever opened it
            page.goto(site.url + path.replace(IN, lang))
            right = name == "drop" or (lang == "ar" and not name.endswith("-es"))
            if page.locator("html").get_attribute("dir") != ("rtl" if right else "ltr"):
                wrong.append(f"{name} {lang}: not in the direction of the language")
            for width, scheme in TWO_LOOKS if name in site.more else LOOKS:
                wrong += looked_at(page, name, width, lang, scheme)
    assert not wrong, "\n\n".join(wrong)


def test_every_page_with_colours_forced_by_the_system(site: Site, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("status of 404")
    page = page_at(width=320)
    sign_in(page, site)
    page.emulate_media(forced_colors="active")
    wrong: list[str] = []
    for name, path in site.mine.items():
        page.goto(site.url + path)
        try:
            axe(page)
        except AssertionError as error:
            wrong.append(f"{name}: {error}")
        picture(page, f"{name}-forced")
    assert not wrong, "\n\n".join(wrong)


def weighed(context: BrowserContext, address: str) -> dict[str, int]:
    """Bytes that came over the line for a first visit, by kind."""
    page = context.new_page()
    found = dict.fromkeys(BUDGET, 0)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(address, wait_until="load")
    for answer in answers:
        kind = answer.request.resource_type
        if kind in found:
            found[kind] += answer.request.sizes()["responseBodySize"]
    page.close()
    return found


def test_every_page_keeps_to_its_budget(site: Site, browser: Browser, session: Any) -> None:
    wrong = []
    for name, path in {**site.open, **site.mine}.items():
        state = session if name in site.mine else None
        context = browser.new_context(storage_state=state, service_workers="block")
        found = weighed(context, site.url + path.replace(IN, "en"))
        context.close()
        budget = SMALL if name in site.journeys else BUDGET
        print(f"{name:20} {found}")
        assert found["document"] > 0
        assert found["stylesheet"] > 0
        wrong += [f"{name}: {kind} {size} > {budget[kind]}" for kind, size in found.items() if size > budget[kind]]
    assert not wrong, "\n".join(wrong)


def loaded_ms(browser: Browser, address: str, session: Any) -> float:
    """From the request to the end of loading, over an emulated 2G line, with an empty cache."""
    context = browser.new_context(
        storage_state=session, service_workers="block", viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_LINE)
    page.goto(address, wait_until="load", timeout=60_000)
    page.wait_for_function("() => performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    taken: float = page.evaluate(TIMES)
    context.close()
    return taken


def test_the_main_journeys_load_over_a_2g_line(site: Site, browser: Browser, session: Any) -> None:
    slow = []
    for name, path in site.journeys.items():
        state = session if name in site.mine else None
        tries = [loaded_ms(browser, site.url + path, state)]
        while min(tries) > LOADED_WITHIN_MS and len(tries) < 3:  # the machine may be busy; the line is what counts
            tries.append(loaded_ms(browser, site.url + path, state))
        print(f"{name:20} {min(tries):.0f} ms")
        if min(tries) > LOADED_WITHIN_MS:
            slow.append(f"{name}: {min(tries):.0f} ms")
    assert not slow, slow


def test_the_keyboard_reaches_what_a_page_is_for(site: Site, page_at: PageAt) -> None:
    page = page_at(width=320)
    lost = []
    for name, path in site.journeys.items():
        if name == "chain":
            sign_in(page, site)
        page.goto(site.url + path)
        if not reached(page):
            lost.append(name)
    assert not lost, f"in {TABS} steps of the tab key no main button had the focus on: {', '.join(lost)}"


def reached(page: Page) -> bool:
    """Whether the tab key comes to a main button, seeing at each step where it is."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate("() => document.activeElement.className")
        assert page.evaluate(SEEN), f"{page.url}: the focus is out of sight on {focused!r}"
        if re.search(r"\bmain\b", focused):
            return True
    return False


def test_the_places_fill_two_lines_at_most_and_the_rest_opens_without_scripts(site: Site, page_at: PageAt) -> None:
    wrong = []
    for lang in ("en", "ar"):
        page = page_at(width=320, lang=lang, js=False)
        sign_in(page, site)
        for path in ("/", "/network/", "/operate/site/"):
            page.goto(site.url + path)
            box = page.locator(".bar nav").bounding_box()
            if not box or box["height"] > LINES * LINE_PX:
                wrong.append(f"{path} {lang}: {box}")
        inside = page.locator(".bar details a")
        assert not inside.first.is_visible()
        page.locator(".bar summary").focus()
        page.keyboard.press("Enter")
        assert inside.first.is_visible()
        no_sideways_scrolling(page)
        picture(page, f"menu-320-{lang}-light")
        inside.last.click()
        page.wait_for_url(f"{site.url}/operate/")
        page.set_viewport_size({"width": 1280, "height": 800})
        assert page.get_by_role("link", name="شبكات" if lang == "ar" else "Networks").first.is_visible()
    assert not wrong, wrong
