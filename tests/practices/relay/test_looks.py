"""The relay's pages in a real browser: phone and desk, English and Arabic, light and dark, with and without scripts."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions, segments, selectors
from tejido.practices.relay.actions import Words
from tejido.practices.relay.drafts import Transcription
from tejido.practices.relay.events import Segment
from tests.browser import lend
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, Troubles, axe, no_sideways_scrolling, shot
from tests.practices.relay.builders import YES, Node, a_node
from tests.practices.relay.test_recordings import CLIPS

pytestmark = pytest.mark.browser
LOOKS: list[tuple[int, str, Scheme]] = [
    (320, "en", "light"),
    (320, "ar", "dark"),
    (1280, "en", "dark"),
    (1280, "ar", "light"),
]


@pytest.fixture
def chained(site: str, settings: Settings, tmp_path: Path) -> tuple[Node, dict[str, str]]:
    """A node with a chain of six synthetic voices, the last of them not passed on yet; keys of reports by clip."""
    settings.NODE_DIR = tmp_path
    node = a_node()
    actions.invite_to_answer(
        viewer=OPERATOR, chain=node.chain, circle=node.circle, to_org=b"\x07" * 32, deadline="2999-12-31"
    )
    reports: dict[str, str] = {}
    hops: dict[str, str] = {}
    clips = json.loads((CLIPS / "clips.json").read_text())["clips"]
    for clip in clips:
        key = reports[clip["id"]] = _report(node, clip, hops)
        if clip is not clips[-1]:
            hops[clip["id"]] = actions.pass_on(viewer=OPERATOR, report=key)
    return node, reports


def _report(node: Node, clip: dict[str, Any], hops: dict[str, str]) -> str:
    words = Words(clip["lang"], audio=CLIPS / clip["file"], synthetic=True)
    if clip["answers"] is None:
        key = actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=YES)
    else:
        heard = hops[clip["answers"]]
        key = actions.answer(viewer=OPERATOR, hop=heard, role=clip["role"], circle=node.circle, words=words, said=YES)
    prefix = segments.new_prefix()
    found = [
        Segment(f"{prefix}-{i}", one["text"], one["start_ms"], one["end_ms"], "machine")
        for i, one in enumerate(clip["segments"])
    ]
    actions.record_transcript(viewer=OPERATOR, report=key, model="known", lang=clip["lang"], found=found)
    Transcription.objects.filter(report=key).delete()
    return key


def _pages(node: Node, reports: dict[str, str]) -> dict[str, str]:
    first, last = next(iter(reports.values())), list(reports.values())[-1]
    hop = selectors.chain(viewer=OPERATOR, key=node.chain).hops[0].key
    at = {
        "chains": (), "chain": (node.chain,), "read": (node.chain,), "open_chain": (), "add_report": (node.chain,),
        "invite": (node.chain,), "hop": (hop,), "answer": (hop,), "reports": (), "report": (last,),
        "consent": (first,), "withdraw": (first,), "circles": (), "open_circle": (), "circle": (node.circle,),
    }  # fmt: skip
    return {name: reverse(f"relay_{name}", args=keys) for name, keys in at.items()}


@pytest.mark.parametrize(("width", "lang", "scheme"), LOOKS)
def test_every_page(
    site: str, chained: tuple[Node, dict[str, str]], page_at: PageAt, width: int, lang: str, scheme: Scheme
) -> None:
    client = signed_in("layla", "facilitator")
    page = page_at(width=width, lang=lang, scheme=scheme)
    lend(client, page, site, language=lang)
    for name, path in _pages(*chained).items():
        page.goto(site + path)
        axe(page)
        no_sideways_scrolling(page)
        shot(page, f"relay-{name}")


def test_a_line_plays_while_it_is_corrected_and_is_saved_in_place(
    site: str, chained: tuple[Node, dict[str, str]], page_at: PageAt
) -> None:
    _, reports = chained
    key = list(reports.values())[-1]
    page = page_at(width=320)
    lend(signed_in("layla", "facilitator"), page, site)
    page.goto(site + reverse("relay_report", args=[key]))
    second = page.locator("[data-correct]").nth(1)
    second.locator("textarea").focus()
    start = float(second.get_attribute("data-from") or 0) / 1000
    page.wait_for_function("from => document.querySelector('audio').currentTime > from", arg=start)
    second.locator("textarea").fill("In a person's words.")
    second.get_by_role("button").click()
    page.locator("form.saved").wait_for()
    assert selectors.report(viewer=OPERATOR, key=key).lines[1].text == "In a person's words."
    second.locator("textarea").fill("Once more.")
    second.get_by_role("button").click()
    page.wait_for_function("() => document.querySelector('form.saved textarea')?.value === 'Once more.'")
    assert selectors.report(viewer=OPERATOR, key=key).lines[1].others == ()


def test_two_people_at_one_line_see_both_texts(
    site: str, chained: tuple[Node, dict[str, str]], page_at: PageAt, troubles: Troubles
) -> None:
    troubles.allow("status of 409")
    _, reports = chained
    key = list(reports.values())[-1]
    page = page_at(width=320)
    lend(signed_in("layla", "facilitator"), page, site)
    page.goto(site + reverse("relay_report", args=[key]))
    line = selectors.report(viewer=OPERATOR, key=key).lines[0]
    actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="Theirs.")
    first = page.locator("[data-correct]").first
    first.locator("textarea").fill("Mine.")
    first.get_by_role("button").click()
    page.get_by_text("Theirs.").wait_for()
    assert page.locator("textarea").input_value() == "Mine."
    axe(page)
    shot(page, "relay-stale")


def test_without_scripts_the_page_looks_again_by_itself(
    site: str, chained: tuple[Node, dict[str, str]], page_at: PageAt, client: Client
) -> None:
    node, _ = chained
    words = Words("en", audio=CLIPS / "chicago-report.webm", synthetic=True)
    key = actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words)
    page = page_at(width=320, js=False)
    lend(signed_in("layla", "facilitator"), page, site)
    page.goto(site + reverse("relay_report", args=[key]))
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    Transcription.objects.filter(report=key).update(segments=[{"text": "Heard so far."}], done_ms=9000)
    page.get_by_text("Heard so far.").wait_for(timeout=20_000)
    shot(page, "relay-transcribing")
