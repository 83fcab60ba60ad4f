"""`check` finds every kind of damage, says where, and is quiet where nothing is wrong."""

import json
from collections.abc import Callable

import pytest

from tejido.ground import blobs
from tejido.ground.keeping.checking import WITHIN, check
from tejido.ground.keeping.faults import MOST, Fault, Findings, told
from tejido.ground.store import db, erasing, rebuilding
from tejido.ground.store.hashing import state_hashes
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Event, Own
from tests.ground.keeping.conftest import Node
from tests.harness import postgres


def found(level: str = "fault") -> set[str]:
    """Names of checks with a finding of that level."""
    return {one.check for one in check() if one.level == level}


def test_a_sound_node_has_no_fault(node: Node) -> None:
    erasing.scrub()
    findings = list(check())
    assert {one.level for one in findings} == {"ok"}, [one for one in findings if one.level != "ok"]
    assert {name for name, _ in WITHIN} <= {one.check for one in findings}
    assert f"{Event.objects.count()} events" in next(one.message for one in findings if one.check == "signatures")


def test_it_changes_nothing(node: Node) -> None:
    before = (state_hashes(), Own.objects.get().boot_nonce, Event.objects.count())
    list(check())
    assert (state_hashes(), Own.objects.get().boot_nonce, Event.objects.count()) == before


def _sql(statement: str) -> Callable[[Node], None]:
    def change(node: Node) -> None:
        assert db.execute(statement) > 0

    return change


def _flip(column: str, table: str, where: str = "1 = 1") -> Callable[[Node], None]:
    """Change one bit in the middle of a stored value."""

    def change(node: Node) -> None:
        key = "id" if table == "store_event" else "akey" if table == "store_aggregate" else "event_id"
        row_key, value = db.rows(f"SELECT {key}, {column} FROM {table} WHERE {where} ORDER BY 1 LIMIT 1")[0]
        data = bytearray(bytes(value))
        data[len(data) // 2] ^= 1
        row_key = bytes(row_key) if isinstance(row_key, memoryview) else row_key
        db.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [bytes(data), row_key])

    return change


LAST = "id = (SELECT MAX(id) FROM store_event)"
SEALED = "event_id IN (SELECT event_id FROM store_payloadkey)"
FIRST = "SELECT descriptor FROM store_space WHERE id = 1"
REST = "aggregate, space_id, family, state FROM store_aggregate"
X = "CAST('x' AS bytea)" if postgres.given() else "x'78'"
DAMAGE: dict[str, tuple[Callable[[Node], None], str]] = {
    "a bit of a signature": (_flip("signature", "store_event", "id > 5"), "signatures"),
    "a bit of a header": (_flip("header", "store_event", "id > 5"), "signatures"),
    "a bit of an identity's signature": (_flip("signature", "store_event"), "signatures"),
    "a bit of a hash": (_flip("hash", "store_event", "id > 5"), "signatures"),
    "a bit of a payload": (_flip("data", "store_payload"), "payloads"),
    "a bit of a sealed payload": (_flip("data", "store_payload", SEALED), "payloads"),
    "a bit of a wrapped key": (_flip("wrapped", "store_payloadkey"), "payloads"),
    "a payload gone": (_sql("DELETE FROM store_payload WHERE event_id = 4"), "payloads"),
    "an epoch key gone": (_sql("DELETE FROM store_epochkey"), "payloads"),
    "a payload of no event": (_sql(f"INSERT INTO store_payload VALUES (999, {X})"), "payloads"),
    "an event gone from the middle": (_sql("DELETE FROM store_event WHERE seq = 1 AND log_id > 1"), "chains"),
    "the last event gone": (_sql(f"DELETE FROM store_event WHERE {LAST}"), "chains"),
    "another seq in the row": (_sql(f"UPDATE store_event SET seq = 77 WHERE {LAST}"), "chains"),
    "another lam in the row": (_sql(f"UPDATE store_event SET lam = 77 WHERE {LAST}"), "chains"),
    "a head that is behind": (_sql("UPDATE store_log SET head_seq = head_seq - 1 WHERE head_seq > 0"), "chains"),
    "a fork noted that is none": (_sql("UPDATE store_log SET forked_at = 1 WHERE head_seq > 0"), "forks"),
    "an index row gone": (_sql("DELETE FROM store_eventindex WHERE event_id = 4"), "index"),
    "an index row of another kind": (_sql("UPDATE store_eventindex SET kind = 'x.y' WHERE event_id = 4"), "index"),
    "the note of a file gone": (_sql("DELETE FROM store_blobuse"), "index"),
    "a device too many": (_sql("""UPDATE store_org SET devices = '{"00": "age1x"}'"""), "identities"),
    "a member too many": (_sql("""UPDATE store_space SET members = '{"orgs": ["00"], "pins": {}}'"""), "members"),
    "a horizon too low": (_sql("UPDATE store_log SET horizon = 0 WHERE horizon > 0"), "horizons"),
    "a bit of a state": (_flip("state", "store_aggregate"), "states"),
    "a state gone": (_sql("DELETE FROM store_aggregate"), "states"),
    "a state of nothing": (_sql(f"INSERT INTO store_aggregate SELECT {X}, {REST} LIMIT 1"), "states"),
    "a row gone": (_sql("DELETE FROM network_networkrow"), "rows"),
    "a row changed": (_sql("UPDATE network_profilerow SET name = 'Mallory'"), "rows"),
    "a table of another shape": (_sql("UPDATE store_readtable SET shape = 'x' WHERE name = 'store_blobuse'"), "tables"),
    "a descriptor changed": (_sql(f"UPDATE store_space SET descriptor = ({FIRST}) WHERE id = 2"), "descriptors"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(node: Node, damage: str) -> None:
    change, name = DAMAGE[damage]
    change(node)
    faults = [one for one in check() if one.level == "fault"]
    assert name in {one.check for one in faults}, faults


def test_an_erased_payload_that_came_back_is_found(node: Node) -> None:
    target = Event.objects.get(state=Event.REDACTED)
    db.execute("INSERT INTO store_payload (event_id, data) VALUES (%s, %s)", [target.id, b"x"])
    assert found() == {"payloads"}


def test_a_damaged_blob_is_found_and_a_missing_one_is_a_warning(node: Node) -> None:
    chunk = next((node.folder / "blobs").glob(f"*/{node.blob}/0"))
    data = bytearray(chunk.read_bytes())
    data[7] ^= 1
    chunk.write_bytes(data)
    assert found() == {"blobs"}
    blobs.vault().storage.delete(node.blob)
    assert found() == set()
    assert "blobs" in found("warning")


def test_forks_pending_and_waiting_events_are_told(node: Node) -> None:
    node.fork()
    first, second = node.foreign()
    assert ingest([second]).waiting == 1
    assert found() == {"forks"}
    assert "waiting" in found("warning")
    ingest([first._replace(payload=None)])
    assert {"pending", "erasure"} <= found("warning")
    assert "waiting" not in found("warning")


def test_keys_sheets_and_another_folder_are_noticed(node: Node) -> None:
    (node.folder / "sheets").mkdir()
    (node.folder / "sheets" / "admin-1.txt").write_text("x")
    (node.folder / "keys" / "device.key").chmod(0o644)
    Own.objects.update(boot_nonce="of another day")
    assert {"sheets", "keys", "epoch"} <= found("warning")
    (node.folder / "keys" / "age.key").unlink()
    assert "keys" in found()


def test_after_a_rebuild_nothing_is_wrong(node: Node) -> None:
    before = state_hashes()
    db.execute("DELETE FROM store_aggregate")
    assert "states" in found()
    rebuilding.rebuild()
    assert found() == set()
    assert state_hashes() == before


def test_many_findings_of_one_check_are_counted() -> None:
    def many() -> Findings:
        for number in range(MOST + 5):
            yield Fault("x", str(number), "wrong")
        return "looked at"

    listed = list(told("x", many))
    assert len(listed) == MOST + 1
    assert listed[-1] == Fault("x", "", "and 5 more")


def test_a_line_and_its_json_say_the_same() -> None:
    one = Fault("chains", "log ab seq 3", "a gap", "fault")
    assert one.line("chicago") == "fault    chicago  chains  log ab seq 3: a gap"
    assert json.loads(json.dumps(vars(one)))["where"] == "log ab seq 3"
