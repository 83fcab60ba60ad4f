"""The workbench as a browser without JavaScript sees it, and what its script is sent."""

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse

from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions as relay
from tejido.practices.relay.review import actions, selectors, tasks
from tejido.practices.relay.review.actions import Seen
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node, a_report

PART = {"X-Part": "segment"}


@pytest.fixture
def browser(report: str) -> Client:
    """A translator's browser, on a node with a drafted translation."""
    actions.start(viewer=OPERATOR, key=report, lang="en")
    tasks.translate.call(f"{report}:en")
    return signed_in("baran", "translator")


def at(name: str, *keys: str) -> str:
    return reverse(f"review_{name}", args=keys)


def forms(page: str) -> list[Tag]:
    return list(BeautifulSoup(page, "html.parser").select("[data-segment-form]"))


def fields(form: Tag, **changed: str) -> dict[str, str]:
    """What a browser would send of a segment's form."""
    sent = {str(one["name"]): str(one["value"]) for one in form.select("input[name]")}
    area = form.select_one("textarea")
    assert area
    return {**sent, "text": area.text.removeprefix("\n"), **changed}


def place(form: Tag) -> str:
    return str(form["action"])


def exported(response: Any) -> Any:
    return json.loads(b"".join(response.streaming_content))


def text_of(report: str, number: int = 0, into: str = "en") -> str:
    return selectors.bench(viewer=OPERATOR, key=report, into=into).rows[number].text


def test_the_page_shows_original_and_translation_each_in_its_direction(browser: Client, report: str) -> None:
    actions.write_by_hand(viewer=OPERATOR, key=report, lang="ar")
    page = BeautifulSoup(browser.get(at("bench", report, "ar")).text, "html.parser")
    source, target = page.select_one(".source"), page.select_one(".seg textarea")
    assert source
    assert target
    assert (source["lang"], source["dir"], source.text) == ("es", "ltr", "Hace calor.")
    assert (target["lang"], target["dir"]) == ("ar", "rtl")
    assert target["aria-describedby"]


def test_a_segment_is_saved_and_approved_with_plain_forms(browser: Client, report: str) -> None:
    first, second = forms(browser.get(at("bench", report, "en")).text)
    saved = browser.post(place(first), fields(first, text="It is so hot.", do="save"))
    assert saved.status_code == 302
    assert saved.headers["Location"].endswith("?page=1#" + "s-" + place(first).rstrip("/").rpartition("/")[2])
    assert text_of(report) == "It is so hot."
    first, second = forms(browser.get(at("bench", report, "en")).text)
    sent = browser.post(place(first), fields(first, do="approve"))
    after = browser.get(sent.headers["Location"])
    assert place(second).rstrip("/").rpartition("/")[2] in after.headers["Location"]
    browser.post(place(second), fields(second, do="approve"))
    assert selectors.bench(viewer=OPERATOR, key=report, into="en").state == "approved"
    assert "100 %" in browser.get(at("bench", report, "en")).text


def test_an_approval_of_changed_words_shows_both_texts(browser: Client, report: str) -> None:
    first, _ = forms(browser.get(at("bench", report, "en")).text)
    row = selectors.bench(viewer=OPERATOR, key=report, into="en").rows[0]
    seen = Seen(row.base, row.source_base)
    actions.correct(viewer=OPERATOR, key=report, into="en", segment=row.id, seen=seen, text="Others' words.")
    for headers in ({}, PART):
        refused = browser.post(place(first), fields(first, text="My words.", do="approve"), headers=headers)
        assert refused.status_code == 409
        assert "Others&#x27; words." in refused.text
        assert "My words." in refused.text
        assert text_of(report) == "Others' words."
    (again,) = forms(refused.text)
    browser.post(place(again), fields(again, do="approve"))
    assert text_of(report) == "My words."


def test_the_script_gets_the_segment_alone(browser: Client, report: str) -> None:
    first, _ = forms(browser.get(at("bench", report, "en")).text)
    part = browser.post(place(first), fields(first, text="Hot.", do="save"), headers=PART)
    assert part.text.strip().startswith("<li")
    assert "Saved." in part.text
    assert browser.get(place(first), headers=PART).text.count("<li id") == 1


def test_what_is_typed_comes_back_after_a_crash(browser: Client, report: str) -> None:
    first, _ = forms(browser.get(at("bench", report, "en")).text)
    typed = browser.post(f"{place(first)}typing/", {"text": "Half a sen", "base": fields(first)["base"]})
    assert typed.status_code == 204
    again = browser.get(at("bench", report, "en")).text
    assert fields(forms(again)[0])["text"] == "Half a sen"
    assert "You wrote this and did not save it." in again
    browser.post(place(first), fields(first, do="leave"))
    assert fields(forms(browser.get(at("bench", report, "en")).text)[0])["text"] == "It is hot."


def test_two_people_see_each_other(browser: Client, report: str) -> None:
    rosa = signed_in("rosa", "member")
    first, _ = forms(rosa.get(at("bench", report, "en")).text)
    segment = place(first).rstrip("/").rpartition("/")[2]
    rosa.post(f"{place(first)}typing/")
    state = browser.get(at("state", report, "en")).json()
    assert state["who"] == {segment: ["rosa"]}
    assert browser.get(at("state", report, "en") + f"?v={state['version']}").status_code == 204
    assert "rosa" in browser.get(at("bench", report, "en")).text
    rosa.post(place(first), fields(first, text="Rosa's words.", do="save"))
    after = browser.get(at("state", report, "en") + f"?v={state['version']}").json()
    assert after["lines"][0][2] == "review"


def test_members_do_not_see_the_button_to_approve(browser: Client, report: str) -> None:
    rosa = signed_in("rosa", "member")
    page = rosa.get(at("bench", report, "en")).text
    assert 'value="approve"' not in page
    assert 'value="save"' in page
    first = forms(page)[0]
    assert rosa.post(place(first), fields(first, do="approve")).status_code == 403


def test_help_shows_the_memory_and_every_version(browser: Client, report: str) -> None:
    first, _ = forms(browser.get(at("bench", report, "en")).text)
    browser.post(place(first), fields(first, text="So hot.", do="save"))
    page = browser.get(place(first)).text
    assert "100 %" in page
    assert "memory" in page
    taken = BeautifulSoup(page, "html.parser").select_one(".matches form [name=text]")
    assert taken
    assert taken["value"] == "It is hot."
    versions = BeautifulSoup(page, "html.parser").select(".versions form")
    sent = {str(one["name"]): str(one["value"]) for one in versions[0].select("input[name]")}
    browser.post(str(versions[0]["action"]), sent)
    assert text_of(report) == "It is hot."
    assert "<html" not in browser.get(place(first), headers={"X-Part": "help"}).text


def test_filters_and_the_next_that_is_not_approved(browser: Client, report: str) -> None:
    first, second = forms(browser.get(at("bench", report, "en")).text)
    browser.post(place(first), fields(first, do="approve"))
    assert len(forms(browser.get(at("bench", report, "en") + "?show=open").text)) == 1
    assert forms(browser.get(at("bench", report, "en") + "?show=suspect").text) == []
    there = browser.get(at("next", report, "en")).headers["Location"]
    assert there.endswith(place(second).rstrip("/").rpartition("/")[2])


def test_the_list_of_what_is_to_be_reviewed(browser: Client, report: str) -> None:
    page = browser.get(reverse("review")).text
    assert page.count("<li><h2>") == 2
    assert browser.get(reverse("review") + "?kind=translation&lang=en").text.count("<li><h2>") == 1
    assert browser.get(reverse("review") + "?lang=fr").text.count("<li><h2>") == 0
    found = exported(browser.get(reverse("review") + "?q=calor&export=json"))
    assert [(one["kind"], one["segments"], one["approved"]) for one in found] == [("transcript", 2, 0)]


def test_the_reports_page_offers_its_languages(browser: Client, report: str, node: Node) -> None:
    relay.open_circle(viewer=OPERATOR, name="Día", place="", langs=["ar", "en"])
    page = browser.get(reverse("relay_report", args=[report])).text
    assert at("bench", report, "en") in page
    assert at("bench", report, "original") in page
    started = browser.post(at("start", report), {"lang": "ar", "how": "hand"})
    assert started.headers["Location"] == at("bench", report, "ar")
    silent = a_report(node, said=None)
    assert "has not agreed" in browser.get(reverse("relay_report", args=[silent])).text
    assert browser.post(at("start", silent), {"lang": "ar"}).status_code == 403


def test_a_facilitator_passes_a_translation_on(browser: Client, report: str) -> None:
    amina = signed_in("amina", "facilitator")
    amina.post(reverse("relay_pass", args=[report]))
    assert "Give it to the other circles" in amina.get(at("bench", report, "en")).text
    amina.post(at("share", report, "en"))
    assert "passed on" in amina.get(reverse("relay_report", args=[report])).text
    assert browser.post(at("share", report, "en")).status_code == 403
    browser.post(at("discard", report, "en"))
    assert browser.get(at("bench", report, "en")).status_code == 404


def test_a_chain_is_read_in_a_language_and_says_what_a_machine_wrote(browser: Client, report: str, node: Node) -> None:
    hop = relay.pass_on(viewer=OPERATOR, report=report)
    read = reverse("relay_read", args=[node.chain])
    assert "?in=en" in browser.get(read).text
    page = browser.get(f"{read}?in=en").text
    assert "It is hot." in page
    assert "Hace calor." not in page
    assert "Translated by a machine. Nobody has checked it." in page
    first, second = forms(browser.get(at("bench", report, "en")).text)
    browser.post(place(first), fields(first, do="approve"))
    half = browser.get(f"{reverse('relay_hop', args=[hop])}?in=en").text
    assert "machine draft" in half
    browser.post(place(second), fields(second, do="approve"))
    done = browser.get(f"{reverse('relay_hop', args=[hop])}?in=en").text
    assert "Translated, and checked by a person." in done
    assert "machine draft" not in re.sub(r'id="languages".*', "", done, flags=re.DOTALL)
    other = browser.get(f"{read}?in=fr").text
    assert "Not translated" in other
    assert "Hace calor." in other


def test_measures_and_their_export(browser: Client, report: str) -> None:
    assert "Spanish" in browser.get(reverse("review_measures")).text
    rows = exported(browser.get(reverse("review_measures") + "?export=json"))
    assert [(one["source_lang"], one["lang"]) for one in rows] == [("es", ""), ("es", "en")]


def test_bad_forms_are_refused(browser: Client, report: str) -> None:
    first, _ = forms(browser.get(at("bench", report, "en")).text)
    assert browser.post(place(first), {"text": "x"}).status_code == 422
    assert browser.post(f"{place(first)}typing/", {"base": "?"}).status_code == 422
    assert browser.post(at("start", report), {"lang": "xx-nowhere"}).status_code == 422
    assert browser.get(at("bench", report, "de")).status_code == 404
