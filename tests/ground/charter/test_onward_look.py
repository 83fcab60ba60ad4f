"""The pages of going on without a founder, looked at: narrow and wide, both directions, both lights."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tejido.ground.charter import selectors, succeeding
from tejido.ground.people import OPERATOR
from tejido.ground.store import db
from tests.browser import lend
from tests.ground.charter.elsewhere import Elsewhere
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, looked_at

pytestmark = pytest.mark.browser
NEW, RIVAL = "Open ears, together", "شبكة الآذان الصاغية"
LOOKS: tuple[tuple[int, Scheme], ...] = ((320, "light"), (1280, "dark"))


@pytest.fixture
def pages(site: str, settings: Settings, tmp_path: Path) -> dict[str, str]:
    """A network that some go on from in one successor and others in another; the founder asks to come over."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    there = Elsewhere(("bo", "cy", "dee"))
    charter = there.charter(amend="2")
    rival = there.succeed("bo", RIVAL, charter)
    there.go_on("dee", rival)
    mine = succeeding.propose(viewer=OPERATOR, network=there.info, name=NEW, words="Nobody answers.")
    matter = bytes.fromhex(selectors.standing_by_key(selectors.course_of(there.info), mine).matter.hash)
    too_few = there.succeed("dee", "Too few", charter)
    there.go_on("dee", rival)
    there.found("bo", rival, there.authors["dee"].org)
    at, key = f"/network/{there.info.key}", db.row_key
    asked = {"successor-few": f"{at}/matters/{key(too_few)}/", "successor-rival": f"{at}/matters/{key(rival)}/"}
    there.go_on("cy", matter)
    new = succeeding.found(viewer=OPERATOR, network=there.info, matter=mine)
    there.go_on("founder", matter, asks=new.space.hex())
    return {
        **asked, "successor-propose": f"{at}/successor/", "successor-mine": f"{at}/matters/{mine}/",
        "successor-old": f"{at}/", "successor-new": f"/network/{new.key}/", "successor-networks": "/network/",
        "successor-matters": f"{at}/matters/", "successor-members": f"{at}/members/", "successor-home": "/",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_in_both_directions(site: str, pages: dict[str, str], page_at: PageAt, lang: str) -> None:
    keeper: Client = signed_in("somebody", "keeper")
    page, wrong = page_at(width=320, lang=lang), list[str]()
    lend(keeper, page, site, language=lang)
    for name, path in pages.items():
        page.goto(site + path)
        for width, scheme in LOOKS:
            wrong += looked_at(page, name, width, lang, scheme)
    assert not wrong, "\n\n".join(wrong)
