"""The core, turn by turn, between nodes in memory: what is asked, what is given, and what is not."""

import pickle
from dataclasses import replace
from random import Random

import pytest

from tejido.log.descriptors import Log
from tejido.replication import caps, driving, messages, pages, serving
from tejido.replication.core import Caller, Reader, Server, Turn, step
from tejido.replication.effects import Say, TakeIn
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
)  # fmt: skip
from tejido.replication.quotas import DAY, Allowance
from tests.replication.meeting import NOW, Call, nodes, peer, space_of
from tests.sim.node import Node

GIANT = 2**53 - 1


def events(node: Node) -> set[bytes]:
    """What is held, whatever it says."""
    return set(node.store.rows)


def same(one: Node, other: Node, space: bytes) -> bool:
    """Whether two hold the same of a space, payloads too."""
    return of_space(one, space) == of_space(other, space)


def of_space(node: Node, space: bytes) -> dict[bytes, object]:
    """Events with their payloads."""
    return {e: node.store.payloads.get(e) for e, row in node.store.rows.items() if row.place.space == space}


def answered(server: Node, caller: Node, *said: Message) -> tuple[Message, ...]:
    """What one turn is answered with."""
    state = Server(server.store, peer(caller))
    _, told = driving.turn(state, server.store, [*said, End()], NOW, Random(1), driving.Report())
    return told


def test_a_newcomer_gets_everything_and_gives_in_the_same_call() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    for _ in range(30):
        ana.note(space.id)
    Call.of(bo, ana).run()
    assert same(ana, bo, space.id)
    for _ in range(30):
        assert bo.note(space.id)
    call = Call.of(bo, ana).run()
    assert same(ana, bo, space.id)
    assert call.report.accepted == 0
    assert call.other.accepted == 30
    assert not call.report.problems
    assert not call.other.problems


def test_a_second_call_brings_nothing_and_says_little() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    Call.of(bo, ana).run()
    call = Call.of(bo, ana).run()
    assert not call.report.changed
    assert not call.other.changed
    assert not any(isinstance(one, Events | PayloadOf | Placed) for one in (*call.asked, *call.answered))
    assert call.turns <= 6
    assert same(ana, bo, space.id)


def test_identities_come_first_and_payloads_right_behind_their_page() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    told = Call.of(bo, ana).run().answered
    kinds = [one for one in told if isinstance(one, Events | PayloadOf)]
    assert isinstance(kinds[0], Events)
    assert kinds[0].page.log.identity
    ranks = [one.page.log.identity for one in kinds if isinstance(one, Events)]
    assert ranks == sorted(ranks, reverse=True)
    page = set[bytes]()
    for one in kinds:
        if isinstance(one, Events):
            page = {messages_hash(incoming.header) for incoming in one.page.events}
        else:
            assert one.event in page
    assert same(ana, bo, space.id)


def messages_hash(header: bytes) -> bytes:
    """An event's hash."""
    from tejido.log.header import event_hash

    return event_hash(header)


def test_nothing_waits_for_what_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three logs that name each other at every step, fetched in turns of a few events."""
    monkeypatch.setattr(serving.Budget.__init__, "__defaults__", (caps.TURN, 7))
    ana, bo, cy, dee = nodes("ana", "bo", "cy", "dee")
    space = space_of(ana, bo, cy, dee)
    for node in (bo, cy):
        Call.of(node, ana).run()
    for _ in range(8):
        for node in (ana, bo, cy):
            node.note(space.id)
            Call.of(node, ana).run()
    taken = []
    ingest = dee.store.ingest

    def noted(*args: object, **more: object) -> object:
        taken.append(ingest(*args, **more))  # type: ignore[arg-type]
        return taken[-1]

    dee.store.ingest = noted  # type: ignore[method-assign, assignment]
    call = Call.of(dee, ana).run()
    assert len(taken) > 5
    assert {one.waiting for one in taken} == {0}
    assert same(ana, dee, space.id)
    assert call.turns > 5


def test_pages_and_turns_stay_within_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PAGE", 6000)
    monkeypatch.setattr(serving.Budget.__init__, "__defaults__", (20_000, 1000))
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    for _ in range(80):
        ana.note(space.id)
    call = Call.of(bo, ana).run()
    assert all(len(one.page.encode()) <= 6000 for one in call.answered if isinstance(one, Events))
    assert call.turns > 4
    assert same(ana, bo, space.id)


def forked() -> tuple[Node, Node, bytes, bytes, Node]:
    """bo and a copy of it that both wrote on, the space, the log that parts after 300 of 600 and 340 events, and ana who
    saw nothing of it."""
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    Call.of(bo, ana).run()
    for _ in range(300):
        bo.note(space.id)
    twin = bo.twin("twin")
    twin.obeys_epochs, twin.epoch = False, bo.epoch
    for node, count in ((bo, 300), (twin, 40)):
        for _ in range(count):
            node.note(space.id)
    return bo, twin, space.id, Log(bo.org, bo.device.key.public, bo.epoch, space.id).id, ana


@pytest.mark.parametrize("longer_calls", [True, False])
def test_forks_are_found_by_halving_and_both_branches_arrive(longer_calls: bool) -> None:
    bo, twin, space, log, _ = forked()
    caller, server = (bo, twin) if longer_calls else (twin, bo)
    call = Call.of(caller, server).run()
    assert same(bo, twin, space)
    assert bo.store.logs_known[log].forked_at == twin.store.logs_known[log].forked_at is not None
    assert len(bo.store.logs_known[log].tips) == 2
    assert 1 <= sum(isinstance(one, Probe) for one in (*call.asked, *call.answered)) <= 8
    assert call.report.held + call.other.held == 0  # nothing came that was held


def test_a_long_branch_comes_in_several_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Budget.__init__, "__defaults__", (caps.TURN, 90))
    bo, twin, space, _, _ = forked()
    call = Call.of(twin, bo).run()
    assert same(bo, twin, space)
    assert call.turns > 8


def test_third_parties_get_both_branches() -> None:
    bo, twin, space, _, ana = forked()
    Call.of(ana, bo).run()
    Call.of(ana, twin).run()
    assert set(of_space(ana, space)) == {*of_space(bo, space), *of_space(twin, space)}
    Call.of(bo, ana).run()
    assert set(of_space(ana, space)) == set(of_space(bo, space))


def everything(node: Node, space: bytes) -> list[Message]:
    """All that can be asked about what a node holds of a space."""
    shared = next(one for one in node.store.spaces() if one.space.id == space)
    (heads,) = serving.heads(node.store, shared, Random(1))
    listed = (*heads.identities, *heads.logs)
    runs = tuple(Run(head.log, head.tips[0], BEFORE) for head in listed)
    probes = [Probe(space, head.log, head.tips[0], (0, 1)) for head in listed]
    wants = [AskWants(space, what) for what in messages.WHAT]
    return [AskHeads(), WantPages(space, runs), *probes, WantPayloads(space, tuple(events(node))), *wants, heads]


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


def test_missing_payloads_are_asked_for_by_hash() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    for _ in range(20):
        ana.note(space.id)
    Call.of(bo, ana).run()
    for digest in list(of_space(bo, space.id))[-12:]:
        bo.store.payloads.pop(digest)
    bo.store.rebuild()
    call = Call.of(bo, ana).run()
    assert same(ana, bo, space.id)
    assert (call.report.accepted, call.report.filled) == (0, 12)
    assert not any(isinstance(one, Events) for one in call.answered)


def test_payloads_that_nobody_has_end_the_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "ITEMS", 5)
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    noted = [ana.note(space.id) for _ in range(30)]
    Call.of(bo, ana).run()
    mine = sorted(one.hash for one in noted if one)[-25:]
    for node, lost in ((bo, mine), (ana, mine[::2])):
        for digest in lost:
            node.store.payloads.pop(digest)
        node.store.rebuild()
    Call.of(bo, ana).run()
    assert {one for one, payload in of_space(bo, space.id).items() if payload is None} == set(mine[::2])


def test_bad_pages_and_payloads_are_said_and_stop_nothing() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    ana.note(space.id)
    want = everything(ana, space.id)[1]
    told = list(answered(ana, bo, want))
    place = next(i for i, one in enumerate(told) if isinstance(one, Events) and not one.page.log.identity)
    page = told[place]
    assert isinstance(page, Events)
    first, *rest = page.page.events
    spoilt = replace(page.page, events=(first._replace(signature=bytes(64)), *rest))
    other = told[-1]
    assert isinstance(other, PayloadOf)
    told[place] = Events(spoilt)
    told[-1] = PayloadOf(other.event, other.payload._replace(data=b"x" * len(other.payload.data)))
    report = driving.Report()
    state = Reader(bo.store)
    driving.hear(state, bo.store, [*told, End()], NOW, Random(1), report)
    assert any("BadSignature" in one for one in report.problems)
    assert ana.org in bo.store.identities
    Call.of(bo, ana).run()
    assert same(ana, bo, space.id)


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


def test_a_cut_at_any_byte_costs_a_message_and_no_more() -> None:
    for place in (0, 1, 4, 40, 400, 3000, 9000, 20_000):
        ana, bo = nodes("ana", "bo")
        space = space_of(ana, bo)
        for _ in range(12):
            ana.note(space.id)
        cuts = 3

        def cutting(frames: list[bytes]) -> list[bytes]:
            nonlocal cuts
            data = b"".join(frames)
            cuts -= 1
            return [data[:place]] if cuts >= 0 and place < len(data) else [data]  # noqa: B023

        call = Call.of(bo, ana, back=cutting).run()
        assert same(ana, bo, space.id), place
        assert not call.report.cut


def test_a_line_that_is_dead_ends_the_exchange() -> None:
    ana, bo = nodes("ana", "bo")
    space_of(ana, bo)
    call = Call.of(bo, ana, back=lambda _: []).run()
    assert call.report.cut
    assert call.turns == caps.CUTS + 1


def test_a_step_changes_nothing_that_it_was_given() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    ana.note(space.id)
    told = [*answered(ana, bo, everything(ana, space.id)[1])]
    state = Caller(bo.store, peer(ana))
    state, *_ = step(state, Turn(), NOW, Random(1))
    for message in (*told, End()):
        before = pickle.dumps(replace(state, reads=None, intake=None))  # type: ignore[arg-type]
        after, said, effects = step(state, message, NOW, Random(1))
        again = step(state, message, NOW, Random(1))
        assert (after.moved, said, effects) == (again[0].moved, again[1], again[2])
        assert pickle.dumps(replace(state, reads=None, intake=None)) == before  # type: ignore[arg-type]
        state = after
    taken = [one for one in effects if isinstance(one, TakeIn)]
    assert len(taken) == 1
    assert not [one for one in effects if isinstance(one, Say)]
    assert [one.payload is not None for one in taken[0].events].count(False) == 0


def test_the_same_stream_may_be_read_any_number_of_times() -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    ana.note(space.id)
    stream = [*answered(ana, bo, everything(ana, space.id)[1]), End()]
    for _ in range(3):
        driving.hear(Reader(bo.store), bo.store, stream, NOW, Random(1), driving.Report())
        assert same(ana, bo, space.id)


def test_what_waits_for_another_space_comes_in_a_second_pass() -> None:
    """An event that names one of the public space, which is asked about later."""
    ana, bo = nodes("ana", "bo")
    spaces = sorted((space_of(ana, bo, public=True), space_of(ana, bo, public=True)), key=lambda one: one.id)
    first, second = spaces
    seen = ana.note(second.id)
    assert seen
    ana.store.top[first.id] = (0, seen.hash)  # as a room does that names what it relies on
    log = Log(ana.org, ana.device.key.public, ana.epoch, first.id)
    ana.store.learn_log(log)
    top = ana.head(log).lam
    ana.store.top[first.id] = (top, seen.hash)
    assert ana.note(first.id)
    Call.of(bo, ana).run()
    assert same(ana, bo, first.id)
    assert same(ana, bo, second.id)
