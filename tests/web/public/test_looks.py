"""The public site as people meet it: at the width of a phone, in both directions, light and dark, without scripts."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.browser import site
from tests.harness.browser import PageAt, Scheme, Troubles, axe, no_sideways_scrolling, shot
from tests.practices.relay.builders import a_node
from tests.web.public.builders import hops, publish

__all__ = ["site"]

pytestmark = pytest.mark.browser
LOOKS: list[tuple[int, str, Scheme]] = [
    (320, "en", "light"),
    (320, "ar", "dark"),
    (1280, "ar", "light"),
    (1280, "en", "dark"),
]


@pytest.fixture
def slug(site: str, settings: Settings, tmp_path: Path) -> str:
    """A publication with everything, on a node that is served."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    node = a_node()
    hops(node)
    return publish(node)


def test_every_page_in_every_light(page_at: PageAt, troubles: Troubles, site: str, slug: str) -> None:
    troubles.allow("status of 404")
    for width, lang, scheme in LOOKS:
        page = page_at(width=width, lang=lang, scheme=scheme)
        pages = {"index": "", "about": "about/", "take-part": "take-part/", "held": "held/"}
        pages |= {"choice": f"{slug}/", "chain": f"{slug}/{lang}/", "voice": f"{slug}/{lang}/2/", "nowhere": "nowhere/"}
        for name, path in pages.items():
            page.goto(f"{site}/p/{path}")
            assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
            no_sideways_scrolling(page)
            axe(page)
            shot(page, f"public-{name}")
