"""What a person does with a node's pages. Fields are found by their names, so that it works in every language."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.harness.nodes import NodeProc
from tests.story.federation import PASSWORD
from tests.story.recordings import Recording

PATIENCE_S = 300  # a transcription on a machine that does much else
STEP_MS = 60_000
PURPOSES = ("pass", "translate", "transcript", "archive")


@dataclass(frozen=True)
class Person:
    """Somebody in front of one node's pages."""

    page: Page
    node: NodeProc
    name: str

    def __post_init__(self) -> None:
        self.page.set_default_timeout(STEP_MS)

    def go(self, path: str) -> None:
        """Open a page of their node."""
        self.page.goto(self.node.url + path)

    def sign_in(self) -> None:
        """By name and password, from the door."""
        self.go("/sign-in/")
        self.page.locator("[name=login]").fill(self.name)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("form:has([name=login]) .button.main").click()
        expect(self.page.locator("nav .me")).to_contain_text(self.name)

    def send(self) -> None:
        """Press the main button of the page's form."""
        self.page.locator("main form .button.main").click()

    def open_circle(self, name: str, place: str, langs: Iterable[str]) -> None:
        """Open a circle of one's own organisation."""
        self.go("/circles/new/")
        self.page.locator("[name=name]").fill(name)
        self.page.locator("[name=place]").fill(place)
        self.page.locator("[name=langs]").select_option(list(langs))
        self.send()
        expect(self.page.locator("h1")).to_have_text(name)

    def open_chain(self, title: str, question: str, lang: str) -> None:
        """Open a chain with its question; ends on its page."""
        self.go("/chains/")
        self.page.locator("a[href$='/chains/new/']").first.click()
        self.page.locator("[name=title]").fill(title)
        self.page.locator("[name=question]").fill(question)
        self.page.locator("[name=lang]").select_option(lang)
        self.send()
        expect(self.page.locator("h1")).to_have_text(title)

    def find_chain(self, title: str) -> None:
        """From the list of chains to one of them; waits until the exchange has brought it."""
        self.go("/chains/")
        self.until(self.page.get_by_role("link", name=title).first.is_visible)
        self.page.get_by_role("link", name=title).first.click()
        expect(self.page.locator("h1")).to_have_text(title)

    def speak(self, recording: Recording, *, pseudonym: str = "") -> None:
        """Upload a recording in the form on the page, with the speaker's consent; ends on the report's page."""
        self.page.locator("[name=recording]").set_input_files(recording.file)
        self.fill(recording.lang, pseudonym)

    def write(self, text: str, lang: str, *, pseudonym: str = "") -> None:
        """Type instead of speaking."""
        self.page.locator("[name=text]").fill(text)
        self.fill(lang, pseudonym)

    def fill(self, lang: str, pseudonym: str = "") -> None:
        """The rest of the form of a report or an answer: language, name, the answers to the consent questions."""
        self.page.locator("[name=lang]").select_option(lang)
        self.page.locator("[name=pseudonym]").fill(pseudonym)
        self.page.locator("[name=asked]").check()
        for purpose in PURPOSES:
            self.page.locator(f"[name=purposes][value={purpose}]").check()
        self.page.locator("[name=audio][value=own]").check()
        self.page.locator("[name=asked_in]").select_option(lang)
        self.send()
        self.page.wait_for_url(re.compile(r"/reports/[a-z2-7]{26}/$"))

    def lines(self) -> list[str]:
        """The transcript on the report's page, line by line."""
        fields = self.page.locator("form[data-correct] textarea")
        return [field.input_value() for field in fields.all()]

    def until(self, seen: Callable[[], bool]) -> None:
        """Look again every two seconds, reloading, until it is there."""
        for _ in range(PATIENCE_S // 2):
            if seen():
                return
            self.page.wait_for_timeout(2000)
            self.page.reload()
        raise AssertionError(f"{self.page.url}: nothing came within {PATIENCE_S} s\n{self.page.inner_text('main')}")
