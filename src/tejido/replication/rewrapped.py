"""Payloads that lie in a folder under an epoch key which is gone: newcomers could not open them."""

from collections.abc import Callable, Iterator

from tejido.log.payload import Payload
from tejido.replication.store import ReplicaStore, SharedSpace

MARK = "keys-"
AN_EXCHANGE = 2000
"""Looked at in one exchange: a stick takes some seconds for so many files. The next one goes on; meanwhile wants are answered."""


def outdated(
    store: ReplicaStore, space: SharedSpace, carrier: str, load: Callable[[str], Payload | None]
) -> Iterator[bytes]:
    """Events whose file (`load` reads it by their hex) is to be written anew; once a carrier for what was wrapped anew."""
    marks = [name for name in store.seen(carrier) if name.startswith(MARK)]
    fresh = store.rewrapped(space, max((int(name.removeprefix(MARK)) for name in marks), default=0), AN_EXCHANGE)
    if not fresh:
        return
    for one in fresh:
        lying = load(one.event.hex())
        if lying is not None and lying.key_id == one.before:
            yield one.event
    store.mark_seen(carrier, [f"{MARK}{fresh[-1].number}"])
    for name in marks:
        store.forget_seen(carrier, name)
