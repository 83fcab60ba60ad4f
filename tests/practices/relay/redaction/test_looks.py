"""The pages of redaction, voices, consent and taking back, looked at: phone and desk, English and Arabic, light and dark."""

import pytest
from django.urls import reverse

from tejido.practices.relay.redaction import tasks
from tejido.practices.relay.redaction.domain import Marks
from tests.browser import lend
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, axe, no_sideways_scrolling, shot
from tests.practices.relay.builders import Node
from tests.practices.relay.redaction.test_actions import cut, heard
from tests.practices.relay.redaction.test_voices import approve, read

LOOKS: list[tuple[int, str, Scheme]] = [
    (320, "ar", "dark"),
    (320, "en", "light"),
    (1280, "en", "dark"),
    (1280, "ar", "light"),
]


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_stands_at_every_width(site: str, node: Node, page_at: PageAt) -> None:
    key = heard(node)
    approve(key)
    read(key)
    tasks.draw.call(key)
    cut(key, Marks(words=(("m-0", 3),), spans=((2600, 3200),)))
    client = signed_in("amina", "member")
    for width, lang, scheme in LOOKS:
        page = page_at(width=width, lang=lang, scheme=scheme)
        lend(client, page, site, language=lang)
        for name in ("redact", "voice", "consent", "withdraw"):
            page.goto(site + reverse(f"relay_{name}", args=[key]))
            no_sideways_scrolling(page)
            axe(page)
            shot(page, f"relay-{name}")
