"""Partners: what people enter, what the pages say, and when a node calls again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tejido.ground import work
from tejido.ground.network import selectors
from tejido.ground.peers import actions, desk, exchanging, quotas, tasks
from tejido.ground.peers.errors import BadSchedule, NoAnswer, NotOurs, OurOwn, SameAddress, UnderWay
from tejido.ground.peers.models import Peer
from tejido.ground.people import OPERATOR
from tests.ground.people.builders import signed_in

NOBODY_THERE = "http://127.0.0.1:9"
ONION = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion"


def a_peer(org: str, **values: Any) -> Peer:
    return actions.add(**{"org": org, "address": NOBODY_THERE, "every_min": 60, **values})


def test_without_a_partner_the_page_says_what_one_is(org: str) -> None:
    said = signed_in("ana", "keeper").get("/network/partners/").content.decode()
    assert "No partner yet" in said
    assert "/network/partners/add/" in said


def test_a_keeper_enters_an_address_and_it_stands_on_the_page(org: str) -> None:
    client = signed_in("ana", "keeper")
    answer = client.post(
        "/network/partners/add/", {"org": org, "address": NOBODY_THERE, "every_min": "60"}, follow=True
    )
    said = answer.content.decode()
    assert answer.redirect_chain
    assert NOBODY_THERE in said
    assert "is one of your local network" in said
    assert "not sealed" in said


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://x", "This is no address"),
        ("http://0.0.0.0", "No node can stand"),
        (ONION, "exchange_proxy"),
        ("b" + ONION[1:], "cannot be right"),
    ],
)
def test_what_may_not_be_called_is_not_kept(org: str, address: str, why: str) -> None:
    client = signed_in("ana", "keeper")
    answer = client.post("/network/partners/add/", {"org": org, "address": address, "every_min": "60"})
    assert answer.status_code == 422
    assert why in answer.content.decode().replace("&quot;", '"')
    assert not Peer.objects.exists()


def test_a_name_that_is_not_known_now_is_kept_and_says_so(org: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        return []

    actions.add(org=org, address="https://node.example", resolver=unknown)
    assert "was not known when it was entered" in signed_in("ana", "keeper").get("/network/partners/").content.decode()


def test_partners_are_others_of_our_networks_at_addresses_of_their_own(org: str) -> None:
    a_peer(org)
    ours, other = selectors.org_id().hex(), "http://127.0.0.1:10"
    for problem, whose, address, every_min in (
        (SameAddress, org, NOBODY_THERE, 60),
        (NotOurs, "0" * 64, other, 60),
        (OurOwn, ours, other, 60),
        (BadSchedule, org, other, 10081),
    ):
        with pytest.raises(problem):
            actions.add(org=whose, address=address, every_min=every_min)


def test_pausing_changing_and_removing(org: str) -> None:
    client, peer = signed_in("ana", "keeper"), a_peer(org).id
    client.post(f"/network/partners/{peer}/pause/", {"paused": "1"})
    assert "paused" in client.get("/network/partners/").content.decode()
    assert client.post(f"/network/partners/{peer}/exchange/").status_code == 409
    client.post(f"/network/partners/{peer}/pause/", {"paused": "0"})
    client.post(f"/network/partners/{peer}/", {"address": "http://127.0.0.1:11", "every_min": "1440"})
    row = Peer.objects.get()
    assert (row.address, row.every_min, row.paused) == ("http://127.0.0.1:11", 1440, False)
    assert "What was exchanged stays" in client.get(f"/network/partners/{peer}/remove/").content.decode()
    client.post(f"/network/partners/{peer}/remove/")
    assert not Peer.objects.exists()


def test_how_it_failed_stands_on_the_page_in_words(org: str) -> None:
    client, peer = signed_in("ana", "keeper"), a_peer(org).id
    client.post(f"/network/partners/{peer}/exchange/")  # no worker runs: it is tried here
    assert "Nobody answers at this address" in client.get("/network/partners/").content.decode()
    (one,) = desk.partners(viewer=OPERATOR)
    assert (one.code, Peer.objects.get().failures) == ("no-answer", 1)


def test_it_waits_longer_after_each_failure(org: str) -> None:
    peer, waits = a_peer(org), []
    for _ in range(7):
        peer.refresh_from_db()
        with pytest.raises(NoAnswer):
            exchanging.exchange(peer)
        peer.refresh_from_db()
        assert peer.next_at
        assert peer.failed_at
        waits.append(round((peer.next_at - peer.failed_at) / timedelta(hours=1)))
    assert waits == [2, 4, 8, 16, 24, 24, 24]
    week = 7 * 24 * 60
    assert exchanging.next_after(timezone.now(), week, 3) > timezone.now() + timedelta(days=6)


def test_one_exchange_with_a_partner_at_a_time(org: str) -> None:
    peer = a_peer(org)
    with work.claim(exchanging.claim_key(peer.id)), pytest.raises(UnderWay):
        exchanging.exchange(peer)


def test_while_it_goes_on_the_page_says_that_tor_is_slow(org: str, settings: Settings) -> None:
    settings.NODE = replace(settings.NODE, exchange_proxy="socks5://127.0.0.1:9050")
    client, slow = signed_in("ana", "keeper"), "Tor may need two minutes until they answer."
    for address, said in ((NOBODY_THERE, False), (ONION, True)):
        with work.claim(exchanging.claim_key(a_peer(org, address=address).id)):
            page = client.get("/network/partners/").content.decode()
        assert "You can leave this page" in page
        assert (slow in page) is said


def test_whoever_calls_an_onion_service_is_not_sent_to_https(db: None, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/").status_code == 301
    assert Client().post("/exchange/1/hello", b"{}", content_type="application/json").status_code == 400


def test_the_worker_finds_whose_time_has_come(org: str) -> None:
    now, late = timezone.now(), timezone.now() + timedelta(hours=1)
    due = a_peer(org)
    Peer.objects.filter(id=due.id).update(next_at=now)
    not_due: list[dict[str, Any]] = [
        {"next_at": late, "every_min": 60},
        {"next_at": now, "paused": True},
        {"next_at": None, "every_min": 0},
    ]
    for number, values in enumerate(not_due):
        Peer.objects.filter(id=a_peer(org, address=f"http://127.0.0.1:{20 + number}").id).update(**values)
    tasks.due()
    assert work.waiting_for(tasks.exchange) == {due.id}


def test_whom_a_clock_that_was_ahead_put_off_is_called(org: str) -> None:
    """Set back since. Once a month is no longer than a month."""
    later = timezone.now() + timedelta(days=20)
    one, monthly = a_peer(org), a_peer(org, address="http://127.0.0.1:20")
    Peer.objects.filter(id=one.id).update(next_at=later, every_min=60)
    Peer.objects.filter(id=monthly.id).update(next_at=later, every_min=30 * 24 * 60)
    tasks.due()
    assert work.waiting_for(tasks.exchange) == {one.id}


def test_an_organisations_day_has_an_end(org: str) -> None:
    who = bytes.fromhex(org)
    quotas.spent(who, quotas.left(who), quotas.A_DAY.spend(999_999, 5))
    assert quotas.left(who).events == 1
    assert quotas.left(who).left(0)
    quotas.spent(who, quotas.left(who), quotas.left(who).spend(10, 5))
    assert not quotas.left(who).left(0)


def test_members_see_no_partners(org: str) -> None:
    a_peer(org)
    for client in (signed_in("moussa", "member"), Client()):
        assert NOBODY_THERE not in client.get("/network/partners/", follow=True).content.decode()
