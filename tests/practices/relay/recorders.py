"""Phones in front of the form for a report, for tests of the recorder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from tests.browser import lend
from tests.ground.people.builders import signed_in
from tests.harness.browser import Scheme, Troubles, axe, no_sideways_scrolling, picture
from tests.practices.relay.builders import Node, a_node
from tests.story.phones import QUIET_S, RATE, Phone, phone, write_wave

Open = Callable[..., Any]


@pytest.fixture
def at(site: str, settings: Settings, tmp_path: Path, browser: Browser, troubles: Troubles) -> tuple[Node, Open]:
    """A node, and phones in front of its form for a report; the microphone hears a tone of so many seconds, then nothing."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    node = a_node()
    client = signed_in("layla", "facilitator")

    @contextmanager
    def opened(
        tone_s: float = 30, script: str = "", *, width: int = 360, lang: str = "en", scheme: Scheme = "light"
    ) -> Iterator[Phone]:
        with phone(
            browser, tmp_path / "p", heard(tmp_path, tone_s), troubles, width=width, lang=lang, scheme=scheme
        ) as one:
            if script:
                one.context.add_init_script(script)
            lend(client, one.page, site, language=lang)
            one.page.goto(site + reverse("relay_add_report", args=[node.chain]))
            yield one

    return node, opened


def heard(folder: Path, seconds: float) -> Path:
    """A hum, then silence."""
    hum = (np.sin(np.arange(int(RATE * seconds)) / 20) * 9000).astype(np.int16)
    write_wave(folder / "hum.wav", hum.tobytes() + bytes(2 * RATE * QUIET_S))
    return folder / "hum.wav"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def in_state(page: Page, state: str) -> None:
    expect(page.locator(".recorder")).to_have_attribute("data-state", state)


def recorded(page: Page, seconds: int = 2) -> None:
    """A recording of so many seconds, stopped."""
    press(page, "Record here")
    in_state(page, "recording")
    page.wait_for_function("s => document.querySelector('[data-clock]').textContent >= s", arg=f"0:{seconds:02}")
    press(page, "Stop")
    in_state(page, "idle")


def look(page: Page, name: str) -> None:
    axe(page)
    no_sideways_scrolling(page)
    picture(page, name)
