"""Which events of a device's log count where it forks: a function of the events held and of the organisation's identity."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tejido.log.identity import Resolution
from tejido.log.membership import Pin


class Link(NamedTuple):
    """One event of a log: its hash, that of the event before it (empty at seq 0), and its number."""

    hash: bytes
    prev: bytes
    seq: int


class Course(NamedTuple):
    """`kept`: the links that count, in order, from the first fork on. `stopped_at`: the seq of a fork that nobody resolved."""

    kept: tuple[Link, ...]
    stopped_at: int | None


def course(links: Iterable[Link], forked_at: int, resolved: Sequence[Resolution], pin: Pin | None = None) -> Course:
    """Follow a log from its first fork on. `links`: its events from `forked_at` on; `resolved`: those of this log, in order.

    A revoked device's `pin` decides by itself: what leads to the pinned event counts, so that whoever holds a stolen key
    cannot stop the past by forking it."""
    listed = [link for link in links if link.seq >= forked_at]
    if pin is not None and (path := _path(listed, pin)):
        return Course(path, None)
    children: dict[bytes, list[Link]] = defaultdict(list)
    for link in listed:
        children[link.prev].append(link)
    following = [link for link in listed if link.seq == forked_at]
    kept: list[Link] = []
    while following:
        found = following[0] if len(following) == 1 else _kept(following, resolved)
        if found is None:
            return Course(tuple(kept), following[0].seq)
        kept.append(found)
        following = children[found.hash]
    return Course(tuple(kept), None)


def _kept(branches: Sequence[Link], resolved: Sequence[Resolution]) -> Link | None:
    """The branch that the last resolution of this very fork keeps: one that names every branch held."""
    by_hash = {link.hash: link for link in branches}
    for one in reversed(resolved):
        if one.seq == branches[0].seq and by_hash.keys() <= one.branches and one.keep in by_hash:
            return by_hash[one.keep]
    return None


def _path(links: Iterable[Link], pin: Pin) -> tuple[Link, ...]:
    by_hash, path = {link.hash: link for link in links}, list[Link]()
    link = by_hash.get(pin.hash)
    while link is not None and (path or link.seq == pin.seq):
        path.append(link)
        link = by_hash.get(link.prev)
    return tuple(reversed(path))
