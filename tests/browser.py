"""A real browser for tests: Debian's Chromium, driven by Playwright, against a server in this process.

In a test module or its conftest: `from tests.browser import browser, site  # noqa: F401`.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or "chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for the session."""
    with sync_playwright() as playwright:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
            "1"  # Playwright keeps a loop in this thread; Django mistakes it for ours
        )
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The node's address, served from this process by the very middleware that production has (static files too)."""
    shared = {name: c for name, c in ((n, connections[n]) for n in connections) if _in_memory(c)}
    for connection in shared.values():
        connection.inc_thread_sharing()
    thread = LiveServerThread("localhost", lambda application: application, connections_override=shared)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()
    for connection in shared.values():
        connection.dec_thread_sharing()


def _in_memory(connection: Any) -> bool:
    return bool(connection.vendor == "sqlite" and connection.is_in_memory_db())


@contextmanager
def opened(browser: Browser, cookies: dict[str, str], site: str, **context: Any) -> Iterator[Page]:
    """A page of a fresh browser profile with these cookies; faults in the page's scripts or its policy fail the test."""
    profile: BrowserContext = browser.new_context(locale="en", **context)
    profile.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    page, faults = profile.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    profile.close()
    assert faults == [], faults


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing (WCAG 2.0 to 2.2, A and AA, and best practice)."""
    found = Axe().run(page).response["violations"]
    said = [f"{v['id']}: {n['html'][:160]} {n.get('failureSummary', '')[:300]}" for v in found for n in v["nodes"]]
    assert said == [], "\n".join(said)


def assert_fits(page: Page) -> None:
    """Nothing sticks out sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
