"""Statements of who holds what: made, taken in, compared; what a node forgot is told by others."""

from dataclasses import replace
from datetime import date

import pytest

from tejido.ground.network.families import PROFILE
from tejido.ground.store import boot, logs
from tejido.ground.store.hashing import state_hash
from tejido.ground.store.models import Own
from tejido.ground.store.public import Fact, append, own_row
from tejido.ground.store.spaces import set_members
from tejido.ground.witness import holding
from tejido.ground.witness.models import Checkpoint as Row
from tejido.ground.witness.public import doubts, kept, own, standings, take
from tejido.log import checkpoint
from tejido.log.checkpoint import Checkpoint, HeadAt
from tejido.log.errors import Malformed
from tejido.log.keys import SigningKey
from tests.replication.conftest import Shared
from tests.support.authors import seed

TODAY = date(2026, 11, 22)


def said(shared: Shared, state: str = "") -> Checkpoint:
    """bo holds what this node holds, and says so."""
    ours = own(shared.network, today=TODAY)
    assert ours is not None
    mine = checkpoint.parse(ours)
    return replace(mine, org=shared.bo.org, device=shared.bo.device.public, number=1, state=state or mine.state)


def tell(shared: Shared, statement: Checkpoint) -> bool:
    return take(checkpoint.write(statement, shared.bo.device), today=TODAY)


def say_something(shared: Shared) -> None:
    append(shared.network, Fact(PROFILE, {"languages": [], "name": "we", "place": ""}))


def test_a_statement_stays_until_something_changes(shared: Shared) -> None:
    first = own(shared.network, today=TODAY)
    assert first == own(shared.network, today=date(2027, 1, 1))
    say_something(shared)
    second = own(shared.network, today=TODAY)
    assert first
    assert second
    before, after = checkpoint.parse(first), checkpoint.parse(second)
    assert (before.number, after.number, after.events) == (1, 2, before.events + 1)
    assert after.state == state_hash(logs.space_row(shared.network).id)
    assert {head.log for head in after.heads} >= {shared.bo.org, bytes(own_row().org)}


def test_the_own_space_is_never_spoken_of(shared: Shared) -> None:
    from tejido.ground.network.selectors import own_space

    assert own(own_space(), today=TODAY) is None
    assert own(bytes(32), today=TODAY) is None


def test_who_holds_the_same_agrees(shared: Shared) -> None:
    assert tell(shared, said(shared))
    mine, bos = standings(shared.network)
    assert mine.own
    assert (bos.org, bos.agrees, bos.behind, bos.ahead) == (shared.bo.org, True, 0, 0)


def test_who_holds_the_same_and_sees_another_state_is_told(shared: Shared) -> None:
    tell(shared, said(shared, state="ab" * 32))
    assert standings(shared.network)[1].agrees is False


def test_an_earlier_state_is_compared_with_what_we_were_then(shared: Shared) -> None:
    tell(shared, said(shared))
    say_something(shared)
    own(shared.network, today=TODAY)
    _, bos = standings(shared.network)
    assert (bos.agrees, bos.behind, bos.ahead) == (True, 1, 0)


def test_what_we_lack_is_counted(shared: Shared) -> None:
    other = HeadAt(b"\xee" * 32, 4, b"\xef" * 32)
    statement = said(shared)
    tell(shared, replace(statement, heads=tuple(sorted((*statement.heads, other)))))
    _, bos = standings(shared.network)
    assert (bos.agrees, bos.ahead) == (None, 5)


def test_only_a_greater_number_is_news(shared: Shared) -> None:
    statement = said(shared)
    assert tell(shared, replace(statement, number=4))
    assert not tell(shared, replace(statement, number=4))
    assert not tell(shared, replace(statement, number=3))
    assert tell(shared, replace(statement, number=5))
    assert Row.objects.get(device=shared.bo.device.public).number == 5
    assert len(kept(shared.network)) == 2


def test_strangers_and_unknown_devices_are_not_kept(shared: Shared) -> None:
    statement, stranger = said(shared), SigningKey(seed("stranger"))
    forged = replace(statement, device=stranger.public)
    assert not take(checkpoint.write(forged, stranger), today=TODAY)
    with pytest.raises(Malformed):
        take(checkpoint.write(statement, stranger), today=TODAY)
    assert not tell(shared, replace(statement, space=bytes(32)))
    assert len(kept(shared.network)) == 1


def test_who_left_is_not_passed_on(shared: Shared) -> None:
    tell(shared, said(shared))
    set_members(shared.network, [bytes(own_row().org)])
    assert [one.own for one in standings(shared.network)] == [True]
    assert len(kept(shared.network)) == 1


def test_a_fork_is_proved_without_its_second_branch(shared: Shared) -> None:
    statement = said(shared)
    ours = next(head for head in statement.heads if head.log not in (shared.bo.org, bytes(own_row().org)))
    other = HeadAt(ours.log, ours.seq, b"\xaa" * 32)
    assert doubts(shared.network) == []
    tell(shared, replace(statement, heads=tuple(sorted({*statement.heads, other} - {ours}))))
    (doubt,) = doubts(shared.network)
    assert (doubt.log, doubt.seq, set(doubt.hashes)) == (ours.log, ours.seq, {ours.hash, other.hash})
    assert doubt.org == bytes(own_row().org)


def ours_again(statement: Checkpoint) -> bytes:
    """A statement of this node's device, as a partner that kept it gives it back."""
    from tejido.ground.store import keyring

    return checkpoint.write(statement, keyring.device_key())


def test_a_forgotten_past_opens_an_epoch(shared: Shared) -> None:
    """The database went back behind the boot file's eyes; a partner remembers what was said since."""
    first = own(shared.network, today=TODAY)
    assert first
    statement, before = checkpoint.parse(first), bytes(Own.objects.get().epoch)
    heads = {head.log: head for head in statement.heads}
    current = logs.snapshot()
    log = next(
        info.log.id for info in current.logs.values() if info.log.epoch == before and info.log.space == shared.network
    )
    beyond = replace(
        statement, number=9, heads=tuple(sorted({*statement.heads, HeadAt(log, 50, b"\xbb" * 32)} - {heads[log]}))
    )
    assert take(ours_again(beyond), today=TODAY)
    now = Own.objects.get()
    assert bytes(now.epoch) != before
    assert "partner" in now.epoch_reason
    say_something(shared)
    third = own(shared.network, today=TODAY)
    assert third
    assert checkpoint.parse(third).number == 10
    boot.forget()


def test_what_is_only_older_opens_none(shared: Shared) -> None:
    """After a restore that the node noticed itself, its own statements come back too."""
    first = own(shared.network, today=TODAY)
    assert first
    boot.new_epoch("restored")
    before = bytes(Own.objects.get().epoch)
    beyond = replace(checkpoint.parse(first), number=7)
    assert take(ours_again(beyond), today=TODAY)
    assert bytes(Own.objects.get().epoch) == before


def test_both_ends_of_a_forked_log_are_heads(shared: Shared) -> None:
    from copy import deepcopy

    other = deepcopy(shared.bo)
    one = shared.say("bo")
    two = shared.world.say(other, shared.room, PROFILE, {"languages": [], "name": "bob", "place": ""})
    after = shared.say("bo again")
    shared.put(one, after)
    shared.put(two)
    shared.exchange()
    found = [head for head in holding.heads(logs.space_row(shared.network)) if head.log == one.incoming.log]
    assert {(head.seq, head.hash) for head in found} == {(1, after.hash), (0, two.hash)}
