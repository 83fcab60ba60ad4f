"""Checks of what was folded: identities, member lists, horizons, and every aggregate's state and rows, folded anew.

Aggregates are folded in the order of their ids and batch by batch, so that the state hash of each space comes out of the
same pass and memory stays flat.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from django.db import models

from tejido.ground.keeping.faults import Fault, Findings, warning
from tejido.ground.store import control, courses, db, hashing, logs, reading, tables
from tejido.ground.store.batch import Batch
from tejido.ground.store.derived import ReadModel
from tejido.ground.store.folding import Context, encode, fold_groups, gather
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.models import ReadTable, Rebuild
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.registry import REGISTRY, Folded
from tejido.log.identity import Identity

AGGREGATES = 900
REBUILD = "run `tejido rebuild`"


def _batch() -> Batch:
    return Batch(logs.snapshot(), reading.epoch_keys())


def identities() -> Findings:
    """Admin keys and devices of each organisation, folded anew from its identity log."""
    orgs = _batch().shot.orgs.items()
    for org, row in orgs:
        folded = control.folded_identity(org)
        noted = (row.admin, row.devices, row.ended, row.resolved)
        if folded is None or noted != _as_noted(folded):
            yield Fault("identities", f"organisation {org.hex()[:12]}", "differs from what its identity log says")
    return f"{len(orgs)} organisations"


def _as_noted(folded: Identity) -> tuple[Any, ...]:
    devices = {device.key.hex(): device.age for device in folded.devices.values()}
    return folded.admin.value(), devices, control.ended_value(folded), control.resolved_value(folded)


def members() -> Findings:
    """The member list of each space, folded anew from its owner's events."""
    batch = _batch()
    for space, row in batch.shot.spaces.items():
        if row.members and row.members != control.members_value(control.folded_members(row, batch)):
            yield Fault(
                "members", f"space {space.hex()[:12]}", "its member list differs from what its owner's log says"
            )
    return f"{len(batch.shot.spaces)} spaces"


def horizons() -> Findings:
    """How far each log counts."""
    batch = _batch()
    for info in batch.shot.logs.values():
        row = info.row
        yield from _course(info, batch)
        allowed = control.allowed(info, batch)
        horizon = control.horizon(info, allowed)
        if row.horizon != horizon or (
            row.head_seq >= 0 and row.allowed != allowed
        ):  # a log known by name only: not yet
            noted = f"counts up to seq {row.horizon}, should up to {horizon}"
            yield Fault("horizons", f"log {bytes(row.hash).hex()[:12]}", noted)
    return f"{len(batch.shot.logs)} logs"


def _course(info: logs.LogInfo, batch: Batch) -> Iterable[Fault]:
    """Which branch counts, and where a revoked device's log ends."""
    row, noted = info.row, courses.aside_of(info)
    expected = courses.going(info, batch.shot) if courses.bent(info, batch.shot) else courses.Going()
    if info.log.identity and (folded := control.folded_identity(info.log.org)):
        expected = courses.Going(folded.forked_at)
    if (row.stopped_at, row.ended_at, noted) != (expected.stopped_at, expected.ended_at, expected.aside):
        yield Fault("horizons", f"log {bytes(row.hash).hex()[:12]}", "goes on along another branch than it should")
    elif row.branched != bool(noted):
        yield Fault("horizons", f"log {bytes(row.hash).hex()[:12]}", "hides or shows branches that were passed over")


def derived_tables() -> Findings:
    """Derived tables have the shape that this version creates, and no rebuild is due or under way."""
    known = {row.name: row for row in ReadTable.objects.all()}
    for model in tables.derived():
        row = known.get(model._meta.db_table)
        if row is None or row.shape != tables.shape(model):
            yield Fault("tables", model._meta.db_table, f"is missing or of another version: {REBUILD}")
        elif row.stale:
            yield Fault("tables", model._meta.db_table, f"was made anew and not filled yet: {REBUILD}")
    if Rebuild.objects.exclude(phase="idle").exists():
        yield warning("tables", "", f"a rebuild was begun and is not finished: {REBUILD}")
    return f"{len(tables.derived())} derived tables"


def states() -> Findings:
    """Every aggregate folded anew and compared with its stored state and rows; the state hash of each space."""
    context = Context(logs.snapshot(), reading.epoch_keys())
    digests = {row.id: sha256(hashing.PREFIX) for row in context.shot.spaces.values()}
    seen, count = dict.fromkeys(REGISTRY.models(), 0), 0
    for akeys, families in _aggregates():
        folded = _folded(akeys, families, context)
        count += len(folded)
        yield from _compared(akeys, folded)
        for akey in sorted(folded):
            one, state = folded[akey][1], encode(folded[akey][1].state)
            digests[one.space_id].update(one.aggregate + len(state).to_bytes(8, "big") + state)
        yield from _rows_compared(folded, seen)
    yield from _left_over(count, seen)
    yield from _hashes({space: digest.hexdigest() for space, digest in digests.items()})
    listed = ", ".join(f"{row_hash[:12]} {value[:12]}" for row_hash, value in sorted(hashing.state_hashes().items()))
    return f"{count:,} aggregates folded anew; state by space: {listed or 'none'}"


def _aggregates() -> Iterator[tuple[list[bytes], dict[bytes, set[str]]]]:
    sql = "SELECT DISTINCT akey FROM store_eventindex WHERE akey > %s ORDER BY akey LIMIT %s"
    last = b""
    while akeys := [bytes(akey) for (akey,) in db.rows(sql, [last, AGGREGATES])]:
        families: dict[bytes, set[str]] = defaultdict(set)
        for akey, family in db.rows_in("SELECT DISTINCT akey, family FROM store_eventindex WHERE akey IN ({})", akeys):
            families[bytes(akey)].add(family)
        yield akeys, families
        last = akeys[-1]


def _folded(
    akeys: Sequence[bytes], families: Mapping[bytes, set[str]], context: Context
) -> dict[bytes, tuple[str, Folded]]:
    """Family and state by aggregate; those that fold to nothing are left out."""
    found: dict[bytes, tuple[str, Folded]] = {}
    for name in sorted({family for listed in families.values() for family in listed if family}):
        mine = [akey for akey in akeys if name in families[akey]]
        for one in fold_groups(REGISTRY.families[name], gather(REGISTRY.families[name], mine, context), context):
            found[one.aggregate[:16]] = (name, one)
    return found


def _compared(akeys: Sequence[bytes], folded: Mapping[bytes, tuple[str, Folded]]) -> Iterable[Fault]:
    sql = "SELECT akey, family, space_id, state FROM store_aggregate WHERE akey IN ({})"
    stored = {bytes(row[0]): (row[1], row[2], bytes(row[3])) for row in db.rows_in(sql, akeys)}
    for akey in akeys:
        family, one = folded.get(akey, ("", None))
        expected = (family, one.space_id, encode(one.state)) if one else None
        if stored.get(akey) != expected:
            what = "is missing" if akey not in stored else "should not be there" if one is None else "differs"
            yield Fault("states", f"{family or 'aggregate'} {akey.hex()[:12]}", f"its stored state {what}: {REBUILD}")


def _rows_compared(folded: Mapping[bytes, tuple[str, Folded]], seen: dict[type[ReadModel], int]) -> Iterable[Fault]:
    by_family: dict[str, list[Folded]] = defaultdict(list)
    for name, one in folded.values():
        by_family[name].append(one)
    for name, listed in by_family.items():
        family = REGISTRY.families[name]
        expected: dict[type[ReadModel], dict[str, Any]] = {model: {} for model in family.models}
        for row in family.project(listed) if family.project else ():
            expected[type(row)][row.key] = _values(row)
        for model, rows in expected.items():
            seen[model] += len(rows)
            stored = {row.key: _values(row) for row in _stored(model, [one.key for one in listed])}
            for key in sorted(rows.keys() | stored.keys()):
                if rows.get(key) != stored.get(key):
                    yield Fault("rows", f"{model._meta.db_table} {key}", f"differs from the folded state: {REBUILD}")


def _stored(model: type[ReadModel], sources: Sequence[str]) -> "models.QuerySet[Any]":
    manager: models.Manager[Any] = model._default_manager
    return manager.filter(**{"key__in" if model.single else "source__in": sources})


def _values(row: ReadModel) -> list[Any]:
    """Column values as they compare before and after the database: JSON as its bytes, bytes as bytes."""
    return [_value(field, getattr(row, str(field.attname))) for field in row._meta.concrete_fields]


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if isinstance(field, models.BinaryField):
        return None if value is None else bytes(value)
    return field.to_python(value)


def _left_over(count: int, seen: Mapping[type[ReadModel], int]) -> Iterable[Fault]:
    held = db.value("SELECT COUNT(*) FROM store_aggregate")
    if held > count:
        yield Fault("states", "", f"{held - count} stored states belong to no readable event: {REBUILD}")
    for model, expected in seen.items():
        rows = db.value(f"SELECT COUNT(*) FROM {tables.name(model)}")  # noqa: S608
        if rows > expected:
            yield Fault("rows", model._meta.db_table, f"{rows - expected} rows belong to no state: {REBUILD}")


def _hashes(folded: Mapping[int, str]) -> Iterable[Fault]:
    for row in SpaceRow.objects.order_by("id"):
        if hashing.state_hash(row.id) != folded[row.id]:
            space = f"space {bytes(row.hash).hex()[:12]}"
            yield Fault("states", space, f"its state hash is not that of the state folded anew: {REBUILD}")


def unfolded() -> Findings:
    """Logs of organisations that are not, or no longer, members: kept, and counting for nothing."""
    yield from ()
    removed = LogRow.objects.exclude(space_id=0).filter(head_seq__gte=0, allowed=0).count()
    return f"{removed} logs of organisations that are no members" if removed else "every log is of a member"
