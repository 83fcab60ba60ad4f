"""The node in this process, for tests that look at pages in the harness's browser without starting a server of their own.

In a conftest: `from tests.browser import site  # noqa: F401`.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The node's address; the very middleware that production has serves it, static files too."""
    thread = LiveServerThread("localhost", lambda application: application)  # type: ignore[arg-type]
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


def lend(client: Client, page: Page, site: str, **cookies: str) -> None:
    """Give the page the session of a test client, and other cookies by name (`language="ar"`, `theme="dark"`)."""
    named = {f"{name}_{settings.NODE.short_id}": value for name, value in cookies.items()}
    if settings.SESSION_COOKIE_NAME in client.cookies:
        named[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in named.items()])
