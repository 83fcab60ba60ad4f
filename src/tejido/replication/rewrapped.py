"""Payloads that lie in a folder under an epoch key which is gone: newcomers could not open them."""

from collections.abc import Callable, Iterator

from tejido.log.payload import Payload
from tejido.replication.store import ReplicaStore, SharedSpace


def outdated(
    store: ReplicaStore, space: SharedSpace, carrier: str, load: Callable[[str], Payload | None]
) -> Iterator[bytes]:
    """Events whose file (`load` reads it by their hex) is to be written anew; once a carrier for what was wrapped anew."""
    fresh = store.rewrapped(space)
    mark = f"keys-{fresh[-1].number}" if fresh else ""
    if not fresh or mark in store.seen(carrier):
        return
    for one in fresh:
        lying = load(one.event.hex())
        if lying is not None and lying.key_id == one.before:
            yield one.event
    store.mark_seen(carrier, [mark])
