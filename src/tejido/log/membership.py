"""Who may write in a space: folded from its owner's `space.*` events alone, so that list and key have one history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tejido.log.descriptors import is_hex

OPENED, MEMBERS, KEY = "space.opened", "space.members", "space.key"
CONTROL = frozenset({OPENED, MEMBERS, KEY})
UNLIMITED = 2**53
MAX_MEMBERS = 1000
MAX_PURPOSE = 32


@dataclass(frozen=True)
class Pin:
    """The last accepted event of a removed member's log."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class Members:
    """A space's folded control state."""

    orgs: frozenset[bytes] = frozenset()
    pins: dict[bytes, Pin] = field(default_factory=dict)
    folder: str = ""
    purpose: str = ""
    opened: bytes = b""

    def may_write(self, org: bytes, owner: bytes) -> bool:
        """Whether `org` is in the space now."""
        return org == owner or org in self.orgs


def fold(entries: Iterable[tuple[str, bytes, dict[str, Any]]]) -> Members:
    """Fold `(kind, hash, body)` of the owner's control events, in order; malformed ones change nothing."""
    state = Members()
    for kind, digest, body in entries:
        if kind == OPENED and not state.opened:
            folder = body.get("folder")
            name = folder if is_hex(folder, 32) else ""
            purpose = body.get("purpose")
            known = purpose if isinstance(purpose, str) and len(purpose) <= MAX_PURPOSE else ""
            state = Members(state.orgs, state.pins, str(name), known, digest)
        elif kind == MEMBERS:
            state = _with_list(state, body)
    return state


def _with_list(state: Members, body: dict[str, Any]) -> Members:
    orgs, pins = body.get("members"), body.get("pins", {})
    if (
        not isinstance(orgs, list)
        or not isinstance(pins, dict)
        or len(orgs) > MAX_MEMBERS
        or not all(map(is_hex, orgs))
    ):
        return state
    parsed = parse_pins(pins) or {}
    return Members(frozenset(map(bytes.fromhex, orgs)), parsed, state.folder, state.purpose, state.opened)


def parse_pins(value: Any) -> dict[bytes, Pin] | None:
    """`{log: {"seq", "hash"}}`, less the entries that are malformed; None where it is no object."""
    if not isinstance(value, dict):
        return None
    return {bytes.fromhex(log): pin for log, one in value.items() if is_hex(log) and (pin := _pin(one))}


def _pin(value: Any) -> Pin | None:
    if not isinstance(value, dict) or type(value.get("seq")) is not int or not is_hex(value.get("hash")):
        return None
    return Pin(value["seq"], bytes.fromhex(value["hash"])) if value["seq"] >= 0 else None
