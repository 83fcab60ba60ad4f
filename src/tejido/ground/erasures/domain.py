"""The rules of receipts, pure: whom a redact asks, and who has answered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tejido.ground.bodies import opening
from tejido.ground.erasures.events import CATALOGUE, CONFIRMED, Confirmed
from tejido.ground.store.entry import Entry

Order = tuple[int, bytes, bytes, int, bytes]
Lists = Sequence[tuple[Order, frozenset[bytes]]]
"""A space's member lists in order, each with the place of the event that wrote it."""
PATIENT = frozenset({"replaced"})
"""Reasons of redacts by which nobody takes words back: an edition gave way to a later one. Their receipts wait for company."""


@dataclass(frozen=True)
class ReceiptState:
    """One event's worth of receipts."""

    org: str
    redacts: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Request:
    """A redact and the organisations that it asks to erase."""

    redact: bytes
    asked: frozenset[bytes]


def fold(entries: Sequence[Entry]) -> ReceiptState | None:
    """The creating event alone; whether its redacts exist is for whoever reads."""
    first = opening(entries, CONFIRMED)
    said = first and CATALOGUE.read(first)
    if first is None or not isinstance(said, Confirmed):
        return None
    return ReceiptState(first.org.hex(), tuple(sorted(said.redacts)), said.how)


def members_at(lists: Lists, place: Order) -> frozenset[bytes]:
    """Who was in a space at that place of its order; nobody before the first list."""
    before = [members for order, members in lists if order < place]
    return before[-1] if before else frozenset()


def asked(lists: Lists, place: Order, author: bytes) -> frozenset[bytes]:
    """Whom a redact asks: the members at its place, less its author. Whoever joined later never held what it names."""
    return members_at(lists, place) - {author}


def left_before(lists: Lists, place: Order) -> frozenset[bytes]:
    """Who had been in the space and was there no more: they were not told, and keep what they had."""
    earlier = [members for order, members in lists if order < place]
    return frozenset().union(*earlier) - earlier[-1] if earlier else frozenset()


def answered(requests: Iterable[Request], receipts: Mapping[bytes, Collection[bytes]]) -> dict[bytes, bool]:
    """Every organisation asked by any of these, and whether it has answered all that asked it."""
    found: dict[bytes, bool] = {}
    for one in requests:
        for org in one.asked:
            found[org] = found.get(org, True) and org in receipts.get(one.redact, ())
    return found


def may_wait(reasons: Iterable[str]) -> bool:
    """Whether receipts for redacts with these reasons may wait for others to go with them."""
    return all(reason in PATIENT for reason in reasons)
