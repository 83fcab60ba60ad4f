"""Everything that a node made of what it holds, under names that do not depend on the order of arrival."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tejido.ground.store import db
from tejido.ground.store.hashing import state_hashes
from tejido.ground.store.ingest import Report, ingest
from tejido.log.admit import Incoming
from tejido.log.descriptors import Space
from tests.support.authors import World

ROWS = {
    "notes": "SELECT key, source, space, last, count FROM tests_note ORDER BY key",
    "writers": "SELECT key, source, space, org, count FROM tests_writer ORDER BY key",
    "aggregates": "SELECT akey, aggregate, family, state FROM store_aggregate ORDER BY akey",
    "index": """SELECT e.hash, i.family, i.kind, i.akey FROM store_eventindex i JOIN store_event e ON e.id = i.event_id
                ORDER BY e.hash""",
    "uses": "SELECT u.blob, e.hash FROM store_blobuse u JOIN store_event e ON e.id = u.event_id ORDER BY u.blob, e.hash",
    "events": "SELECT hash, seq, lam, state FROM store_event ORDER BY hash",
    "payloads": "SELECT e.hash FROM store_payload p JOIN store_event e ON e.id = p.event_id ORDER BY e.hash",
    "wrapped": "SELECT e.hash FROM store_payloadkey p JOIN store_event e ON e.id = p.event_id ORDER BY e.hash",
    "logs": "SELECT hash, forked_at, stopped_at, ended_at, allowed, horizon FROM store_log ORDER BY hash",
    "aside": "SELECT e.hash FROM store_aside a JOIN store_event e ON e.id = a.event_id ORDER BY e.hash",
    "redactions": "SELECT target, redact, applied FROM store_redaction ORDER BY redact",
    "keys": "SELECT key_id, lam FROM store_epochkey ORDER BY key_id",
    "waiting": "SELECT hash FROM store_waiting ORDER BY hash",
}
MEMBERS = "SELECT hash, members, purpose, folder, top_lam FROM store_space ORDER BY hash"
DEVICES = "SELECT hash, admin, devices, ended, resolved FROM store_org ORDER BY hash"


def picture() -> dict[str, Any]:
    """All tables that matter, and the state hash of each space."""
    found: dict[str, Any] = {name: [tuple(map(_plain, row)) for row in db.rows(sql)] for name, sql in ROWS.items()}
    found["members"] = [tuple(map(_plain, row)) for row in db.rows(MEMBERS)]
    found["devices"] = [tuple(map(_plain, row)) for row in db.rows(DEVICES)]
    return {**found, "hashes": state_hashes()}


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back: one example of a property."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def take(world: World, spaces: Sequence[Space], incoming: Iterable[Incoming]) -> Report:
    """Take events in as from a page: with the descriptors of their logs and spaces."""
    listed = list(incoming)
    logs = [world.logs[one] for one in dict.fromkeys(one.log for one in listed) if one in world.logs]
    return ingest(listed, spaces=spaces, known_logs=logs)


def everything(*, but: Sequence[str] = ()) -> bytes:
    """Every table's every value, as bytes to search in."""
    found = []
    for table in connection.introspection.table_names():
        if table not in but:
            for row in db.rows(f'SELECT * FROM "{table}"'):
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(found)
