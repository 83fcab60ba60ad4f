"""Two organisations meet by a QR code, exchange by stick and line, take something back, and live through a restored backup."""

import re
from pathlib import Path

import av
import pytest
import zxingcpp
from playwright.sync_api import Locator, expect

from tests.harness.browser import PageAt, axe, no_sideways_scrolling, shot
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation
from tests.story.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = 390
TITLE, QUESTION = "What the rent eats", "How much of your wage goes to the landlord?"
SAID = "The landlord came on the first with two men and a new paper."
PHRASE = "a long enough passphrase"


def photographed(code: Locator, folder: Path) -> str:
    """What a phone's camera reads on the screen."""
    code.screenshot(path=folder / "photograph.png")
    with av.open(str(folder / "photograph.png")) as picture:
        pixels = next(picture.decode(video=0)).to_ndarray(format="rgb24")
    (found,) = zxingcpp.read_barcodes(pixels)
    return str(found.text)


def test_two_organisations_meet_exchange_and_lose_nothing(nodes: Nodes, page_at: PageAt, tmp_path: Path) -> None:
    chicago, gaziantep, stick = two_nodes(nodes)
    ana, baran = (Person(page_at(width=PHONE), node, name) for node, name in ((chicago, "ana"), (gaziantep, "baran")))
    words = invited(ana, baran, tmp_path)
    request = asks_to_join(baran, words, tmp_path)
    admits(ana, request, baran)
    by_stick(ana, baran, stick)
    chain, report = tells(ana)
    partners(baran, chicago)
    hears(baran)

    backup = tmp_path / "gaziantep.backup"
    (tmp_path / "phrase").write_text(PHRASE)
    gaziantep.call("backup", backup, "--passphrase-file", tmp_path / "phrase")
    answers(baran, chain)
    restored(gaziantep, backup, tmp_path / "phrase")
    notices(baran, chain)

    chicago.call("withdraw", report)
    taken_back_everywhere(ana, baran, chain)
    agree(ana, baran)


def two_nodes(nodes: Nodes) -> tuple[NodeProc, NodeProc, Path]:
    """Two nodes that know nothing of each other, and a stick."""
    chicago, gaziantep = federation.a_node(nodes, "Chicago"), federation.a_node(nodes, "Gaziantep")
    stick = nodes.folder / "stick"
    stick.mkdir()
    for node in (chicago, gaziantep):
        federation.configure(node, exchange_lan=True, exchange_folders=[str(stick)], exchange_every_s=3600)
    chicago.call("network", "open", "Open ears")
    chicago.call("network", "profile", "Warehouse committee", "--place", "Chicago", "--languages", "en,es")
    for node in (chicago, gaziantep):
        node.serve()
        node.worker()
    return chicago, gaziantep, stick


def invited(ana: Person, baran: Person, folder: Path) -> str:
    """Ana shows a code, Baran's phone reads it, and the page gives the invitation as text."""
    ana.sign_in()
    ana.go("/network/")
    ana.page.get_by_role("link", name="Open ears").first.click()
    ana.page.get_by_role("link", name="Invite an organisation").click()
    ana.page.get_by_role("link", name="Invitation links").click()
    ana.page.get_by_role("button", name="Make a link").click()
    address = ana.page.get_by_role("textbox", name="Address", exact=True).input_value()
    no_sideways_scrolling(ana.page)
    shot(ana.page, "exchange-invitation-code")
    assert photographed(ana.page.locator("main svg").first, folder) == address
    baran.page.goto(address)
    expect(baran.page.locator("main")).to_contain_text("Warehouse committee")
    axe(baran.page)
    shot(baran.page, "exchange-invited")
    baran.page.get_by_role("button", name="Take it as text").click()
    return baran.page.get_by_role("textbox", name="The invitation").input_value()


def asks_to_join(baran: Person, words: str, folder: Path) -> Path:
    """Baran pastes the invitation on the own node, and takes the request away."""
    baran.sign_in()
    baran.go("/network/join/")
    baran.page.locator("[name=text]").fill(words)
    baran.send()
    expect(baran.page.locator("main")).to_contain_text("Not admitted yet")
    with baran.page.expect_download() as download:
        baran.page.get_by_role("link", name="Download the request").click()
    download.value.save_as(folder / "request")
    return folder / "request"


def admits(ana: Person, request: Path, baran: Person) -> None:
    """The words of both organisations are the same on both screens; so Baran's is let in."""
    words = baran.page.locator("main b bdi").first.inner_text()
    ana.go("/network/admit/")
    ana.page.locator("[name=paper]").set_input_files(request)
    ana.send()
    expect(ana.page.locator("p.lead bdi")).to_have_text(words)
    ana.page.locator("[name=compared]").check()
    ana.send()
    expect(ana.page.locator("main")).to_contain_text(words)


def exchange_now(person: Person, path: str) -> None:
    """Press the button, and wait until the worker has done it."""
    person.go(path)
    last = person.page.locator("main time").count()
    person.page.get_by_role("button", name="Exchange now").last.click()
    done = person.page.get_by_role("progressbar")
    person.until(lambda: not done.count() and person.page.locator("main time").count() >= max(last, 1))


def by_stick(ana: Person, baran: Person, stick: Path) -> None:
    """The stick goes to and fro until both know each other."""
    for person in (ana, baran):
        exchange_now(person, "/network/exchange/")
    baran.node.call("network", "profile", "Refugee union", "--place", "Gaziantep", "--languages", "ar,es")
    for person in (baran, ana):
        exchange_now(person, "/network/exchange/")
    assert list(stick.glob("*/checkpoints/*"))
    ana.go("/network/")
    ana.page.get_by_role("link", name="Open ears").first.click()
    expect(ana.page.locator("main")).to_contain_text("Refugee union")


def tells(ana: Person) -> tuple[str, str]:
    """Ana writes a report and passes it on: the chain's address, the report's key."""
    ana.open_circle("Tenants of Pilsen", "Chicago", ["en", "es"])
    ana.open_chain(TITLE, QUESTION, "en")
    chain = ana.page.url
    ana.page.get_by_role("link", name="Add a report").first.click()
    ana.write(SAID, "en", pseudonym="Dolores")
    report = ana.page.url.rstrip("/").rpartition("/")[2]
    ana.page.get_by_role("button", name="Pass it on").click()
    expect(ana.page.get_by_text("Passed on. It travels with the next exchange.")).to_be_visible()
    return chain.removeprefix(ana.node.url), report


def partners(baran: Person, chicago: NodeProc) -> None:
    """Baran enters the address that Ana told on the telephone; both sides prove who they are."""
    baran.go("/network/partners/add/")
    baran.page.locator("[name=org]").select_option(label="Warehouse committee")
    baran.page.locator("[name=address]").fill(chicago.url)
    baran.page.locator("[name=every_min]").select_option("0")
    baran.send()
    exchange_now(baran, "/network/partners/")
    no_sideways_scrolling(baran.page)
    axe(baran.page)
    shot(baran.page, "exchange-partner")
    expect(baran.page.locator("main")).to_contain_text("Last exchange")


def hears(baran: Person) -> None:
    """The report is there, as it was said."""
    baran.find_chain(TITLE)
    baran.page.locator(".voices a[href*='/voices/']").first.click()
    expect(baran.page.locator("main")).to_contain_text(SAID)


def answers(baran: Person, chain: str) -> None:
    """After the backup was made: a commentary that only the partner will remember."""
    baran.open_circle("Textile street", "Gaziantep", ["ar", "es", "en"])
    baran.go(chain)
    baran.page.locator(".voices a[href*='/voices/']").first.click()
    baran.page.locator("a[href*='role=commentary']").click()
    baran.write("It was the same here, in March.", "en")
    baran.page.locator("form[action$='/pass/'] .button.main").click()
    baran.page.wait_for_url(re.compile("/voices/"))
    exchange_now(baran, "/network/partners/")


def restored(node: NodeProc, backup: Path, phrase: Path) -> None:
    """The disk breaks; the backup takes its place, at the same address."""
    node.call("node", "close")
    broken = node.folder.with_name("broken")
    node.folder.rename(broken)
    node.call("restore", backup, "--to", node.folder, "--passphrase-file", phrase)
    federation.configure(node, exchange_lan=True, port=node.port)
    node.serve()
    node.worker()


def notices(baran: Person, chain: str) -> None:
    """The node says that it was restored, begins a new epoch, and gets its own words back from the partner."""
    baran.sign_in()
    baran.go("/operate/")
    expect(baran.page.locator("main")).to_contain_text("restored from a backup")
    shot(baran.page, "exchange-restored")
    exchange_now(baran, "/network/partners/")
    baran.go(chain)
    expect(baran.page.locator(".voices a[href*='/voices/']")).to_have_count(2)


def taken_back_everywhere(ana: Person, baran: Person, chain: str) -> None:
    """Withdrawn in Chicago: gone in Gaziantep with the next exchange, whose node says so with the one after."""
    exchange_now(baran, "/network/partners/")
    baran.go(chain)
    expect(baran.page.locator("main")).not_to_contain_text(SAID)

    def confirmed() -> bool:
        exchange_now(baran, "/network/partners/")
        ana.go("/erasures/")
        return "confirmed." in ana.page.locator("main").inner_text()

    baran.until(confirmed)
    expect(ana.page.locator("main")).to_contain_text("1 other node, and it confirmed.")
    shot(ana.page, "exchange-confirmed")


def agree(ana: Person, baran: Person) -> None:
    """Each node's page says that the other came to the same state."""
    exchange_now(baran, "/network/partners/")
    for person in (ana, baran):
        person.go("/network/")
        person.page.get_by_role("link", name="Open ears").first.click()
        person.page.get_by_role("link", name="Compare the state with another node").click()

        def same(person: Person = person) -> bool:
            return person.page.get_by_text("same state").count() == 2

        if not same():
            exchange_now(baran, "/network/partners/")
        person.until(same)
        no_sideways_scrolling(person.page)
        axe(person.page)
    shot(ana.page, "exchange-same-state")
