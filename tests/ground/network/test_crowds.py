"""A member that makes up logs: they are kept out beyond its room, nobody else is held up, and all come in where it is made."""

import pytest

from tejido.ground.network import crowds
from tejido.ground.network.families import PROFILE
from tejido.ground.network.models import KeptOut
from tejido.ground.network.replica import NodeStore
from tejido.ground.store import db, logs
from tejido.ground.store.hashing import state_hashes
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Log as LogRow
from tejido.ground.store.spaces import set_members
from tejido.ground.witness import public as witness
from tejido.log import checkpoint
from tejido.log.checkpoint import Checkpoint, HeadAt
from tejido.log.descriptors import Log
from tejido.log.writer import Written
from tejido.replication.messages import AskWants, Head, Heads, Point, WantPages
from tejido.replication.store import Taken
from tests.replication.conftest import Shared, shared
from tests.replication.test_door import Caller
from tests.support.authors import Author, Room, seed

__all__ = ["shared"]
ROOM = 3


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "LOGS", ROOM)
    monkeypatch.setattr(crowds, "STRANGERS", ROOM)


def begun(shared: Shared, number: int) -> Written:
    """bo begins one more log."""
    shared.bo.epoch = seed(f"epoch {number}")[:16]
    return shared.say(f"bo {number}")


def brought(shared: Shared, *said: Written) -> Taken:
    """By any carrier."""
    known = [shared.world.logs[one.incoming.log] for one in said]
    return NodeStore().ingest([one.incoming for one in said], [], known)


def here(org: bytes) -> int:
    return LogRow.objects.filter(org=org).exclude(space_id=0).count()


def test_what_a_member_makes_up_is_kept_out_until_there_is_room(shared: Shared) -> None:
    said = [begun(shared, number) for number in range(ROOM + 2)]
    taken = brought(shared, *said)
    assert (taken.accepted, taken.waiting, here(shared.bo.org)) == (ROOM, 2, ROOM)
    assert NodeStore().waiting() == 0
    assert brought(shared, *said).waiting == 2
    assert KeptOut.objects.count() == 2
    (told,) = crowds.crowded([shared.network])
    assert (told.org, told.held, told.kept_out) == (shared.bo.org, ROOM, 2)
    crowds.make_room([shared.network], shared.bo.org)
    assert crowds.crowded([shared.network]) == []
    assert brought(shared, *said).accepted == 2
    assert (here(shared.bo.org), KeptOut.objects.count()) == (ROOM + 2, 0)


def test_a_log_that_is_here_goes_on_whatever_else_comes(shared: Shared) -> None:
    said = [begun(shared, number) for number in range(ROOM + 1)]
    brought(shared, *said)
    shared.bo.epoch = seed("epoch 0")[:16]
    more = shared.say("more")
    assert brought(shared, more).accepted == 1


def test_by_a_stick_what_was_kept_out_comes_when_there_is_room(shared: Shared) -> None:
    for number in range(ROOM + 2):
        shared.put(begun(shared, number))
    shared.exchange()
    assert here(shared.bo.org) == ROOM
    before = state_hashes()
    crowds.make_room([shared.network], shared.bo.org)
    shared.exchange()
    assert here(shared.bo.org) == ROOM + 2
    assert state_hashes() != before
    assert shared.names() == [f"bo {number}" for number in range(ROOM + 2)]


def test_whoever_is_kept_out_is_not_asked_for(shared: Shared) -> None:
    said = [begun(shared, number) for number in range(ROOM + 1)]
    brought(shared, *said)
    bo = Caller.of(shared.bo)
    bo.greet()
    told = tuple(Head(one.incoming.log, (Point(0, one.hash),)) for one in said)
    offer = Heads(shared.network, (), told)
    assert not any(isinstance(one, WantPages) for one in bo.hears(AskWants(shared.network, "events"), offer))
    crowds.make_room([shared.network], shared.bo.org)
    (want,) = [one for one in bo.hears(AskWants(shared.network, "events"), offer) if isinstance(one, WantPages)]
    assert [run.log for run in want.runs] == [said[-1].incoming.log]


def by_a_made_up_device(shared: Shared, number: int) -> Written:
    """A log that says it is bo's, by a device that bo never named: anybody can write it."""
    liar = Author(
        "bo", shared.bo.admin, shared.world.author(f"liar {number}").device, shared.bo.org, shared.bo.identity
    )
    body = {"languages": [], "name": "liar", "place": ""}
    return shared.world.say(liar, Room(shared.room.space, liar, shared.room.keys), PROFILE, body)


def test_made_up_devices_take_nobodys_room(shared: Shared) -> None:
    lies = [by_a_made_up_device(shared, number) for number in range(ROOM + 2)]
    assert brought(shared, *lies).accepted == ROOM
    said = [begun(shared, number) for number in range(ROOM)]
    assert brought(shared, *said).accepted == ROOM
    assert {one.org for one in crowds.crowded([shared.network])} == {crowds.ANYBODY}


def test_made_up_organisations_are_kept_out_and_real_ones_are_not(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "IDENTITIES", 2)
    made_up = [shared.world.author(f"nobody {number}") for number in range(4)]
    taken = NodeStore().ingest([one.identity[0].incoming for one in made_up], [], [])
    assert (taken.accepted, taken.waiting) == (2, 2)
    newcomer = made_up[-1]
    set_members(shared.network, [shared.bo.org, newcomer.org])
    assert crowds.kept_out(logs.space_row(shared.network)) == {made_up[-2].org}
    assert NodeStore().ingest([newcomer.identity[0].incoming], [], [Log.of_identity(newcomer.org)]).accepted == 1


@pytest.fixture
def cy(shared: Shared) -> Room:
    """A third member, which writes after bo."""
    author = shared.world.author("cy")
    ingest([one.incoming for one in author.identity], known_logs=[Log.of_identity(author.org)])
    set_members(shared.network, [*map(bytes.fromhex, logs.space_row(shared.network).members["orgs"]), author.org])
    return Room(shared.room.space, author, shared.room.keys)


def holds(shared: Shared, author: Author, *said: Written) -> None:
    """Its node says that it holds these."""
    heads = tuple(sorted(HeadAt(one.incoming.log, 0, one.hash) for one in said))
    told = Checkpoint(author.org, author.device.public, shared.network, heads, "", 1, "2026-11-20")
    assert NodeStore().take_checkpoint(shared.network, checkpoint.write(told, author.device)) == ""
    assert len(witness.kept(shared.network)) == 1


def test_nobody_waits_for_what_is_kept_out(shared: Shared, cy: Room) -> None:
    said = [begun(shared, number) for number in range(ROOM + 2)]
    brought(shared, *said)
    body = {"languages": [], "name": "cy", "place": ""}
    answer = shared.world.say(cy.owner, cy, PROFILE, body, deps=(said[-1].hash,))
    assert brought(shared, answer).waiting == 1
    assert brought(shared, *said).accepted == 0
    holds(shared, cy.owner, said[-1], answer)
    assert said[-1].incoming.log not in crowds.kept_out(logs.space_row(shared.network))
    assert brought(shared, *said).accepted == 2
    assert "cy" in shared.names()
    assert here(shared.bo.org) == ROOM + 1


def test_two_that_work_together_have_an_end_too(shared: Shared, cy: Room) -> None:
    members = len(logs.space_row(shared.network).members["orgs"])
    said = [begun(shared, number) for number in range(ROOM * (members + 1) + 5)]
    body = {"languages": [], "name": "cy", "place": ""}
    waits = shared.world.say(cy.owner, cy, PROFILE, body, deps=(begun(shared, -1).hash,))  # which never comes
    brought(shared, waits)
    holds(shared, cy.owner, *said)
    brought(shared, *said)
    assert here(shared.bo.org) == ROOM * (members + 1)


def test_the_owners_list_lets_in_what_it_names(shared: Shared) -> None:
    """Whoever is removed: up to where its logs count, they count on every node."""
    said = [begun(shared, number) for number in range(ROOM + 1)]
    brought(shared, *said)
    row = logs.space_row(shared.network)
    row.members = {**row.members, "pins": {said[-1].incoming.log.hex(): [0, said[-1].hash.hex()]}}
    row.save()
    assert brought(shared, *said).accepted == 1
    assert db.value("SELECT COUNT(*) FROM network_keptout") == 0
