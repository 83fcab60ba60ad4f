"""Chromium for tests, with its eyes open: whatever a page does that it should not fails the test.

Collected in each test: console errors, uncaught exceptions, violations of the Content-Security-Policy, requests to
another origin.
A test that provokes such a thing says so first: `troubles.allow("status of 422")`.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest

from tests.harness import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HEIGHTS = {320: 640, 1280: 800}
ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI || "inline"} on ${location.pathname}`));"""

# Only what is wrong comes back: the list of all that is right takes as long as finding it.
RUN_AXE = """() => axe.run({resultTypes: ["violations"]}).then(({violations}) => ({violations}))"""

STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.body.querySelectorAll("*")]
    .filter((one) => {
      const box = one.getBoundingClientRect();
      const spills = one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "visible";
      return box.right > innerWidth + 1 || box.left < -1 || spills;
    })
    .map((one) => one.outerHTML.slice(0, 120)).slice(-8)"""

# Run in every page of a browser with service workers: keeps what the page's own script waits for.
NOTE_REGISTERING = """if (navigator.serviceWorker) {
  const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
  navigator.serviceWorker.register = (...args) => (globalThis.tejidoRegistering = register(...args));
}"""
WORKERS_SETTLED = """async () => {
  const found = await globalThis.tejidoRegistering;
  while (found && (found.installing || found.waiting || found.active?.state === "activating"))
    await new Promise((done) => setTimeout(done, 20));
}"""

Scheme = Literal["light", "dark"]
PageAt = Callable[..., "Page"]


def program() -> str | None:
    """The browser that is installed here."""
    found = (shutil.which(name) for name in (os.environ.get("TEJIDO_CHROMIUM", ""), *PROGRAMS) if name)
    return next((path for path in found if path), None)


@dataclass
class Troubles:
    """What pages did that they should not have done."""

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Troubles matching this regular expression are expected by the test."""
        self.allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """Those that no pattern allows."""
        return [one for one in self.found if not any(re.search(pattern, one) for pattern in self.allowed)]

    def watch(self, context: "BrowserContext") -> None:
        """Listen to all pages of a browser context, present and future."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"exception: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: "Request") -> None:
        origin = _origin(request.url)
        if origin and (_host(request.url) not in LOOPBACK or (not _opens_page(request) and origin != _home(request))):
            self.found.append(f"request to another origin: {request.method} {request.url}")


def _origin(url: str) -> str:
    """Scheme, host and port; empty for what needs no network (data:, blob:, about:)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https", "ws", "wss"} else ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _opens_page(request: "Request") -> bool:
    """A person going from node to node in the address bar is no leak; a page fetching from another is."""
    return request.is_navigation_request() and request.frame.parent_frame is None


def _home(request: "Request") -> str:
    if request.service_worker:
        return _origin(request.service_worker.url)
    return _origin(request.frame.url)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Headless Chromium, one a worker."""
    path = program()
    if path is None:
        pytest.skip("no Chromium here; install the package chromium")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    """What this test's pages did wrong; anything not allowed fails the test at its end."""
    collected = Troubles()
    yield collected
    unexpected = collected.unexpected()
    if unexpected:
        pytest.fail("The pages of this test did what they should not:\n  " + "\n  ".join(unexpected), pytrace=False)


@pytest.fixture
def page_at(browser: "Browser", troubles: Troubles) -> Iterator[PageAt]:
    """`page_at(width=1280, lang="en", scheme="light", js=True)`: a page in a browser profile of its own.

    Without service workers, except for tests that are about them: see `patient`.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        *, width: int = 1280, lang: str = "en", scheme: Scheme = "light", js: bool = True, workers: bool = False
    ) -> "Page":
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            locale=lang,
            color_scheme=scheme,
            java_script_enabled=js,
            reduced_motion="reduce",
            service_workers="allow" if workers else "block",
        )
        contexts.append(context)
        if workers:
            patient(context)
        troubles.watch(context)
        page = context.new_page()
        _LOOKS[id(page)] = f"{width}-{lang}-{scheme}{'' if js else '-nojs'}"
        return page

    yield open_page
    for context in contexts:
        context.close()
    _LOOKS.clear()


_LOOKS: dict[int, str] = {}  # how the pages of the running test were opened, for the names of screenshots


def patient(context: "BrowserContext") -> None:
    """Let no page of a browser with service workers go elsewhere by `goto` while one of them is on its way.

    Playwright holds each new service worker until it has attached to it, and a navigation into that moment may never end (8 of
    80 with any debugger attached like that, none of 160 without).
    """
    context.add_init_script(NOTE_REGISTERING)
    for page in context.pages:
        _patient(page)
    context.on("page", _patient)


def _patient(page: "Page") -> None:
    go = page.goto

    def goto(*args: Any, **options: Any) -> Any:
        with contextlib.suppress(Exception):  # a page that is no page of ours
            page.evaluate(WORKERS_SETTLED)
        return go(*args, **options)

    page.goto = goto  # type: ignore[method-assign]


def shot(page: "Page", name: str) -> None:
    """A picture in `screenshots/NAME-WIDTH-LANG-SCHEME.png`."""
    picture(page, f"{name}-{_LOOKS.get(id(page), 'page')}")


def picture(page: "Page", name: str) -> None:
    """A picture of the whole page in `screenshots/NAME.png`, for a person to look at; `make test` as a whole takes none."""
    if os.environ.get("TEJIDO_PICTURES") != "no":
        folder = run.ROOT / "screenshots"
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def axe(page: "Page") -> None:
    """Fail, readably, on anything that axe-core finds on the page as it stands."""
    from axe_playwright_python.base import AXE_SCRIPT, AxeResults

    if _LOOKS.get(id(page), "").endswith("nojs"):
        raise ValueError("axe-core needs scripts and would wait for ever: open the page without js=False")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    results = AxeResults(page.evaluate(RUN_AXE))
    if results.violations_count:
        raise AssertionError(f"{page.url}: {results.generate_report()}")


def no_sideways_scrolling(page: "Page") -> None:
    """Fail where the page is wider than the screen, naming what sticks out."""
    wide = page.evaluate(STICKS_OUT)
    if wide:
        raise AssertionError(f"{page.url} is wider than the screen:\n  " + "\n  ".join(wide))


def looked_at(page: "Page", name: str, width: int, lang: str, scheme: Scheme) -> Iterator[str]:
    """What is wrong with the page at this width and in this light; takes its picture."""
    page.set_viewport_size({"width": width, "height": 640 if width < 1000 else 800})
    page.emulate_media(color_scheme=scheme)
    for check in (axe, no_sideways_scrolling):
        try:
            check(page)
        except AssertionError as error:
            yield f"{name} {width} {lang} {scheme}: {error}"
    picture(page, f"{name}-{width}-{lang}-{scheme}")
