"""Exchange in the background: partners whose time has come are found by looking, a button queues one at once."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from tejido.ground import work
from tejido.ground.errors import Problem
from tejido.ground.peers import exchanging
from tejido.ground.peers.models import Peer


def request(peer: str) -> None:
    """Let the worker exchange with a partner as soon as it can."""
    work.enqueue_once(exchange, peer)


def asked_for(peers: Collection[str]) -> dict[str, int]:
    """Of these partners those whose exchange was asked for and is not done: how far it is, in percent."""
    waiting = work.waiting_for(exchange)
    found = work.progress_of([exchanging.claim_key(one) for one in peers])
    at = {one: found.get(exchanging.claim_key(one)) for one in peers}
    running = {one: how.permille // 10 for one, how in at.items() if how and how.state == "running"}
    return {one: 0 for one in peers if one in waiting} | running


@work.task()
def exchange(peer: str) -> None:
    """Exchange with one partner, for two minutes at most: what is not done then is done by the next task, behind what waits."""
    row = Peer.objects.filter(id=peer, paused=False).first()
    if row is None:
        return
    try:
        went = exchanging.exchange(row)
    except Problem:
        return  # it stands on the page
    if not went.over:
        request(peer)


@work.sweeper
def due() -> None:
    """Partners whose time has come."""
    now = timezone.now()
    for peer in Peer.objects.filter(paused=False, every_min__gt=0):
        if _has_come(peer, now) and work.due([exchanging.claim_key(peer.id)]):
            request(peer.id)


def _has_come(peer: Peer, now: datetime) -> bool:
    """Also where it is put off further than any rule does: by a clock that has been set back since."""
    return peer.next_at is None or not now < peer.next_at <= exchanging.latest(now, peer.every_min)
