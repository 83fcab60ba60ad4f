"""Somebody without an account, with an old phone, in Arabic: gives by a link, keeps the receipt, comes back, takes it back."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.crawl import grep
from tests.harness import run
from tests.harness.browser import PageAt, Troubles, axe, no_sideways_scrolling, shot
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation
from tests.story.phones import phone

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLIP = run.ROOT / "src/tejido/demo/clips/gaziantep-commentary.ogg"
WORDS, NAME = "خرجنا من الورشة قبل الفجر.", "نجمة الصبح"
KB, MOST = 1024, 20 * 1024
SPENT = """
from tejido.site.cli import setup
setup.django()
from tejido.practices.relay.drops.domain import GUESSES
from tejido.practices.relay.drops.models import Guess
print(Guess.objects.filter(count=5).update(count=GUESSES))
"""


def linked(nodes: Nodes) -> tuple[NodeProc, str]:
    """A node that is served, and the address of a drop link to its chain."""
    node = federation.a_node(nodes, "Gaziantep")
    node.call("network", "open", "Open ears")
    circle = node.call("circle", "open", "خياطون", "--languages", "ar").stdout.strip()
    opening = ("chain", "open", "ما الذي لا يراه أحد في عملك؟", "--circle", circle, "--title", "عمل", "--lang", "ar")
    chain = node.call(*opening).stdout.strip()
    made = node.call("drop", "make", "--chain", chain, "--circle", circle, "--lang", "ar", "--note", "poster").stdout
    node.serve()
    return node, node.url + "/drop/" + made.rstrip("/\n").rpartition("/")[2] + "/"


def looked_at(page: Page, name: str) -> None:
    """In Arabic, no wider than the screen, nothing that keeps somebody out."""
    assert page.locator("html").get_attribute("dir") == "rtl"
    no_sideways_scrolling(page)
    axe(page)
    shot(page, name)


def receipt_on(page: Page) -> str:
    return " ".join(page.locator(".receipt span").all_inner_texts())


def weighed(page: Page, address: str) -> int:
    """Bytes over the line for a first visit."""
    found: list[int] = []
    page.on("requestfinished", lambda request: found.append(request.sizes()["responseBodySize"]))
    page.goto(address, wait_until="load")
    return sum(found)


def give(page: Page, sound: Path) -> None:
    """Upload, write, allow; ends at the receipt."""
    looked_at(page, "drop-give")
    page.locator("[name=recording]").set_input_files(sound)
    page.locator("[name=text]").fill(WORDS)
    page.locator("[name=pseudonym]").fill(NAME)
    page.locator("[name=purposes][value=pass]").check()
    page.locator("main form .button.main").click()
    page.wait_for_url(re.compile("/receipt/new/"))
    looked_at(page, "drop-receipt")


def keep(page: Page) -> str:
    """Write the receipt down, mistype it, type it in Arabic numerals, let the browser forget; the receipt."""
    receipt = receipt_on(page)
    assert re.fullmatch(r"\d{4}( \d{4}){3}", receipt)
    page.reload()
    assert receipt_on(page) == receipt
    page.locator("main .button.main").click()
    expect(page.get_by_text(receipt)).to_have_count(0)
    page.locator("[name=receipt]").fill("1111 2222 3333 4444")
    page.locator("main form .button.main").click()
    expect(page.locator(".error")).to_be_visible()
    looked_at(page, "drop-type-back")
    page.locator("[name=receipt]").fill(receipt.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    page.locator("main form .button.main").click()
    expect(page.locator("main a[href='/receipt/']")).to_be_visible()
    looked_at(page, "drop-kept")
    page.locator("main form .button").click()
    page.wait_for_url(re.compile("/receipt/forget/"))
    assert not page.context.cookies()
    return receipt


def come_back(later: Page, node: NodeProc, receipt: str) -> None:
    """With the receipt alone: hear, read, allow more, have it erased."""
    later.goto(f"{node.url}/receipt/")
    looked_at(later, "receipt-enter")
    later.locator("[name=receipt]").fill(receipt)
    later.locator("main form .button.main").click()
    later.wait_for_url(re.compile("/receipt/mine/"))
    looked_at(later, "receipt-mine")
    expect(later.get_by_text(WORDS)).to_be_visible()
    later.wait_for_function("() => document.querySelector('audio').readyState >= 1")
    assert later.evaluate("() => document.querySelector('audio').duration") > 1
    later.locator("a[href='/receipt/consent/']").click()
    expect(later.locator("[name=purposes][value=pass]")).to_be_checked()
    later.locator("[name=purposes][value=archive]").check()
    looked_at(later, "receipt-consent")
    later.locator("main form .button.main").click()
    later.wait_for_url(re.compile("/receipt/mine/"))
    later.locator("a[href='/receipt/withdraw/']").click()
    later.locator("[name=how][value=erase]").check()
    later.locator("[name=sure]").check()
    looked_at(later, "receipt-withdraw")
    later.locator("main form .button.main").click()
    expect(later.locator("form[action='/receipt/forget/']")).to_be_visible()
    looked_at(later, "receipt-gone")


def test_a_drop_link_from_the_poster_to_the_erasure(
    nodes: Nodes, page_at: PageAt, troubles: Troubles, tmp_path: Path
) -> None:
    troubles.allow("status of (422|429)")
    node, address = linked(nodes)
    page = page_at(width=320, lang="en")  # the phone's own language counts for less than the link's
    bytes_loaded = weighed(page, address)
    print(f"first visit: {bytes_loaded} bytes")
    assert bytes_loaded <= MOST
    sound = tmp_path / "voice.ogg"
    shutil.copy(CLIP, sound)
    give(page, sound)
    receipt = keep(page)
    (given,) = node.json("drop", "given")
    assert given["excerpt"] == WORDS
    assert given["kept"]
    hop = node.call("pass", given["report"]).stdout.strip()
    come_back(page_at(width=320, lang="ar"), node, receipt)
    (gone,) = node.json("chain", "show", node.json("chain", "list")[0]["key"])["hops"]
    assert (gone["key"], gone["status"]) == (hop, "withdrawn")
    node.stop()
    nothing_left(node, receipt, sound.read_bytes())


def nothing_left(node: NodeProc, receipt: str, sound: bytes) -> None:
    """Neither words, name, sound nor digits lie in any file of the node, whatever form they might have been kept in."""
    digits = receipt.replace(" ", "")
    needles = [one for text in (WORDS, NAME, receipt, digits) for one in grep.of_text(text, text)]
    needles += list(grep.of_bytes("sound", sound[len(sound) // 2 :][:48]))
    assert grep.in_folder(node.folder, needles) == []


def test_recording_in_the_page_ends_at_the_receipt_and_leaves_nothing_on_the_phone(
    nodes: Nodes, browser: Browser, troubles: Troubles, tmp_path: Path
) -> None:
    node, address = linked(nodes)
    with phone(browser, tmp_path / "profile", None, troubles, width=320, lang="ar") as one:
        page = one.page
        page.goto(address)
        page.locator("form[data-recorder] .row button").first.click()
        expect(page.locator(".recorder")).to_have_attribute("data-state", "recording")
        page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:02'")
        page.locator(".recorder [data-do=record]").click()
        expect(page.locator(".recorder")).to_have_attribute("data-state", "idle")
        no_sideways_scrolling(page)
        axe(page)
        shot(page, "drop-recorded")
        page.locator("[name=text]").fill(WORDS)
        page.locator("main form .button.main").last.click()
        page.wait_for_url(re.compile("/receipt/new/"))
        receipt = receipt_on(page)
        page.locator("main .button.main").click()
        page.locator("[name=receipt]").fill(receipt)
        page.locator("main form .button.main").click()
        expect(page.locator("main a[href='/receipt/']")).to_be_visible()
        page.locator("main form .button").click()
        page.wait_for_url(re.compile("/receipt/forget/"))
        assert not page.context.cookies()
        assert one.stored() == []
    (given,) = node.json("drop", "given")
    assert given["duration"] >= 2000


def test_wrong_receipts_end_in_a_page_that_says_wait(nodes: Nodes, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("status of (422|429)")
    node, _ = linked(nodes)
    page = page_at(width=320, lang="ar")
    for at in range(5):
        page.goto(f"{node.url}/receipt/")
        page.locator("[name=receipt]").fill(f"9876{at:012}")
        page.locator("main form .button.main").click()
        page.wait_for_load_state()
        expect(page.locator(".error")).to_be_visible()
    env = {**node.env, "TEJIDO_NODE": str(node.folder)}  # two hundred by hand would take a minute of hashing
    counted = subprocess.run([sys.executable, "-c", SPENT], env=env, capture_output=True, text=True, check=True)
    assert counted.stdout == "1\n"
    page.locator("[name=receipt]").fill("9876 0000 9999 9999")
    page.locator("main form .button.main").click()
    expect(page.get_by_text("429")).to_be_visible()
    looked_at(page, "receipt-too-many")


def test_giving_works_without_scripts(nodes: Nodes, page_at: PageAt, tmp_path: Path) -> None:
    _, address = linked(nodes)
    page = page_at(width=320, lang="ar", js=False)
    page.goto(address)
    page.locator("[name=recording]").set_input_files(CLIP)
    page.locator("[name=text]").fill(WORDS)
    page.locator("main form .button.main").click()
    page.wait_for_url(re.compile("/receipt/new/"))
    assert re.fullmatch(r"\d{4}( \d{4}){3}", receipt_on(page))
    shot(page, "drop-receipt")
