"""Horizons and the state hash of a space: a small room of notes, folded as `ground.store.folding` folds real rooms."""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

from tejido.log.membership import UNLIMITED
from tests.sim.rows import REDACT, LogRow, Said
from tests.sim.store import MemoryStore

OPENED, SAID, RATED = "sim.note.opened", "sim.note.said", "sim.note.rated"
KNOWN = {1: frozenset({(OPENED, 1), (SAID, 1)}), 2: frozenset({(OPENED, 1), (SAID, 1), (SAID, 2), (RATED, 1)})}
"""By the version of a node's program: which kinds, in which schema, it folds. The others it keeps and passes on."""


def allowed(store: MemoryStore, row: LogRow) -> int:
    """The seq before which this log may fold, by identity and membership."""
    log = row.log
    if log.identity:
        return UNLIMITED
    space = store.spaces_known.get(log.space)
    if space is None or not store.authorised(log):
        return 0
    members, end = store.members_of.get(log.space), store.end_of(log)
    if log.org == space.owner or (members and members.may_write(log.org, space.owner)):
        return end
    pin = members.pins.get(log.id) if members else None
    return min(end, pin.seq + 1) if pin and pin.hash in row.by_seq.get(pin.seq, ()) else 0


def horizon(store: MemoryStore, row: LogRow) -> int:
    """Events with a smaller seq fold."""
    limits = [allowed(store, row), row.length, *(store.rows[event].place.seq for event in row.pending)]
    return min(limits if row.forked_at is None else [*limits, row.forked_at])


def state_hashes(store: MemoryStore, version: int) -> dict[bytes, str]:
    """State hash of each space that this node knows, as a program of this version sees it."""
    groups: dict[bytes, list[Said]] = defaultdict(list)
    for row in store.logs_known.values():
        if not row.log.identity:
            for one in _below(store, row):
                groups[one.aggregate].append(one)
    hashes = {space: sha256() for space in store.spaces_known}
    for aggregate in sorted(groups):
        entries = coherent(store, sorted(groups[aggregate], key=lambda one: one.order))
        folds = [one for one in entries if _known(one, version)]
        if folds:
            hashes[folds[0].space].update(aggregate + b"".join(one.hash for one in folds))
    return {space: digest.hexdigest() for space, digest in hashes.items()}


def _below(store: MemoryStore, row: LogRow) -> Iterable[Said]:
    end = horizon(store, row)
    for seq in range(end):
        for event in row.by_seq[seq]:
            one = store.contents.get(event)
            if one is not None and (one.kind != REDACT or one.hash in store.applied):
                yield one


def _known(one: Said, version: int) -> bool:
    kind = one.body.get("kind") if one.kind == REDACT else one.kind
    return any(kind == name and (one.kind == REDACT or one.schema == schema) for name, schema in KNOWN[version])


def coherent(store: MemoryStore, entries: list[Said]) -> list[Said]:
    """Those of the creating event's space; where that event was erased, its redact says what it was."""
    for one in entries:
        if one.hash == one.aggregate:
            return [other for other in entries if other.space == one.space]
    first = [redact for redact in store.applied if store.redactions[redact][0] == entries[0].aggregate]
    for one in entries:
        if one.kind == REDACT and first and one.hash == min(first):
            return [other for other in entries if other.space == one.space]
    return []
