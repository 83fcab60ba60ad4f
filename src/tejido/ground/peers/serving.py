"""Answering turns: whatever an answer needs comes with the question, so that any process of this node can give it."""

from collections.abc import Iterable, Iterator
from random import SystemRandom

from django.utils import timezone

from tejido.ground.network.replica import NodeStore
from tejido.ground.peers import quotas, wire
from tejido.ground.store import erasing
from tejido.replication import caps, driving
from tejido.replication.access import Peer
from tejido.replication.messages import Message
from tejido.replication.states import Server


def answer(peer: Peer, body: Iterable[bytes], most: int = caps.TURN) -> bytes:
    """The answer's body to a turn's body, with about `most` bytes. What came whole before a cut is taken in."""
    store = NodeStore()
    before = quotas.left(peer.org, store.waiting())
    state, report = Server(store, peer, before, most=most), driving.Report()
    now = int(timezone.now().timestamp())
    state, said = driving.turn(state, store, _heard(body), now, SystemRandom(), report)
    quotas.spent(peer.org, before, state.allowance)
    if erasing.unscrubbed():
        erasing.scrub()
    return wire.pack(said)


def _heard(body: Iterable[bytes]) -> Iterator[Message]:
    """Messages up to where the line is cut."""
    try:
        yield from wire.unpack(body)
    except OSError:
        return
