"""Erasures through the API: what was erased, who has confirmed it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja import Router

from tejido.ground.api import listing
from tejido.ground.erasures import selectors
from tejido.ground.erasures.records import Erasure, Node
from tejido.ground.people import viewer_of

router = Router(tags=["erasures"])
READS = WRITES = "network.read"


@dataclass
class ErasureOut:
    """Something of ours that was erased in a network. `confirmed` of `asked` organisations hold it no more.

    `here`: no byte is left on this node; `before`: organisations that had left and were not told."""

    key: str
    kind: str
    network: str
    day: str
    reasons: list[str]
    here: bool
    confirmed: int
    asked: int
    nodes: list[Node]
    before: list[str]


def _out(one: Erasure) -> ErasureOut:
    it = one.standing
    return ErasureOut(
        one.key, one.kind, one.network, it.day, list(it.reasons), it.here, it.confirmed, it.asked, list(it.nodes),
        list(it.before),
    )  # fmt: skip


@listing(router, "/", ErasureOut, make=_out, name="erasures")
def list_erasures(request: HttpRequest) -> Any:
    """What this organisation has had erased in its networks, the latest first, and which nodes have confirmed it."""
    return selectors.erasures(viewer=viewer_of(request))


@router.get("/{key}", response=ErasureOut)
def get_erasure(request: HttpRequest, key: str) -> ErasureOut:
    """One of them, by the key of what was erased: of a voice, a translation."""
    return _out(selectors.erasure(viewer=viewer_of(request), key=key))
