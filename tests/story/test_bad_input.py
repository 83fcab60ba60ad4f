"""What cannot be accepted is refused at every door, page, command and API, with a clear message; and nothing changes."""

import json
import mimetypes
import re
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.harness.browser import PageAt, Troubles, axe
from tests.harness.nodes import NodeProc, Nodes
from tests.story import federation
from tests.story.bad import BAD
from tests.story.look import look
from tests.story.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
REFUSED = {413, 422}
SENDING = {"POST", "PATCH"}
DAY_S = 86_400


@dataclass(frozen=True)
class Doors:
    """One node with a chain, and its three doors: pages, API (with the page's session), command line."""

    node: NodeProc
    ana: Person
    circle: str
    chain: str

    def page(self, **fields: Any) -> tuple[int, str]:
        """Send the form of a new report; the last status and what the page says. A file goes as an upload, begun by 201."""
        page = self.ana.page
        self.ana.go(f"/chains/{self.chain}/report/")
        if "file" in fields:
            page.locator("[name=recording]").set_input_files(fields["file"])
        if "lang" in fields:
            page.locator("[name=lang]").evaluate("(e, value) => e.append(new Option(value, value))", fields["lang"])
            page.locator("[name=lang]").select_option(fields["lang"])
        page.locator("[name=text]").fill(fields.get("text", ""))
        with page.expect_response(lambda answer: answer.request.method in SENDING and answer.status != 201) as caught:
            self.ana.send()
        page.wait_for_load_state()
        expect(page.locator("main [role=alert], main .error").first).to_be_visible()
        return caught.value.status, page.inner_text("main")

    def api(self, **fields: Any) -> tuple[int, str]:
        """Send the same to the API; the status and the problem's detail."""
        data: dict[str, Any] = {"circle": self.circle, "lang": fields.get("lang", "en"), "text": fields.get("text", "")}
        if file := fields.get("file"):
            declared = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            data["recording"] = {"name": file.name, "mimeType": declared, "buffer": file.read_bytes()}
        path = f"/api/v1/relay/chains/{self.chain}/reports"
        answer = self.ana.page.request.post(self.node.url + path, multipart=data, headers=self.token())
        assert answer.headers["content-type"].startswith("application/problem+json")
        return answer.status, answer.json()["detail"]

    def token(self) -> dict[str, str]:
        """The header that changes need."""
        return {"X-CSRFToken": self.ana.page.request.get(f"{self.node.url}/api/v1/session").json()["csrf_token"]}

    def command(self, **fields: Any) -> tuple[int, str]:
        """Say the same on the command line; the exit status and what it prints as an error."""
        words: list[str | Path] = ["--circle", self.circle, "--chain", self.chain, "--lang", fields.get("lang", "en")]
        if file := fields.get("file"):
            declared = mimetypes.guess_type(file.name)[0]
            words += [file, *(["--type", declared] if declared else [])]
        done = self.node.call("report", "add", *words, "--text", fields.get("text", ""), status=None)
        return done.returncode, done.stderr

    def report(self, text: str) -> str:
        """A typed report; its key."""
        words = ("--circle", self.circle, "--chain", self.chain, "--lang", "en", "--text", text)
        return self.node.call("report", "add", *words).stdout.strip()


@pytest.fixture
def doors(nodes: Nodes, page_at: PageAt) -> Doors:
    node = federation.a_node(nodes, "Chicago")
    node.call("network", "open", "Open ears")
    circle = node.call("circle", "open", "Night dock").stdout.strip()
    question = ("What does a night of work take from you?", "--circle", circle, "--title", "The night")
    chain = node.call("chain", "open", *question).stdout.strip()
    node.serve()
    ana = Person(page_at(width=390), node, "ana")
    ana.sign_in()
    return Doors(node, ana, circle, chain)


def test_what_is_no_report_is_refused_and_changes_nothing(doors: Doors, tmp_path: Path, troubles: Troubles) -> None:
    troubles.allow("status of (413|422)")
    before = look(doors.node)
    for bad in BAD:
        file = bad.make(tmp_path)
        status, said = doors.page(file=file)
        assert (status in REFUSED, bad.says in said) == (True, True), f"page, {bad.name}: {status} {said}"
        status, said = doors.api(file=file)
        assert (status in REFUSED, bad.says in said) == (True, True), f"API, {bad.name}: {status} {said}"
        status, said = doors.command(file=file)
        assert (status, bad.says in said) == (2, True), f"command, {bad.name}: {status} {said}"
        shown = doors.ana.page.locator(".field.has-error:has([name=recording]) .error")
        expect(shown, f"page, {bad.name}: at the field").to_contain_text(bad.says)
    axe(doors.ana.page)
    after = look(doors.node)
    kept = {name for name in after.files if name.startswith("uploads/")}
    assert replace(after, files=tuple(name for name in after.files if name not in kept)) == before
    assert kept == {"uploads/.lock", *refusals(doors.node, count=len(BAD))}


def refusals(node: NodeProc, count: int) -> set[str]:
    """The files of so many uploads that were refused, each kept with its refusal for at most a day."""
    records = list((node.folder / "uploads").glob("*/record.json"))
    assert len(records) == count
    for record in (json.loads(path.read_bytes()) for path in records):
        assert (record["state"], record["trouble"]["status"] in REFUSED, record["url"]) == ("failed", True, "")
        assert record["expires"] <= time.time() + DAY_S
    return {f"uploads/{path.parent.name}/{name}" for path in records for name in ("record.json", "data", "lock")}


def test_words_without_sense_are_refused_and_change_nothing(doors: Doors, troubles: Troubles) -> None:
    troubles.allow("status of 422")
    before = look(doors.node)
    for fields, says in (
        ({"text": "We stood there.", "lang": "xx-klingon"}, "language|choice"),
        ({"text": ""}, "recording or some words"),
        ({"text": "   \n "}, "recording or some words"),
    ):
        for door, right in ((doors.page, 422), (doors.api, 422), (doors.command, 2)):
            status, said = door(**fields)
            assert status == right, (fields, said)
            assert re.search(says, said), (fields, said)
    assert look(doors.node) == before


def test_a_correction_to_changed_words_shows_both(doors: Doors, page_at: PageAt, troubles: Troubles) -> None:
    troubles.allow("status of 409")
    report = doors.report("We counted the boxes.")
    late = doors.ana.page.context.new_page()
    late.goto(f"{doors.node.url}/reports/{report}/")
    segment = write(doors.ana, report, "We counted the boxes twice.")
    before = look(doors.node)

    late.locator("textarea[name=text]").first.fill("We counted all the boxes.")
    with late.expect_navigation():
        late.locator("form[data-correct] button").first.click()
    expect(late.locator("h1")).to_have_text("Somebody was here before you")
    expect(late.locator("blockquote")).to_have_text("We counted the boxes twice.")
    expect(late.locator("textarea[name=text]")).to_have_value("We counted all the boxes.")

    seen = sha256(b"We counted the boxes.").hexdigest()
    address = f"{doors.node.url}/api/v1/relay/reports/{report}/segments/{segment}"
    body = json.dumps({"base": seen, "text": "We counted every box."})
    headers = {**doors.token(), "Content-Type": "application/json"}
    answer = doors.ana.page.request.put(address, data=body, headers=headers)
    assert answer.status == 409
    problem = answer.json()
    assert (problem["current"], problem["proposed"]) == ("We counted the boxes twice.", "We counted every box.")
    assert look(doors.node) == before

    late.get_by_role("button", name="Save what I have written here").click()
    late.wait_for_url(re.compile(f"/reports/{report}/"))
    expect(late.locator("textarea[name=text]").first).to_have_value("We counted all the boxes.")
    assert look(doors.node).events == before.events + 1


def write(person: Person, report: str, text: str) -> str:
    """Correct the first line of a report on its page; the segment's id."""
    page: Page = person.page
    person.go(f"/reports/{report}/")
    form = page.locator("form[data-correct]").first
    form.locator("textarea").fill(text)
    form.locator("button").click()
    expect(form).to_have_class(re.compile("saved"))
    return (form.get_attribute("action") or "").rstrip("/").rpartition("/")[2]
