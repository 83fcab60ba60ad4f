"""What rooms and the rest of the ground may use of the store."""

from tejido.ground.store.appending import Appended, Fact, NoKey, NotReady, append, guard, known_own, own_row, redact
from tejido.ground.store.db import row_key, writing
from tejido.ground.store.derived import ReadModel
from tejido.ground.store.entry import BadBody, Entry
from tejido.ground.store.erasing import dealt_with, returned
from tejido.ground.store.hashing import state_hash, state_hashes
from tejido.ground.store.histories import entries_of, list_entries, member_lists, stamp_of
from tejido.ground.store.registry import REDACT, REGISTRY, Family, Folded, Kind, follow, register

__all__ = [
    "REDACT",
    "REGISTRY",
    "Appended",
    "BadBody",
    "Entry",
    "Fact",
    "Family",
    "Folded",
    "Kind",
    "NoKey",
    "NotReady",
    "ReadModel",
    "append",
    "dealt_with",
    "entries_of",
    "follow",
    "guard",
    "known_own",
    "list_entries",
    "member_lists",
    "own_row",
    "redact",
    "register",
    "returned",
    "row_key",
    "stamp_of",
    "state_hash",
    "state_hashes",
    "writing",
]
