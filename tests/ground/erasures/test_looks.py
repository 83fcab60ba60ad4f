"""Erasures looked at: on their own page, on a voice's empty place, and by whoever holds a receipt."""

import pytest
from django.urls import reverse

from tejido.ground.erasures.events import CONFIRMED, KEYS_DESTROYED
from tejido.ground.network.selectors import org_id
from tejido.ground.people import OPERATOR
from tejido.ground.store import db, erasing
from tejido.ground.store.spaces import set_members
from tejido.practices.relay import actions as relay
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.drops import actions as drops
from tejido.practices.relay.drops import domain
from tejido.practices.relay.drops.models import Drop
from tests.browser import lend, site  # noqa: F401
from tests.ground.people.builders import signed_in
from tests.harness.browser import PageAt, Scheme, axe, no_sideways_scrolling, shot
from tests.practices.relay.builders import Node, a_report
from tests.replication.conftest import Shared

LOOKS: list[tuple[int, str, Scheme]] = [(320, "ar", "dark"), (1280, "en", "light"), (320, "en", "light")]


def told(network: Shared) -> tuple[str, str]:
    """Two voices taken back, one given by link: (the hop of the first, the receipt of the second). bo confirmed one."""
    cy, dee = network.world.author("cy"), network.world.author("dee")
    set_members(network.network, [org_id(), network.bo.org, cy.org, dee.org])
    circle = relay.open_circle(viewer=OPERATOR, name="Noche", place="", langs=["es"])
    chain = relay.open_chain(viewer=OPERATOR, circle=circle, title="Calor", question="¿Cuánto?", lang="es")
    report = a_report(Node(network.network, circle, chain))
    hop = relay.pass_on(viewer=OPERATOR, report=report)
    link = drops.make_link(viewer=OPERATOR, chain=chain, circle=circle, terms=drops.Terms("en"))
    said = Answer(("pass",), "none", "self", "en")
    nonce = drops.give(token=link.token, nonce=domain.new_nonce(), words=Words("en", text="Hot."), said=said)
    relay.pass_on(viewer=OPERATOR, report=Drop.objects.get().report)
    digits = drops.show_receipt(browser="one", nonce=nonce)
    for key in (report, Drop.objects.get().report):
        relay.withdraw(viewer=OPERATOR, report=key)
    erasing.scrub()
    redacts = [bytes(one).hex() for (one,) in db.rows("SELECT redact FROM store_redaction ORDER BY id")]
    body = {"redacts": redacts, "how": KEYS_DESTROYED}
    network.put(network.world.say(network.bo, network.room, CONFIRMED, body))
    network.exchange()
    return hop, digits


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_stands_at_every_width(site: str, network: Shared, page_at: PageAt) -> None:  # noqa: F811
    hop, digits = told(network)
    client = signed_in("amina", "member")
    held = drops.open_receipt(text=digits)
    for width, lang, scheme in LOOKS:
        page = page_at(width=width, lang=lang, scheme=scheme)
        lend(client, page, site, language=lang, receipt=held)
        for name, path in (
            ("erasures", reverse("erasures")),
            ("empty-place", reverse("relay_hop", args=[hop])),
            ("receipt-erased", reverse("relay_receipt_mine")),
        ):
            page.goto(site + path)
            no_sideways_scrolling(page)
            axe(page)
            shot(page, name)
