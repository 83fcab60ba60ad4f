"""Payloads that lie in a folder under an epoch key which is gone: newcomers could not open them."""

from collections.abc import Callable, Iterator

from tejido.log.payload import Payload
from tejido.replication.store import ReplicaStore, SharedSpace


def outdated(
    store: ReplicaStore, space: SharedSpace, carrier: str, load: Callable[[bytes], Payload | None]
) -> Iterator[bytes]:
    """Events whose file is to be written anew; each carrier is looked through once for what was wrapped anew."""
    fresh = store.rewrapped(space)
    mark = f"keys-{fresh[-1].number}" if fresh else ""
    if not fresh or mark in store.seen(carrier):
        return
    for one in fresh:
        lying = load(one.event)
        if lying is not None and lying.key_id == one.before:
            yield one.event
    store.mark_seen(carrier, mark)
