"""Erasure: payload, key and index rows go; the header stays, and a redact event says so to everybody.

A redact may come before its target. It counts when the same organisation wrote both in the same space and its identity
names the device that signed: a function of what is held, never of the order of arrival.
"""

from collections.abc import Callable, Iterable, Sequence

from django.db import connection, transaction

from tejido.ground.blobs import drop
from tejido.ground.store import db
from tejido.ground.store.batch import LASTING, Batch, ended, may_redact, rebuilding_now
from tejido.ground.store.folding import forget
from tejido.ground.store.logs import LogInfo
from tejido.ground.store.models import Event, Redaction
from tejido.ground.store.registry import REGISTRY, Entry
from tejido.ground.store.tables import NEW
from tejido.log.descriptors import is_hex
from tejido.log.membership import KEY

WORDY = ("tejido.practices.", "tejido.ground.memory")
"""Applications whose own tables hold people's words."""
_holders: list[Callable[[], object]] = []


def after_erasing(function: Callable[[], object]) -> Callable[[], object]:
    """Call `function` after each commit in which something was erased: it drops its copies. Who relies on it sweeps as well."""
    if function not in _holders:
        _holders.append(function)
    return function


def _tell_holders() -> None:
    for function in _holders:
        transaction.on_commit(function, robust=True)


def note(redacts: Iterable[Entry], batch: Batch) -> None:
    """Remember what these redact events name. One of ours that comes from elsewhere was written after the backup from
    which this node was restored: rooms find it by `returned` and take back at home what it took back in the network."""
    own = b"" if batch.signed_here else _own_org()
    for entry in redacts:
        target = entry.body.get("target")
        kind = str(entry.body.get("kind"))
        if is_hex(target) and kind not in LASTING:
            space_id = batch.shot.logs[entry.log].row.space_id
            db.execute("UPDATE store_waiting SET payload = NULL WHERE hash = %s", [bytes.fromhex(str(target))])
            Redaction.objects.get_or_create(
                redact=entry.hash,
                defaults={
                    "target": bytes.fromhex(str(target)),
                    "org": entry.org,
                    "space_id": space_id,
                    "returned": str(entry.body.get("reason"))[:40] if entry.org == own and kind != KEY else "",
                },
            )


def _own_org() -> bytes:
    found = db.value("SELECT org FROM store_own")
    return bytes(found or b"")


def returned() -> list[tuple[bytes, str, bytes]]:
    """`(target, reason, key of its aggregate)` of our own redacts that came back from elsewhere and that no room has
    dealt with yet."""
    sql = """SELECT r.target, r.returned, i.akey FROM store_redaction r JOIN store_event e ON e.hash = r.redact
             JOIN store_eventindex i ON i.event_id = e.id WHERE r.applied = %s AND r.returned <> '' ORDER BY r.id"""
    return [(bytes(target), reason, bytes(akey)) for target, reason, akey in db.rows(sql, [True])]


def dealt_with(target: bytes) -> None:
    """What our own redacts of this event took back is taken back here too, or was not here."""
    Redaction.objects.filter(target=target).update(returned="")


NAMED = """SELECT r.id, e.id, e.log_id, l.id, l.log_id, l.seq FROM store_redaction r
           JOIN store_event e ON e.hash = r.target JOIN store_event l ON l.hash = r.redact WHERE r.applied = %s"""


def apply_due(batch: Batch) -> set[bytes]:
    """Carry out every redaction whose target is held and whose author may; the spaces of which boxes of keys went."""
    carried_out, keys = False, set[bytes]()
    for row_id, event_id, log_id, redact_id, redact_log, seq in db.rows(NAMED, [False]):
        target, author = batch.shot.by_id[log_id], batch.shot.by_id[redact_log]
        kind = _kind(event_id)
        if may_redact(batch.shot, author, target) and not ended(author, redact_id, seq) and kind not in LASTING:
            keys |= {target.log.space} if kind == KEY else set()
            _redact(event_id, batch)
            batch.touch(target)
            Redaction.objects.filter(id=row_id).update(applied=True)
            carried_out = True
            for _, akey in _fold_again(redact_id, batch):
                _fold_all_again(akey, batch)
    if carried_out:
        _tell_holders()
    return keys


def _kind(event_id: int) -> str:
    """What an event is, whatever the redact that names it says. What a redact or a member list does to others would else
    depend on whether they read it before it went."""
    return str(db.value("SELECT kind FROM store_eventindex WHERE event_id = %s", [event_id]) or "")


def take_back(infos: Iterable[LogInfo], batch: Batch) -> None:
    """Redacts that a revoked device wrote beyond its end count no more: what they erased here is lacking again, until a
    partner who still has it gives it back or another device of the organisation redacts it."""
    sql = NAMED + " AND l.log_id IN ({})"
    for row_id, event_id, log_id, redact_id, redact_log, seq in db.rows_in(sql, [info.id for info in infos], [True]):
        if not ended(batch.shot.by_id[redact_log], redact_id, seq):
            continue
        Redaction.objects.filter(id=row_id).update(applied=False, returned="")
        sql = """SELECT 1 FROM store_redaction r JOIN store_event e ON e.hash = r.target
                 WHERE e.id = %s AND r.applied = %s"""
        if not db.value(sql, [event_id, True]):
            db.execute("UPDATE store_event SET state = %s WHERE id = %s", [Event.PENDING, event_id])
        batch.touch(batch.shot.by_id[log_id])
        for _, akey in _fold_again(redact_id, batch):
            _fold_all_again(akey, batch)


def _fold_again(event_id: int, batch: Batch) -> list[tuple[str, bytes]]:
    named = db.rows("SELECT family, akey FROM store_eventindex WHERE event_id = %s", [event_id])
    for family, akey in named:
        batch.stale.add(family, bytes(akey))
    return [(family, bytes(akey)) for family, akey in named]


def _fold_all_again(akey: bytes, batch: Batch) -> None:
    """In every family: which of several redacts says what an erased event was may have changed."""
    for (family,) in db.rows("SELECT DISTINCT family FROM store_eventindex WHERE akey = %s", [akey]):
        batch.stale.add(family, akey)


def _redact(event_id: int, batch: Batch) -> None:
    for family, akey in _fold_again(event_id, batch):
        _forget_derived(family, akey)
    blobs = [blob for (blob,) in db.rows("SELECT blob FROM store_blobuse WHERE event_id = %s", [event_id])]
    drop_payloads([event_id])
    batch.entries.pop(event_id, None)
    db.execute("DELETE FROM store_eventindex WHERE event_id = %s", [event_id])
    db.execute("DELETE FROM store_blobuse WHERE event_id = %s", [event_id])
    db.execute("UPDATE store_event SET state = %s WHERE id = %s", [Event.REDACTED, event_id])
    _forget_unused(blobs)


def _forget_derived(family: str, akey: bytes) -> None:
    """What was folded from it goes at once, also from the shadow tables of a rebuild that was killed."""
    known = REGISTRY.families.get(family)
    if known is None:
        return
    for suffix in ("", NEW) if rebuilding_now() else ("",):
        forget(known, [akey], suffix)


def _forget_unused(blobs: Sequence[str]) -> None:
    used = {blob for (blob,) in db.rows_in("SELECT blob FROM store_blobuse WHERE blob IN ({})", blobs)}
    for blob in blobs:
        if blob not in used:
            drop(blob)


def drop_payloads(event_ids: Sequence[int]) -> None:
    """Delete payloads and destroy their keys."""
    db.execute_in("DELETE FROM store_payloadkey WHERE event_id IN ({})", event_ids)
    db.execute_in("DELETE FROM store_payload WHERE event_id IN ({})", event_ids)


def erased(hashes: Iterable[bytes]) -> set[bytes]:
    """Those of these events whose redaction is known and counts."""
    sql = "SELECT hash FROM store_event WHERE state = 2 AND hash IN ({})"
    return {bytes(digest) for (digest,) in db.rows_in(sql, hashes)}


def unscrubbed() -> int:
    """Redactions whose bytes may still lie in the database's free pages or journal: "erasing"."""
    return Redaction.objects.filter(applied=True, scrubbed=False).count()


def scrub() -> bool:
    """Make erased bytes physically go; whether it succeeded (readers can hold a journal back: try again).

    SQLite overwrites deleted rows (secure_delete); what remains is the write-ahead log, which a truncating checkpoint
    empties. PostgreSQL keeps dead rows until a table is rewritten."""
    due = list(Redaction.objects.filter(applied=True, scrubbed=False).values_list("id", flat=True))
    if not due:
        return True
    done = overwrite()
    if done:
        Redaction.objects.filter(id__in=due).update(scrubbed=True)
    return done


def overwrite() -> bool:
    """Make what was deleted leave the database's files; whether that was done."""
    return _scrub_sqlite() if connection.vendor == "sqlite" else _scrub_postgres()


def _scrub_sqlite() -> bool:
    from tejido.ground import search

    search.scrub()
    busy, _log, _moved = db.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0]
    return not busy


def _scrub_postgres() -> bool:
    from django.apps import apps

    from tejido.ground.store.tables import derived

    rooms = [config for config in apps.get_app_configs() if config.name.startswith(WORDY)]
    tables = [
        "store_payload",
        "store_payloadkey",
        "store_waiting",
        "store_epochkey",
        "search_document",
        *(m._meta.db_table for m in derived()),
        *(m._meta.db_table for room in rooms for m in room.get_models() if m._meta.managed),  # drafts hold words too
    ]
    for table in tables:
        db.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
    return True
