"""What sheets decide on a node: who may, what it changes, and what it leaves alone."""

from pathlib import Path

import pytest

from tejido.ground import originals
from tejido.ground.devices import actions, deciding, selectors, sheets
from tejido.ground.devices.errors import (
    DecisionRefused,
    NoSuchDevice,
    NoSuchFork,
    NotASheet,
    NothingHeld,
    ThisDevice,
    TooFewSheets,
)
from tejido.ground.keeping import states
from tejido.ground.network.sheets import write
from tejido.ground.store import db, keyring, logs
from tejido.ground.store.appending import Fact, append, own_row
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Space as SpaceRow
from tejido.log import writer
from tejido.log.identity import DEVICE
from tejido.log.keys import SigningKey
from tejido.log.writer import Draft, Head
from tests.ground.devices.conftest import Held
from tests.support.authors import age_of

KIND = "test.said"


def another_device(held: Held) -> SigningKey:
    key = SigningKey.generate()
    by = sheets.signers(deciding.identity_of(held.org).admin, held.admin(), "admin")
    actions.name_device(held.org, key.public, str(age_of("another").to_public()), by)
    return key


def say(held: Held, key: SigningKey, *texts: str, after: Head | None = None) -> list[writer.Written]:
    """Events of another device of ours in the network's public space."""
    from tejido.log.descriptors import Log, Space

    row = logs.space_row(held.network.public_space or b"")
    log = Log(held.org, key.public, bytes(16), bytes(row.hash))
    head, made = after or Head(), list[writer.Written]()
    for text in texts:
        one = writer.write(log, head, Draft(KIND, {"text": text}, "2026-11-20", 0), key, lam=0, epoch_key=None)
        made.append(one)
        head = one.head
    assert not ingest(
        [one.incoming for one in made], spaces=[Space.parse(bytes(row.descriptor))], known_logs=[log]
    ).refused
    return made


def test_promised_keys_take_over_with_new_sheets(held: Held) -> None:
    before = deciding.identity_of(held.org)
    actions.rotate(held.admin(0, 2), held.made.append)
    after = deciding.identity_of(held.org)
    new = held.made[-1]
    assert {key.public for key in new.admin} == set(after.admin.keys)
    assert {held.made[0].next[0].public, held.made[0].next[2].public} < set(after.admin.keys)
    assert (after.recovery, after.devices) == (before.recovery, before.devices)
    with pytest.raises(TooFewSheets):
        actions.revoke(b"x" * 32, [sheets.Sheet(key) for key in held.made[0].admin])
    another_device(held)
    actions.rotate(held.admin(0, 1), held.made.append)


def test_too_few_sheets_change_nothing(held: Held) -> None:
    before = deciding.identity_of(held.org)
    for attempt in (
        lambda: actions.rotate(held.admin(1), held.made.append),
        lambda: actions.recover(held.org, held.admin(), held.made.append),
        lambda: actions.recover(held.org, held.recovery(1), held.made.append),
    ):
        with pytest.raises(TooFewSheets):
            attempt()
    assert deciding.identity_of(held.org) == before
    assert len(held.made) == 1


def test_a_recovery_overrides_what_stolen_admin_sheets_named(held: Held) -> None:
    thief = another_device(held)
    stolen = deciding.identity_of(held.org).chain[-1]
    actions.recover(held.org, held.recovery(), held.made.append, instead_of=stolen)
    said = deciding.identity_of(held.org)
    assert thief.public not in said.devices
    assert said.overridden == {stolen}
    assert [kind for digest, kind, counts in selectors.decisions(held.org) if not counts] == [DEVICE]
    another_device(held)
    assert len(originals.known()) == 3


def test_new_recovery_sheets_replace_the_old_ones(held: Held) -> None:
    actions.recover(held.org, held.recovery(), held.made.append, renew=True)
    assert len(originals.known()) == 6
    with pytest.raises(TooFewSheets):
        actions.recover(held.org, held.recovery(), held.made.append)
    again = [sheets.Sheet(key) for key in held.made[-1].recovery]
    actions.recover(held.org, again[1:], held.made.append)


def test_a_revoked_device_counts_up_to_what_was_held(held: Held) -> None:
    key = another_device(held)
    made = say(held, key, "one", "two")
    actions.revoke(key.public, held.admin())
    say(held, key, "from the thief", after=made[-1].head)
    row = db.rows("SELECT horizon, ended_at FROM store_log WHERE hash = %s", [made[0].incoming.log])
    assert row == [(2, 2)]
    shown = {one.key: one.revoked for one in selectors.devices(held.org)}
    assert shown == {bytes(own_row().device).hex(): False, key.public.hex(): True}


def test_a_founder_s_fresh_node_ends_no_device_before_it_has_read_what_that_wrote(held: Held) -> None:
    """Its pins would name nothing, and every member list that the device ever wrote would count no more (simulator, seed 401)."""
    key = another_device(held)
    SpaceRow.objects.filter(hash=held.network.space).update(opened=b"")
    with pytest.raises(NothingHeld, match="Nets"):
        actions.revoke(key.public, held.admin())
    assert key.public in deciding.identity_of(held.org).devices


def test_a_node_gets_new_keys_and_goes_on_where_it_was(held: Held) -> None:
    before, age = own_row(), keyring.age_identity(keyring.folder() / keyring.AGE)
    old = bytes(before.device)
    said = append(held.network.space, Fact(KIND, {"text": "before"}))[0]
    with pytest.raises(TooFewSheets):
        actions.renew(held.admin(1))
    assert keyring.device_key().public == old
    new = actions.renew(held.admin())
    assert keyring.device_key().public == new == bytes(own_row().device) != old
    assert str(keyring.age_identity(keyring.folder() / keyring.AGE)) != str(age)
    lying = {path.name: path.read_text() for path in keyring.folder().iterdir()}
    assert not [name for name, text in lying.items() if str(age) in text or "unused" in name]
    for space in (held.network.space, bytes(db.value("SELECT hash FROM store_space WHERE purpose = 'own'"))):
        append(space, Fact(KIND, {"text": "after"}))
    assert set(db.rows("SELECT horizon - head_seq FROM store_log WHERE space_id > 0")) == {(1,)}
    assert db.value("SELECT COUNT(*) FROM store_event WHERE hash = %s AND state = 1", [said.hash]) == 1
    assert deciding.identity_of(held.org).devices.keys() == {new}
    assert list(states.horizons()) == list(states.members()) == list(states.identities()) == []


def test_keys_come_back_where_the_decision_is_not_accepted(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    old = bytes(own_row().device)
    monkeypatch.setattr(actions, "_revoke", lambda *_: (_ for _ in ()).throw(DecisionRefused(reason="cut short")))
    with pytest.raises(DecisionRefused):
        actions.renew(held.admin())
    assert keyring.device_key().public == old == bytes(own_row().device)
    assert deciding.identity_of(held.org).devices.keys() == {old}
    append(held.network.space, Fact(KIND, {"text": "still here"}))


def test_what_cannot_be_revoked(held: Held) -> None:
    with pytest.raises(ThisDevice):
        actions.revoke(bytes(own_row().device), held.admin())
    for begins in ("", "zz"):
        with pytest.raises(NoSuchDevice):
            selectors.device(held.org, begins)
    assert selectors.device(held.org, bytes(own_row().device).hex()[:8]) == bytes(own_row().device)


def test_a_fork_goes_on_along_the_branch_that_was_named(held: Held) -> None:
    key = another_device(held)
    start = say(held, key, "below")[0]
    left, right = (say(held, key, text, "on", after=start.head) for text in ("left", "right"))
    found = selectors.forks(held.org)
    assert [(one.seq, set(one.branches)) for one in found] == [(1, {left[0].hash, right[0].hash})]
    with pytest.raises(NoSuchFork):
        actions.resolve(start.hash, held.admin())
    actions.resolve(right[0].hash, held.admin())
    assert selectors.forks(held.org) == []
    log = right[0].incoming.log
    assert db.rows("SELECT horizon, head_hash FROM store_log WHERE hash = %s", [log]) == [(3, right[-1].hash)]
    third = say(held, key, "a third", after=start.head)
    assert third[0].hash in selectors.forks(held.org)[0].branches


def test_a_fork_of_the_identity_is_resolved_where_the_kept_branch_ends(held: Held) -> None:
    head = deciding.head_at(deciding.identity_of(held.org).chain[-1])
    signers = list(enumerate(held.made[0].admin))[:2]
    bodies = [{"age": str(age_of(name).to_public()), "key": SigningKey.generate().public.hex()} for name in "ab"]
    made = [
        writer.write_identity(held.org, head, Draft(DEVICE, body, "2026-11-20", 0, aggregate=held.org), signers)
        for body in bodies
    ]
    ingest([one.incoming for one in made])
    assert selectors.forks(held.org)[0].identity
    actions.resolve(made[1].hash, held.admin())
    assert selectors.forks(held.org) == []
    assert bytes.fromhex(bodies[1]["key"]) in deciding.identity_of(held.org).devices
    assert bytes.fromhex(bodies[0]["key"]) not in deciding.identity_of(held.org).devices


def test_sheets_are_read_as_printed_and_as_typed(held: Held, tmp_path: Path) -> None:
    paths = write(held.made[0], tmp_path / "print")
    admin, recovery = (sheets.read(path.read_text()) for path in (paths[0], paths[3]))
    assert (admin.key.seed, admin.next and admin.next.seed) == (held.made[0].admin[0].seed, held.made[0].next[0].seed)
    assert recovery.key.seed == held.made[0].recovery[0].seed
    typed = sheets.read(f"  {admin.key.seed.hex().upper()[:32]} {admin.key.seed.hex()[32:]}\n")
    assert typed.key.public == admin.key.public
    for wrong in ("", "key abc", "next " + "ab" * 32):
        with pytest.raises(NotASheet):
            sheets.read(wrong)
    assert "admin sheet" in selectors.role_of(admin)
    assert "recovery sheet" in selectors.role_of(recovery)
    assert "destroy" in selectors.role_of(sheets.Sheet(SigningKey.generate()))


def test_nothing_of_an_identity_can_be_erased(held: Held) -> None:
    target = deciding.identity_of(held.org).chain[0]
    signers = list(enumerate(held.made[0].admin))[:2]
    body = {"kind": "org.genesis", "reason": "asked", "stub": {}, "target": target.hex()}
    deciding.sign(held.org, deciding.Decision("redact", body), signers)
    assert db.value("SELECT state FROM store_event WHERE hash = %s", [target]) == 1
    assert append(held.network.space, Fact("test.said", {"text": "still writing"}))
    assert keyring.current_epoch_key(logs.space_row(held.network.space).id)
