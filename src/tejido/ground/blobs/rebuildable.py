"""Which blobs can be made anew from others: backups leave them out. Rooms register who knows them."""

from collections.abc import Callable, Collection

Ids = Callable[[], Collection[str]]
_KNOWN: list[Ids] = []


def register(known: Ids) -> None:
    """`known` gives the ids of blobs that its room makes again where they are missing."""
    if known not in _KNOWN:
        _KNOWN.append(known)


def ids() -> set[str]:
    """All of them."""
    return {blob for known in _KNOWN for blob in known()}
