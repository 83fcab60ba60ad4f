"""Who may have what, who may bring how much, and what liars get."""

from dataclasses import replace
from random import Random

import pytest

from tejido.log.descriptors import Log
from tejido.replication import caps, driving, messages, pages, serving
from tejido.replication.core import Caller, Server
from tejido.replication.messages import (
    BEFORE,
    AskHeads,
    AskWants,
    End,
    Events,
    From,
    Heads,
    Message,
    PayloadOf,
    Placed,
    Point,
    Probe,
    Run,
    WantChunks,
    WantPages,
    WantPayloads,
)
from tejido.replication.quotas import DAY, Allowance
from tests.replication.meeting import NOW, Call, answered, events, everything, nodes, of_space, peer, same, space_of

GIANT = 2**53 - 1


def test_who_is_no_member_gets_nothing_and_brings_nothing() -> None:
    ana, bo, eve = nodes("ana", "bo", "eve")
    space = space_of(ana, bo)
    ana.note(space.id)
    ana.store.ingest([one.incoming for one in eve.organisation.identity], [], [eve.organisation.log])
    eve.store.learn_space(space)
    assert answered(ana, bo, *everything(ana, space.id))
    assert answered(ana, eve, *everything(ana, space.id)) == ()
    before = events(ana)
    log = Log(eve.org, eve.device.key.public, eve.epoch, space.id)
    eve.store.ingest([ana.store.rows[one].bare for one in of_space(ana, space.id)], [], [])
    report = driving.Report()
    page = pages.Page(log, space, tuple(one.incoming for one in eve.organisation.identity))
    driving.turn(Server(ana.store, peer(eve)), ana.store, [Events(page), End()], NOW, Random(1), report)
    assert events(ana) == before
    assert "does not share" in report.problems[0]


def test_a_device_that_its_identity_does_not_name_gets_nothing() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    stranger = peer(bo)._replace(device=bytes(32))
    state = Server(ana.store, stranger)
    _, told = driving.turn(state, ana.store, [*everything(ana, space.id), End()], NOW, Random(1), driving.Report())
    assert told == ()


def test_who_is_removed_gets_nothing_from_the_next_turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Budget.__init__, "__defaults__", (caps.TURN, 10))
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    for _ in range(40):
        ana.note(space.id)
    turns = 0

    def removing(frames: list[bytes]) -> list[bytes]:
        nonlocal turns
        turns += 1
        if turns == 3:
            ana.set_members(space.id, [ana.org])
        return frames

    Call.of(bo, ana, there=removing).run()
    assert 0 < len(of_space(bo, space.id)) < 40
    assert answered(ana, bo, *everything(ana, space.id)) == ()


def test_a_caller_tells_a_removed_peer_nothing() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    Call.of(bo, ana).run()
    ana.set_members(space.id, [ana.org])
    call = Call.of(ana, bo).run()
    assert call.asked == [AskHeads()]


def test_what_was_redacted_is_not_given_and_not_taken() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    noted = ana.note(space.id)
    assert noted
    Call.of(bo, ana).run()
    payload = bo.store.payloads[noted.hash]
    ana.redact(space.id, noted)
    assert answered(ana, bo, WantPayloads(space.id, (noted.hash,))) == ()
    assert not any(
        isinstance(one, PayloadOf) and one.event == noted.hash for one in answered(ana, bo, *everything(ana, space.id))
    )
    answered(ana, bo, PayloadOf(noted.hash, payload))
    assert noted.hash not in ana.store.payloads
    Call.of(bo, ana).run()
    assert noted.hash not in bo.store.payloads


def test_giant_numbers_ask_for_nothing_much() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    log = Log(ana.org, ana.device.key.public, ana.epoch, space.id)
    tip = Point(ana.head(log).seq, ana.head(log).hash)
    assert answered(ana, bo, Probe(space.id, log.id, tip, (GIANT,))) == (Placed(space.id, log.id, tip, ()),)
    (placed,) = answered(ana, bo, WantPages(space.id, (Run(log.id, tip, Point(GIANT, tip.hash)),)))
    assert isinstance(placed, Placed)
    assert len(placed.points) <= caps.SEQS
    assert answered(ana, bo, WantPages(space.id, (Run(bytes(32), tip, BEFORE),))) == ()
    assert answered(ana, bo, WantChunks(space.id, (From("00" * 32, GIANT),))) == ()
    assert answered(ana, bo, AskWants(space.id, "payloads", GIANT)) == ()
    heads = Heads(space.id, (), (messages.Head(log.id, (Point(GIANT, bytes(32)),)),))
    wants = answered(ana, bo, AskWants(space.id, "events"), heads)
    assert wants == (WantPages(space.id, (Run(log.id, Point(GIANT, bytes(32)), tip),)),)


def test_a_liar_about_heads_is_asked_only_so_often() -> None:
    """It tells of tips that nobody holds, and of ever other places on the way to them."""
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    Call.of(bo, ana).run()
    rng = Random(3)
    log = Log(ana.org, ana.device.key.public, ana.epoch, space.id).id
    state, said = driving.begin(Caller(bo.store, peer(ana)), NOW, rng)
    turns = 0
    while said:
        turns += 1
        assert turns < 3000
        lies: list[Message] = [Heads(space.id, (), (messages.Head(log, (Point(GIANT, rng.randbytes(32)),)),)), End()]
        for one in said:
            if isinstance(one, Probe | WantPages):
                tip = one.tip if isinstance(one, Probe) else one.runs[0].tip
                points = tuple(Point(seq, rng.randbytes(32)) for seq in sorted(rng.sample(range(GIANT), 20)))
                lies.insert(0, Placed(space.id, log, tip, points))
        state, said = driving.turn(state, bo.store, lies, NOW, rng, driving.Report())
    assert same(ana, bo, space.id)


def test_a_quota_defers_and_the_next_day_takes_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Budget.__init__, "__defaults__", (caps.TURN, 7))
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    for _ in range(40):
        ana.note(space.id)
    call = Call.of(bo, ana)
    call.allowance = replace(Allowance.of(5, 10**9), since=NOW)
    call.run()
    assert call.report.deferred
    assert not call.report.problems
    before = len(of_space(bo, space.id))
    assert before < 15
    call = Call.of(bo, ana)
    call.allowance = Allowance(0, 0, 10, (10**6, 10**9), NOW - DAY)
    assert not call.run().report.deferred
    assert same(ana, bo, space.id)


def test_a_server_over_its_quota_wants_nothing() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    Call.of(bo, ana).run()
    bo.note(space.id)
    state = Server(ana.store, peer(bo), replace(Allowance.of(0, 0), since=NOW))
    said: list[Message] = [
        AskWants(space.id, "events"),
        *serving.heads(bo.store, bo.store.spaces()[0], Random(1)),
        End(),
    ]
    _, told = driving.turn(state, ana.store, said, NOW, Random(1), driving.Report())
    assert told == ()
