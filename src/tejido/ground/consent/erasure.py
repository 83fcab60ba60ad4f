"""Erasing an aggregate whole: every event of it, so that no draft, correction or edition stays behind."""

from typing import Any

from tejido.ground.store.db import rows
from tejido.ground.store.public import REDACT, redact, writing

EVENTS = """SELECT e.hash, i.kind FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
            WHERE i.akey = %s AND i.kind <> %s ORDER BY e.id"""


def erase(space: bytes, aggregate: bytes, *, stub: dict[str, Any], reason: str) -> int:
    """Redact every event of one of our own aggregates; the opening one leaves `stub`. How many there were."""
    with writing():
        events = [(bytes(digest), kind) for digest, kind in rows(EVENTS, [aggregate[:16], REDACT])]
        for digest, kind in events:
            left = stub if digest == aggregate else {}
            redact(space, digest, aggregate=aggregate, kind=kind, stub=left, reason=reason)
    return len(events)
