"""The public site as people meet it: at the width of a phone, in both directions, light and dark, without scripts."""

import pytest

from tests.harness.browser import PageAt, Scheme, Troubles, axe, no_sideways_scrolling, shot

pytestmark = pytest.mark.browser
LOOKS: list[tuple[int, str, Scheme]] = [
    (320, "en", "light"),
    (320, "ar", "dark"),
    (1280, "ar", "light"),
    (1280, "en", "dark"),
]


def test_every_page_in_every_light(page_at: PageAt, troubles: Troubles, site: str, served: str) -> None:
    troubles.allow("status of 404")
    for width, lang, scheme in LOOKS:
        page = page_at(width=width, lang=lang, scheme=scheme)
        pages = {"index": "", "about": "about/", "take-part": "take-part/", "held": "held/"}
        pages |= {
            "choice": f"{served}/",
            "chain": f"{served}/{lang}/",
            "voice": f"{served}/{lang}/2/",
            "nowhere": "nowhere/",
        }
        for name, path in pages.items():
            page.goto(f"{site}/p/{path}")
            assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
            no_sideways_scrolling(page)
            axe(page)
            shot(page, f"public-{name}")
