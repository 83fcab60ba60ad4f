"""Rebuild: every derived table made anew beside the old one, then swapped in one short transaction.

Phase `index` opens every event once and notes its kind and aggregate; phase `fold` goes through the aggregates in order.
Each batch commits its place, so that a killed rebuild goes on where it stopped. Whatever changes meanwhile is noted by the
live folding (table `Dirty`) and done again before the swap. Readers see the old tables until then.
"""

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import orjson
from django.conf import settings
from django.db import connection

from tejido.ground.errors import Problem
from tejido.ground.store import db, logs, reading, tables
from tejido.ground.store.batch import INDEX, USE, family_of, family_of_kind
from tejido.ground.store.derived import Aggregate, BlobUse, EventIndex
from tejido.ground.store.folding import Context, fold_groups, gather, write, write_rows
from tejido.ground.store.models import Dirty, ReadTable, Rebuild
from tejido.ground.store.registry import REDACT, REGISTRY, Entry, Family
from tejido.ground.store.tables import NEW, OLD
from tejido.log.payload import SALT, Payload

EVENTS_A_BATCH = 4000
AGGREGATES_A_BATCH = 1000
FEW = 200
IndexRow = tuple[int, int, str, str, bytes]
UseRow = tuple[str, str, int]
Progress = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """No progress shown."""


class Rebuilding(Problem):
    """Another process is rebuilding this node already. `tejido rebuild --status` says how far it is."""

    status = 409
    code = "rebuilding"


@contextmanager
def _alone(*, wait: bool) -> Iterator[None]:
    """One rebuild at a time: a lock in the node's folder, and one in the database where several machines share it."""
    with (Path(settings.NODE_DIR) / "rebuild.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Rebuilding from error
        with db.session_lock(wait=wait) as held:
            if not held:
                raise Rebuilding
            yield


def rebuild(progress: Progress = _quiet) -> None:
    """Rebuild everything, or go on with a rebuild that was killed. `progress(done, total)` counts events twice.

    Raises `Rebuilding` where another process is at it."""
    with _alone(wait=False), db.without_collector():
        _rebuild(progress)


def rebuild_due() -> None:
    """At the start of a process: wait for whoever rebuilds, and rebuild what is stale still."""
    with _alone(wait=True), db.without_collector():
        if ReadTable.objects.filter(stale=True).exists():
            _rebuild(_quiet)


def _rebuild(progress: Progress) -> None:
    state = _begin()
    if state.phase == "index":
        _index(state, progress)
    if state.phase == "fold":
        _fold(state, progress)
    while Dirty.objects.count() > FEW:
        with db.writing():
            _redo_dirty()
    _swap(state)
    _reindex_search()


def _begin() -> Rebuild:
    with db.writing():
        state = Rebuild.objects.get_or_create(id=1)[0]
        _drop_old()
        if state.phase != "idle" and _intact():
            return state
        Dirty.objects.all().delete()
        for model in tables.derived():
            tables.create(model, NEW)
        state.phase, state.cursor, state.family, state.akey, state.done = "index", 0, "", b"", 0
        state.upto = logs.last_event_id()
        state.total = 2 * int(db.value("SELECT COUNT(*) FROM store_event"))
        state.save()
    return state


def _intact() -> bool:
    names = set(connection.introspection.table_names())
    return all(model._meta.db_table + NEW in names and _has_shape(model) for model in tables.derived())


def _has_shape(model: tables.Model) -> bool:
    """Whether the shadow table has the columns of this version: a rebuild may have been killed before an upgrade."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, model._meta.db_table + NEW)
    return [column.name for column in found] == list(tables.columns(model))


def _context() -> Context:
    return Context(logs.snapshot(), reading.epoch_keys())


def _index(state: Rebuild, progress: Progress) -> None:
    context = _context()
    sql = reading.LOAD + "WHERE e.id > %s AND e.id <= %s AND e.state = 1 ORDER BY e.id LIMIT %s"
    while loaded := db.rows(sql, [state.cursor, state.upto, EVENTS_A_BATCH]):
        index, uses = _index_rows(loaded, context)
        with db.writing():
            _write_index(index, uses)
            state.cursor = loaded[-1][0]
            state.done += len(loaded)
            state.save()
        progress(state.done, state.total)
    state.phase = "fold"
    state.save()


def _index_rows(loaded: Iterable[reading.Row], context: Context) -> tuple[list[IndexRow], list[UseRow]]:
    """Index rows without building entries: a header in public form tells enough."""
    index: list[IndexRow] = []
    uses: list[UseRow] = []
    loaded = list(loaded)
    context.shot.logs.read_ids(row[1] for row in loaded)
    for event_id, log_id, _seq, _lam, digest, header, data, key_id, wrapped in loaded:
        info = context.shot.by_id[log_id]
        payload = Payload(bytes(data), bytes(key_id or b""), bytes(wrapped or b""))
        plain = reading.opened(payload, context.keys)
        if plain is None:
            continue
        said = orjson.loads(bytes(header)) if info.public else orjson.loads(plain[SALT:])
        kind, named = said["kind"], said["aggregate"]
        body = reading.told(info, bytes(header), plain).body if kind == REDACT else {}
        akey = bytes.fromhex(named)[:16] if named else bytes(digest)[:16]
        family = "" if info.log.identity else family_of_kind(kind, body)
        index.append((event_id, info.row.space_id, family, kind, akey))
        uses += [(f"{blob}-{event_id}", blob, event_id) for blob in said["blobs"]]
    return index, uses


def _entry_rows(found: dict[int, Entry], context: Context) -> tuple[list[IndexRow], list[UseRow]]:
    by_log = context.shot.logs
    index = [(i, by_log[e.log].row.space_id, family_of(e), e.kind, e.aggregate[:16]) for i, e in found.items()]
    return index, [(f"{blob}-{i}", blob, i) for i, e in found.items() for blob in e.blobs]


def _write_index(index: list[IndexRow], uses: list[UseRow]) -> None:
    db.many(INDEX.replace("store_eventindex", tables.name(EventIndex, NEW)), index)
    db.many(USE.replace("store_blobuse", tables.name(BlobUse, NEW)), uses)


def _fold(state: Rebuild, progress: Progress) -> None:
    for family in sorted(REGISTRY.families):
        if family < state.family:
            continue
        if family > state.family:
            state.family, state.akey = family, b""
        for akeys, events in _aggregates(family, state):
            with db.writing():
                fold_into_new(REGISTRY.families[family], akeys, _context())
                state.akey = akeys[-1]
                state.done += events
                state.save()
            progress(state.done, state.total)


def _aggregates(family: str, state: Rebuild) -> Iterator[tuple[list[bytes], int]]:
    sql = f"""SELECT akey, COUNT(*) FROM {tables.name(EventIndex, NEW)} WHERE family = %s AND akey > %s
              GROUP BY akey ORDER BY akey LIMIT %s"""  # noqa: S608
    while found := db.rows(sql, [family, bytes(state.akey), AGGREGATES_A_BATCH]):
        yield [bytes(akey) for akey, _ in found], sum(count for _, count in found)


def fold_into_new(family: Family, akeys: list[bytes], context: Context) -> None:
    """Fold aggregates into the shadow tables, which hold nothing of them yet."""
    folded = fold_groups(family, gather(family, akeys, context, NEW), context)
    write(family, folded, NEW)
    if family.project and folded:
        write_rows(family.project(folded), NEW)


def _redo_dirty() -> None:
    """Fold again what changed while the rebuild ran, from the live index."""
    akeys = sorted(bytes(akey) for akey in Dirty.objects.values_list("akey", flat=True)[: db.CHUNK])
    context = _context()
    _forget_uses_of(akeys)
    for table in (EventIndex, Aggregate):
        db.execute_in(f"DELETE FROM {tables.name(table, NEW)} WHERE akey IN ({{}})", akeys)  # noqa: S608
    for family in REGISTRY.families.values():
        for model in family.models:
            tables.delete_sources(model, [db.row_key(akey) for akey in akeys], NEW)
    live = db.rows_in("SELECT event_id, family, akey FROM store_eventindex WHERE akey IN ({})", akeys)
    entries = reading.entries([event_id for event_id, _, _ in live], context.shot, context.keys)
    _forget_uses(entries)
    _write_index(*_entry_rows(entries, context))
    ordered = sorted({(family, bytes(akey)) for _, family, akey in live if family})
    for family_name, group in groupby(ordered, key=lambda one: one[0]):
        fold_into_new(REGISTRY.families[family_name], [akey for _, akey in group], context)
    Dirty.objects.filter(akey__in=akeys).delete()


def _forget_uses_of(akeys: list[bytes]) -> None:
    """Also of events that were erased meanwhile and that the live index does not know any more."""
    new, uses = tables.name(EventIndex, NEW), tables.name(BlobUse, NEW)
    sql = f"DELETE FROM {uses} WHERE event_id IN (SELECT event_id FROM {new} WHERE akey IN ({{}}))"  # noqa: S608
    db.execute_in(sql, akeys)


def _forget_uses(entries: dict[int, Entry]) -> None:
    db.execute_in(f"DELETE FROM {tables.name(BlobUse, NEW)} WHERE event_id IN ({{}})", entries)  # noqa: S608


def _swap(state: Rebuild) -> None:
    """The last changes, then new names, in one transaction; the old tables go afterwards, in small steps."""
    with db.writing():
        while Dirty.objects.exists():
            _redo_dirty()
        _add_unfolded()
        for model in tables.derived():
            old, live, new = tables.name(model, OLD), tables.name(model), tables.name(model, NEW)
            db.execute(f"ALTER TABLE {live} RENAME TO {old}")
            db.execute(f"ALTER TABLE {new} RENAME TO {live}")
            shape = {"shape": tables.shape(model), "stale": False}
            ReadTable.objects.update_or_create(name=model._meta.db_table, defaults=shape)
        state.phase = "idle"
        state.save()
    with db.writing():
        _drop_old()


def _add_unfolded() -> None:
    """Index rows of events that came meanwhile and belong to no family of this version."""
    live, new = tables.name(EventIndex), tables.name(EventIndex, NEW)
    db.execute(
        f"INSERT INTO {new} SELECT * FROM {live} l WHERE l.family = '' "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM {new} n WHERE n.event_id = l.event_id)"
    )


def _drop_old() -> None:
    for model in tables.derived():
        db.execute(f"DROP TABLE IF EXISTS {tables.name(model, OLD)}")


def _reindex_search() -> None:
    """The search index is filled in place: replacing a document twice changes nothing."""
    from tejido.ground.store import reindexing

    reindexing.reindex()
