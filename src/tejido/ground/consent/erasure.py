"""Erasing events of an aggregate: all of them, or all but those that stand on their own."""

from collections.abc import Collection
from typing import Any

from tejido.ground.store.db import rows
from tejido.ground.store.public import REDACT, redact, writing

EVENTS = """SELECT e.hash, i.kind FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
            WHERE i.akey = %s AND i.kind <> %s ORDER BY e.id"""
REDACTED = "SELECT 1 FROM store_event WHERE hash = %s AND state = 2"


def erase(space: bytes, aggregate: bytes, *, kind: str, stub: dict[str, Any], reason: str) -> int:
    """Redact every event of one of our own aggregates; the opening one, of `kind`, leaves `stub`. How many there were.

    An opening event that was erased before, while a later edition stood, is named once more: nothing stands now."""
    with writing():
        events = _events(aggregate)
        if rows(REDACTED, [aggregate]):
            events.append((aggregate, kind))
        _redact(space, aggregate, events, stub, reason)
    return len(events)


def erase_earlier(
    space: bytes,
    aggregate: bytes,
    *,
    keep: Collection[bytes],
    spare: Collection[str],
    stub: dict[str, Any],
    reason: str,
) -> int:
    """Redact all events but those in `keep` and of the kinds in `spare`; the opening one leaves `stub`. How many."""
    with writing():
        events = [(digest, kind) for digest, kind in _events(aggregate) if kind not in spare and digest not in keep]
        _redact(space, aggregate, events, stub, reason)
    return len(events)


def _events(aggregate: bytes) -> list[tuple[bytes, str]]:
    return [(bytes(digest), kind) for digest, kind in rows(EVENTS, [aggregate[:16], REDACT])]


def _redact(
    space: bytes, aggregate: bytes, events: Collection[tuple[bytes, str]], stub: dict[str, Any], reason: str
) -> None:
    for digest, kind in events:
        left = stub if digest == aggregate else {}
        redact(space, digest, aggregate=aggregate, kind=kind, stub=left, reason=reason)
