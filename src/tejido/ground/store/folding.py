"""Folding: from the index of an aggregate's events to its state and its rows, always the whole aggregate.

Only folded state is written, so that it does not matter in which order events came.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from django.db import transaction

from tejido.ground.store import db, reading, tables
from tejido.ground.store.db import row_key
from tejido.ground.store.derived import Aggregate
from tejido.ground.store.logs import Snapshot
from tejido.ground.store.registry import REDACT, REGISTRY, Entry, Family, Folded, Follower

STATE_COLUMNS = ("akey", "aggregate", "space_id", "family", "state")
BATCH = 2000


@dataclass
class Stale:
    """Aggregates to fold again: family → keys. Families that this version does not know are left out."""

    keys: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))

    def add(self, family: str, akey: bytes) -> None:
        """Mark one aggregate."""
        if family:
            self.keys[family].add(akey)

    def __bool__(self) -> bool:
        return any(self.keys.values())

    def all(self) -> set[bytes]:
        """Every key."""
        return {akey for keys in self.keys.values() for akey in keys}


@dataclass
class Context:
    """What folding reads: logs with their horizons, keys that open payloads, entries already in memory."""

    shot: Snapshot
    keys: Mapping[bytes, bytes]
    cache: dict[int, Entry] = field(default_factory=dict)

    @cached_property
    def aside(self) -> frozenset[int]:
        """Events on branches that were passed over."""
        return frozenset(event_id for (event_id,) in db.rows("SELECT event_id FROM store_aside"))


def encode(state: object) -> bytes:
    """The canonical bytes of a folded state."""
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS)


def refold(stale: Stale, context: Context) -> None:
    """Fold these aggregates and write their states and rows; call it inside a write transaction."""
    for name, akeys in stale.keys.items():
        ordered = sorted(akeys)
        for start in range(0, len(ordered), BATCH):
            refold_family(REGISTRY.families[name], ordered[start : start + BATCH], context)
        for follower in REGISTRY.followers.get(name, ()):
            _tell_later(follower, [row_key(akey) for akey in ordered])


def _tell_later(follower: Follower, keys: list[str]) -> None:
    """After the commit; what it raises is logged and stops nobody. No `partial`: Django cannot name one in its log."""

    def told() -> None:
        follower(keys)

    transaction.on_commit(told, robust=True)


def refold_family(family: Family, akeys: list[bytes], context: Context, suffix: str = "") -> None:
    """Fold aggregates of one family into the tables with `suffix`."""
    groups = gather(family, akeys, context, suffix)
    had = _had(family, akeys, suffix)
    folded = fold_groups(family, groups, context)
    write(family, folded, suffix)
    gone = had - {one.aggregate[:16] for one in folded}
    _clear(family, had, folded, gone, suffix)


def gather(family: Family, akeys: list[bytes], context: Context, suffix: str = "") -> dict[bytes, list[Entry]]:
    """Entries of each aggregate that lie below their log's horizon, in the order of folding.

    An aggregate lives in the space and the family of its creating event: what names it from elsewhere counts for nothing,
    so that nobody can change what another space, or another room, folds."""
    sql = f"SELECT event_id, akey FROM store_eventindex{suffix} WHERE family = %s AND akey IN ({{}})"  # noqa: S608
    index = db.rows_in(sql, akeys, [family.name])
    missing = [event_id for event_id, _ in index if event_id not in context.cache]
    loaded = reading.entries(missing, context.shot, context.keys) if missing else {}
    groups: dict[bytes, list[Entry]] = defaultdict(list)
    logs = context.shot.logs
    for event_id, akey in index:
        entry = context.cache.get(event_id) or loaded.get(event_id)
        if entry is not None and entry.seq < logs[entry.log].row.horizon and event_id not in context.aside:
            groups[bytes(akey)].append(entry)
    return {akey: kept for akey, entries in groups.items() if (kept := _coherent(entries))}


def _coherent(entries: list[Entry]) -> list[Entry]:
    """Those of the creating event's space, sorted; where that event was erased, its redact says what it was."""
    entries.sort(key=_order)
    if any(entry.kind == REDACT for entry in entries):
        entries = _without_idle_redacts(entries)
    for entry in entries:
        if entry.hash == entry.aggregate:
            return [one for one in entries if one.aggregate == entry.hash and one.space == entry.space]
    for entry in entries:
        if entry.kind == REDACT and entry.body.get("target") == entry.aggregate.hex() and _speaks(entry):
            return [one for one in entries if one.aggregate == entry.aggregate and one.space == entry.space]
    return []


def _without_idle_redacts(entries: list[Entry]) -> list[Entry]:
    """A redact counts where it erased something: not where it names another organisation's event, or none."""
    named = [entry.hash for entry in entries if entry.kind == REDACT]
    sql = "SELECT redact FROM store_redaction WHERE applied = %s AND redact IN ({})"
    acting = {bytes(redact) for (redact,) in db.rows_in(sql, named, [True])}
    return [entry for entry in entries if entry.kind != REDACT or entry.hash in acting]


def _speaks(redact: Entry) -> bool:
    """Of several redacts of one creating event, the one with the least hash says what it was."""
    sql = """SELECT r.redact FROM store_redaction r JOIN store_event e ON e.hash = r.redact
             JOIN store_eventindex i ON i.event_id = e.id
             WHERE r.applied = %s AND r.target = %s AND i.akey = %s AND i.family <> '' ORDER BY r.redact LIMIT 1"""
    first = db.value(sql, [True, redact.aggregate, redact.aggregate[:16]])
    return first is not None and bytes(first) == redact.hash


def _order(entry: Entry) -> tuple[int, bytes, bytes, int, bytes]:
    return (entry.lam, entry.org, entry.log, entry.seq, entry.hash)


def fold_groups(family: Family, groups: Mapping[bytes, list[Entry]], context: Context) -> list[Folded]:
    """The states of these aggregates; those that fold to None are left out."""
    folded = []
    spaces = context.shot.spaces
    for entries in groups.values():
        state = family.fold(entries)
        if state is None:
            continue
        first = entries[0]
        space = spaces[first.space]
        folded.append(Folded(row_key(first.aggregate), first.aggregate, row_key(first.space), space.id, state))
    return folded


def write(family: Family, folded: list[Folded], suffix: str = "") -> None:
    """Upsert states and rows."""
    states = [(one.aggregate[:16], one.aggregate, one.space_id, family.name, encode(one.state)) for one in folded]
    db.upsert(tables.name(Aggregate, suffix), STATE_COLUMNS, "akey", states)


def forget(family: Family, akeys: Sequence[bytes], suffix: str = "") -> None:
    """Delete states, rows and documents of aggregates that something was erased from; folding writes the rest anew."""
    db.execute_in(f"DELETE FROM {tables.name(Aggregate, suffix)} WHERE akey IN ({{}})", akeys)  # noqa: S608
    sources = [row_key(akey) for akey in akeys]
    for model in family.models:
        tables.delete_sources(model, sources, suffix)
    if family.index and not suffix:
        _write_search(family, sources, [])


def _had(family: Family, akeys: list[bytes], suffix: str) -> set[bytes]:
    sql = f"SELECT akey FROM {tables.name(Aggregate, suffix)} WHERE family = %s AND akey IN ({{}})"  # noqa: S608
    return {bytes(akey) for (akey,) in db.rows_in(sql, akeys, [family.name])}


def _clear(family: Family, had: set[bytes], folded: list[Folded], gone: set[bytes], suffix: str) -> None:
    sql = f"DELETE FROM {tables.name(Aggregate, suffix)} WHERE akey IN ({{}})"  # noqa: S608
    db.execute_in(sql, gone)
    sources = [row_key(akey) for akey in had]
    for model in family.models:
        tables.delete_sources(model, sources, suffix)
    if family.project and folded:
        write_rows(family.project(folded), suffix)
    if family.index and not suffix:
        _write_search(family, sources, folded)


def write_rows(rows: Iterable[Any], suffix: str = "") -> None:
    """Upsert read-model rows of any models."""
    by_model: dict[tables.Model, list[Any]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, listed in by_model.items():
        tables.insert(model, listed, suffix)


def _write_search(family: Family, sources: list[str], folded: list[Folded]) -> None:
    from tejido.ground import search

    search.remove(sources)
    if family.index and folded:
        search.replace([one.key for one in folded], list(family.index(folded)))
