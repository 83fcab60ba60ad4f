"""The recorder in Chromium: its states, its warnings and limits, its looks; and doing without it."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tejido.ground.people import OPERATOR
from tejido.practices.relay import selectors
from tejido.practices.relay.models import Report
from tests.browser import lend
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, Troubles
from tests.practices.relay.builders import Node
from tests.practices.relay.recorders import Open, at, in_state, look, press, recorded
from tests.practices.relay.test_recordings import CLIP

__all__ = ["at"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
HANDLE = """const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => window.stream = await ask(wanted);"""
APPLE = """Object.defineProperty(Navigator.prototype, "vendor", { get: () => "Apple Computer, Inc." });"""
AWAKE = """navigator.wakeLock.request = async (kind) => {
  window.held = kind;
  return { release: async () => { window.held = null; } };
};"""
BROKEN = """window.MediaRecorder = class {
  static isTypeSupported() { return true; }
  constructor() { throw new Error("busy"); }
};
const query = navigator.locks.query.bind(navigator.locks);
navigator.locks.query = async () => { await new Promise((done) => setTimeout(done, 300)); return query(); };"""
DENY = """navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };"""
SHORT = """([longest, last]) => Object.assign(
  document.querySelector("template[data-recorder-panel]").content.firstElementChild.dataset, { longest, last });"""
UNITS = """async () => {
  const of = async (name) => import([...performance.getEntriesByType("resource")].map(({ name }) => name)
    .find((url) => url.includes(`/${name}.`)));
  const { typeFor } = await of("sound"), { length } = await of("words"), { read, write } = await of("fields");
  const form = document.createElement("form");
  for (const [type, name, value] of [["text", "t", "a"], ["checkbox", "c", "1"], ["checkbox", "c", "2"], ["radio", "r", "x"],
    ["hidden", "csrfmiddlewaretoken", "secret"], ["hidden", "command", "old"]]) {
    form.append(Object.assign(document.createElement("input"), { type, name, value }));
  }
  write(form, [["t", "b"], ["c", "2"], ["r", "x"], ["command", "new"]]);
  return {
    fields: read(form), command: form.elements.command.value,
    lengths: [0, 999, 61_000, 600_400].map(length),
    types: {
      chrome: typeFor((type) => /webm/.test(type), "Google Inc."),
      safari: typeFor(() => true, "Apple Computer, Inc."),
      old: typeFor((type) => type === "audio/mp4", ""),
      none: typeFor(() => false, ""),
    },
  };
}"""


def test_states_have_words_and_buttons_say_what_they_do(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        press(page, "Record here")
        in_state(page, "recording")
        stop, pause = (page.locator(f"[data-do={name}]") for name in ("record", "pause"))
        expect(stop).to_be_focused()
        expect(stop).to_have_text("Stop")
        expect(stop).to_have_attribute("aria-pressed", "true")
        expect(page.locator("[data-doing]")).to_have_text("● Recording")
        expect(page.get_by_role("meter")).to_be_visible()
        page.wait_for_function("() => document.querySelector('meter').value > .3")
        look(page, "recorder-recording")
        pause.press("Enter")
        in_state(page, "paused")
        expect(pause).to_have_text("Go on")
        expect(pause).to_have_attribute("aria-pressed", "true")
        look(page, "recorder-paused")
        paused_at = page.locator("[data-clock]").inner_text()
        page.wait_for_timeout(2500)
        assert page.locator("[data-clock]").inner_text() == paused_at
        pause.press("Enter")
        in_state(page, "recording")
        page.wait_for_timeout(1500)
        stop.press("Enter")
        in_state(page, "idle")
        expect(page.get_by_role("status")).to_contain_text("Stopped. Listen to it")
        (stored,) = one.stored()
        (part,) = stored["parts"]
        press(page, "Listen")
        audio = page.locator(".recorder audio")
        page.wait_for_function("a => a.duration > 0 && a.duration < 1e6", arg=audio.element_handle())
        assert audio.evaluate("a => a.duration") * 1000 == pytest.approx(part["ms"], abs=700)
        look(page, "recorder-stopped")


def test_silence_a_taken_microphone_and_its_end_are_said(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened(2, HANDLE) as one:
        page: Page = one.page
        press(page, "Record here")
        alert = page.locator(".recorder [role=alert]")
        expect(alert).to_contain_text("Nothing has been heard for five seconds", timeout=20_000)
        look(page, "recorder-silence")
        page.evaluate("stream.getAudioTracks()[0].dispatchEvent(new Event('mute'))")
        expect(alert).to_contain_text("The microphone was taken away")
        page.evaluate("stream.getAudioTracks()[0].dispatchEvent(new Event('unmute'))")
        expect(alert).not_to_contain_text("taken away")
        page.evaluate("stream.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
        in_state(page, "idle")
        expect(alert).to_contain_text("The microphone was switched off")
        assert one.stored()[0]["parts"][0]["ms"] > 5000


def test_the_last_minute_is_announced_and_the_longest_time_ends_it(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        panel = page.locator("template[data-recorder-panel]").evaluate(
            "t => ({ ...t.content.firstElementChild.dataset })"
        )
        assert (panel["longest"], panel["last"]) == ("600", "60")
        page.evaluate(SHORT, [6, 3])
        press(page, "Record here")
        status = page.locator(".recorder [role=status]")
        expect(status).to_contain_text("One minute is left.", timeout=20_000)
        in_state(page, "recording")
        expect(status).to_contain_text("The longest time is reached", timeout=20_000)
        in_state(page, "idle")
        expect(page.locator("[data-clock]")).to_have_text("0:06")
        expect(page.get_by_role("button", name="Go on recording")).to_be_hidden()


def test_recording_again_keeps_the_earlier_one_until_the_new_one_is_sent(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page, 4)
        press(page, "Record again")
        page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:03'")
        page.go_back()
        page.go_forward()
        expect(page.locator(".take")).to_have_count(2)
        first, second = (page.locator(".take").nth(number) for number in range(2))
        expect(second.locator("[data-used]")).to_be_visible()
        first.get_by_role("button", name="Use this one").click()
        expect(page.locator(".take").first.locator("[data-used]")).to_be_visible()
        look(page, "recorder-takes")
        page.locator("[name=asked]").check()
        press(page, "Keep it")
        page.wait_for_url("**/reports/*/")
        assert one.stored() == []
        report = Report.objects.get()
        assert report.duration == pytest.approx(4000, abs=1500)
        assert selectors.report(viewer=OPERATOR, key=report.key).consent.terms


def test_what_the_form_lacks_is_said_at_the_field_before_anything_is_sent(
    at: tuple[Node, Open], troubles: Troubles
) -> None:
    troubles.allow("status of 422")
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        page.locator("[name=purposes][value=pass]").check()
        press(page, "Keep it")
        expect(page.locator(".has-error .error")).to_have_text("Ask the person first. A yes that nobody gave is none.")
        expect(page.locator("[name=asked]")).to_be_focused()
        look(page, "recorder-refused")
        page.reload()
        expect(page.locator(".has-error .error")).to_be_visible()
        expect(page.locator("[name=purposes][value=pass]")).to_be_checked()
        page.locator("[name=asked]").check()
        press(page, "Keep it")
        page.wait_for_url("**/reports/*/")
        assert Report.objects.count() == 1


def test_a_test_of_the_microphone_keeps_nothing(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        page.get_by_role("button", name="Record later, without a line").click()
        press(page, "Test the microphone")
        in_state(page, "testing")
        expect(page.get_by_role("status")).to_contain_text("The microphone works", timeout=15_000)
        (prepared,) = one.stored()
        assert prepared["parts"] == []


def test_a_refused_microphone_leaves_the_file(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened(1, DENY) as one:
        page: Page = one.page
        press(page, "Record here")
        in_state(page, "error")
        expect(page.locator(".recorder [role=alert]")).to_contain_text("This browser may not use the microphone")
        expect(page.locator("[name=recording]")).to_be_visible()
        look(page, "recorder-error")


def test_a_recorder_that_will_not_start_leaves_nothing_behind(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened(1, BROKEN) as one:
        page: Page = one.page
        press(page, "Record here")
        in_state(page, "error")
        expect(page.locator(".recorder [role=alert]")).to_contain_text("The microphone does not answer")
        assert one.stored() == []


def test_the_screen_stays_on_and_a_file_can_be_saved(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened(script=AWAKE) as one:
        page: Page = one.page
        press(page, "Record here")
        in_state(page, "recording")
        page.wait_for_function("() => window.held === 'screen'")
        page.wait_for_timeout(1500)
        press(page, "Stop")
        page.wait_for_function("() => window.held === null")
        with page.expect_download() as saved:
            press(page, "Save as a file")
        assert saved.value.suggested_filename == "recording.webm"
        assert Path(saved.value.path()).stat().st_size == sum(part["bytes"] for part in one.stored()[0]["parts"])


LOOKS: list[tuple[int, str, Scheme]] = [
    (320, "ar", "dark"),
    (320, "en", "light"),
    (1280, "ar", "light"),
    (1280, "en", "dark"),
]


@pytest.mark.parametrize(("width", "lang", "scheme"), LOOKS)
def test_how_it_looks(at: tuple[Node, Open], site: str, width: int, lang: str, scheme: Scheme) -> None:
    _, opened = at
    with opened(width=width, lang=lang, scheme=scheme) as one:
        page: Page = one.page
        page.locator("form[data-recorder] p.row button").first.click()
        in_state(page, "recording")
        page.wait_for_timeout(1500)
        look(page, f"recorder-{width}-{lang}-{scheme}")
        page.locator("[data-do=record]").click()
        in_state(page, "idle")
        page.goto(f"{site}/phone/")
        expect(page.locator("[data-rows] > li")).to_have_count(1)
        look(page, f"phone-{width}-{lang}-{scheme}")
        page.goto(f"{site}/offline/")
        look(page, f"offline-{width}-{lang}-{scheme}")


def test_small_parts(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened() as one:
        page: Page = one.page
        recorded(page)
        found = page.evaluate(UNITS)
        assert found["types"] == {
            "chrome": "audio/webm;codecs=opus",
            "safari": "audio/mp4",
            "old": "audio/mp4",
            "none": "",
        }
        assert found["lengths"] == ["0:00", "0:00", "1:01", "10:00"]
        assert found["fields"] == [["t", "b"], ["c", "2"], ["r", "x"]]
        assert found["command"] == "old"


@pytest.mark.parametrize("without", ["delete window.MediaRecorder", "delete window.AudioContext"])
def test_without_parts_of_the_browser(at: tuple[Node, Open], without: str) -> None:
    _, opened = at
    with opened(script=without) as one:
        page: Page = one.page
        if "MediaRecorder" in without:
            with page.expect_file_chooser() as chooser:
                press(page, "Record with this phone")
            chooser.value.set_files(CLIP)
            assert page.locator("[name=recording]").get_attribute("capture") is None
        else:
            recorded(page)
            expect(page.get_by_role("meter")).to_be_hidden()
        press(page, "Keep it")
        page.wait_for_url("**/reports/*/")
        assert Report.objects.count() == 1


def test_without_scripts_the_form_takes_a_file(at: tuple[Node, Open], site: str, page_at: PageAt) -> None:
    node, _ = at
    page = page_at(width=320, js=False)
    lend(signed_in("omar", "facilitator"), page, site)
    page.goto(site + reverse("relay_add_report", args=[node.chain]))
    expect(page.get_by_role("button", name="Record here")).to_have_count(0)
    page.locator("[name=recording]").set_input_files(CLIP)
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/reports/*/")
    assert Report.objects.count() == 1
    page.goto(f"{site}/phone/")
    assert "This page needs scripts." in page.inner_text("main")


def test_mp4_in_parts_as_safari_makes_it(at: tuple[Node, Open]) -> None:
    _, opened = at
    with opened(script=APPLE) as one:
        page: Page = one.page
        if not page.evaluate("MediaRecorder.isTypeSupported('audio/mp4')"):
            pytest.skip("this Chromium writes no MP4")
        recorded(page, 3)
        press(page, "Go on recording")
        in_state(page, "recording")
        page.wait_for_function("() => document.querySelector('[data-clock]').textContent >= '0:06'")
        press(page, "Stop")
        in_state(page, "idle")
        (stored,) = one.stored()
        assert [part["type"].partition(";")[0] for part in stored["parts"]] == ["audio/mp4"] * 2
        press(page, "Keep it")
        page.wait_for_url("**/reports/*/")
        assert Report.objects.get().duration == pytest.approx(sum(part["ms"] for part in stored["parts"]), abs=1000)
