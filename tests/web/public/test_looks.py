"""The public site as people meet it: at the width of a phone, in both directions, light and dark, without scripts."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground.people import OPERATOR
from tejido.practices.relay.press import actions as covers
from tejido.practices.relay.publishing import proofs
from tests.browser import lend
from tests.engines.press.test_picture import photo
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, Troubles, axe, no_sideways_scrolling, shot
from tests.practices.relay.press.builders import in_process
from tests.web.public import builders
from tests.web.public.conftest import founded

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


def test_what_a_keeper_sees_before_publishing(
    page_at: PageAt, site: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The panel, the finished pages behind it, the podcast's entries, the cover's page; in each light."""
    in_process(monkeypatch)
    node = founded(settings, tmp_path)
    builders.hops(node, tmp_path)
    key = proofs.prove(viewer=OPERATOR, choice=builders.choice(node))
    slug = builders.publish(node)
    covers.give_cover(
        viewer=OPERATOR, slug=slug, data=photo(), alts=dict.fromkeys(("es", "en", "ar"), "Night and snow")
    )
    keeper = signed_in("amina", "keeper")
    for width, lang, scheme in LOOKS:
        page = page_at(width=width, lang=lang, scheme=scheme)
        lend(keeper, page, site, language=lang)
        at = f"publications/proofs/{key}/"
        address = proofs.proof(viewer=OPERATOR, key=key).edition.slug
        pages = {
            "panel": f"publications/new/?chain={node.chain}",
            "proof": at,
            "proof-chain": f"{at}p/{address}/{lang}/",
            "proof-feed": f"{at}p/feed/{lang}/",
            "cover": f"publications/{slug}/cover/",
            "given": f"p/{slug}/{lang}/",
        }
        for name, path in pages.items():
            page.goto(f"{site}/{path}")
            no_sideways_scrolling(page)
            axe(page)
            shot(page, f"publish-{name}")
