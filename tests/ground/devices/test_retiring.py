"""Old keys of spaces go: from the log, from this node's tables, and from every byte of its database."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pyrage
import pytest

from tejido.ground.network import papers
from tejido.ground.network.actions import admit_paper
from tejido.ground.network.families import PROFILE
from tejido.ground.network.replica import NodeStore
from tejido.ground.store import db, keyring, logs, reading, rebuilding, retiring
from tejido.ground.store.models import EpochKey, Redaction, Space
from tejido.ground.store.public import Entry, Fact, append, redact, state_hashes
from tejido.ground.store.spaces import share_keys
from tejido.log.membership import KEY
from tejido.log.payload import Payload, epoch_key_id
from tests.ground.devices.conftest import Held
from tests.ground.network.builders import Stranger

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.now(UTC).date()
SOON, LATER, MUCH_LATER = (TODAY + timedelta(days=days) for days in (29, 31, 181))


def row_id(held: Held) -> int:
    return logs.space_row(held.network.space).id


def current(held: Held) -> bytes:
    key = keyring.current_epoch_key(row_id(held))
    assert key is not None
    return key


def renewed(held: Held) -> bytes:
    """A new key begins; the one before."""
    before = current(held)
    share_keys(held.network.space, renew=True)
    return before


def keys(held: Held) -> set[bytes]:
    return {bytes(one.key) for one in EpochKey.objects.filter(space_id=row_id(held))}


def say(held: Held, name: str) -> bytes:
    return append(held.network.space, Fact(PROFILE, {"languages": [], "name": name, "place": ""}))[0].hash


def boxes(held: Held) -> list[str]:
    """Every box that the log still holds in the network's space."""
    given = retiring._given(logs.space_row(held.network.space))
    return [box["age"] for entry in given for box in entry.body["boxes"]]


def opened(held: Held, age: pyrage.x25519.Identity) -> set[bytes]:
    found = set()
    for box in boxes(held):
        try:
            found.add(bytes(pyrage.decrypt(b64decode(box), [age])))
        except pyrage.DecryptError:
            continue
    return found


def mine(held: Held) -> set[bytes]:
    return opened(held, keyring.age_identity(keyring.folder() / keyring.AGE))


def files() -> list[Path]:
    """The database's files."""
    (path,) = [Path(name) for _, schema, name in db.rows("PRAGMA database_list") if schema == "main" and name]
    return [found for found in path.parent.glob(f"{path.name}*") if found.is_file()]


def test_a_key_goes_from_the_log_and_from_the_node_a_month_after_it_was_followed(held: Held) -> None:
    stranger = Stranger()
    admit_paper(papers.parse(stranger.request(held.network), papers.REQUEST))
    said = say(held, "palabras")
    old = renewed(held)
    before = state_hashes()
    assert retiring.carry_out(SOON) == 0
    assert (old in keys(held), mine(held)) == (True, {old, current(held)})
    assert retiring.carry_out(LATER) >= 1
    assert keys(held) == {current(held)} == mine(held) == opened(held, stranger.opener)
    assert {key: value for key, value in state_hashes().items() if key in before} == before
    wrapped = "SELECT k.key_id FROM store_payloadkey k JOIN store_event e ON e.id = k.event_id WHERE e.hash = %s"
    assert bytes(db.value(wrapped, [said])) == epoch_key_id(current(held))
    assert retiring.carry_out(LATER) == 0
    rebuilding.rebuild()
    assert {key: value for key, value in state_hashes().items() if key in before} == before


def test_what_was_erased_opens_no_more_with_all_that_the_node_has(held: Held) -> None:
    """Whoever carried the ciphertext about for a year, and then takes the device."""
    said = say(held, "a word that must go")
    carried = db.rows(
        "SELECT p.data, k.wrapped FROM store_payload p JOIN store_payloadkey k ON k.event_id = p.event_id "
        "JOIN store_event e ON e.id = p.event_id WHERE e.hash = %s", [said],
    )[0]  # fmt: skip
    redact(held.network.space, said, aggregate=said, kind=PROFILE, stub={}, reason="asked")
    packed = payload_of(carried, epoch_key_id(current(held)))
    renewed(held)
    assert reading.opened(packed, everything(held)) is not None
    retiring.carry_out(LATER)
    assert reading.opened(packed, everything(held)) is None


def payload_of(carried: tuple[bytes, bytes], key_id: bytes) -> Payload:
    return Payload(bytes(carried[0]), key_id, bytes(carried[1]))


def everything(held: Held) -> dict[bytes, bytes]:
    """Every key that a device which was seized gives away, by its id."""
    return {epoch_key_id(key): key for key in keys(held) | mine(held)}


@pytest.mark.sqlite
@pytest.mark.parametrize("fault", ["", "_destroy", "_take_back"])
def test_no_byte_of_an_old_key_is_left_in_the_database(held: Held, fault: str) -> None:
    """Of PostgreSQL the tables are rewritten; its files are not ours to read."""
    say(held, "palabras")
    old = renewed(held)
    if fault:
        with patch.object(retiring, fault, return_value=0):
            retiring.carry_out(LATER)
    else:
        retiring.carry_out(LATER)
    assert any(old in path.read_bytes() for path in files()) == bool(fault)
    assert (old in mine(held)) == (fault == "_take_back")


def test_however_much_was_said_its_key_goes_look_by_look(held: Held) -> None:
    """With what was erased under it: words that stay only change the 72 bytes of their own keys."""
    said = [say(held, name) for name in ("one", "two", "three", "four", "five", "six", "seven")]
    old = renewed(held)
    under = [epoch_key_id(old)]
    with patch.multiple(retiring, PART=2, PARTS=2):
        assert db.value(retiring.LEFT, under) > 2 * 4
        looks = 0
        while old in keys(held):
            looks += 1
            before = db.value(retiring.LEFT, under)
            assert before <= 2 or old in mine(held)
            retiring.carry_out(LATER)
            assert db.value(retiring.LEFT, under) < before or old not in keys(held)
        assert looks > 1
    assert old not in mine(held)
    rebuilding.rebuild()
    assert {one.hash for one in entries_of(held)} >= set(said)


def entries_of(held: Held) -> list[Entry]:
    """Everything that can be read in the network's space."""
    ids = [event for (event,) in db.rows("SELECT event_id FROM store_eventindex WHERE space_id = %s", [row_id(held)])]
    return list(reading.entries(ids, logs.snapshot(), reading.epoch_keys()).values())


def test_what_has_not_arrived_is_waited_for_half_a_year(held: Held) -> None:
    said = say(held, "palabras")
    old = renewed(held)
    event = db.value("SELECT id FROM store_event WHERE hash = %s", [said])
    db.execute("UPDATE store_event SET state = 0 WHERE id = %s", [event])
    db.execute("DELETE FROM store_payload WHERE event_id = %s", [event])
    retiring.carry_out(LATER)
    assert old in keys(held)
    retiring.carry_out(MUCH_LATER)
    assert old not in keys(held) | mine(held)


def test_the_boxes_go_by_redacts_which_are_confirmed_as_others_are(held: Held) -> None:
    renewed(held)
    given = {entry.hash for entry in retiring._given(logs.space_row(held.network.space))}
    retiring.carry_out(LATER)
    targets = set(Redaction.objects.filter(space_id=row_id(held), applied=True).values_list("target", flat=True))
    assert {bytes(target) for target in targets} == given
    left = "SELECT COUNT(*) FROM store_eventindex WHERE kind = %s AND space_id = %s"
    assert db.value(left, [KEY, row_id(held)]) == 1


def test_a_device_that_came_while_a_key_went_asks_for_what_it_cannot_open(held: Held) -> None:
    """It holds payloads under a key that nobody gives any more, the member list among them, and was given the current key
    (simulator, seed 4). Whoever was given no key asks for nothing."""
    said, row = say(held, "palabras"), row_id(held)
    event = db.value("SELECT id FROM store_event WHERE hash = %s", [said])
    db.execute("UPDATE store_event SET state = 0 WHERE id = %s", [event])
    db.execute("UPDATE store_payloadkey SET key_id = %s WHERE event_id = %s", [b"gone" * 4, event])
    store = NodeStore()
    space = next(one for one in store.spaces() if one.space.id == held.network.space)
    assert said in store.pending(space, 0, 100)
    Space.objects.filter(id=row).update(opened=b"", members={})
    assert said in store.pending(space, 0, 100)
    assert said in {one.hash for one in store.lacking_payloads(space)}
    EpochKey.objects.filter(space_id=row).delete()
    assert said not in store.pending(space, 0, 100)
