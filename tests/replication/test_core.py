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
    End,
    Events,
    PayloadOf,
    Placed,
    Probe,
    Run,
    WantPages,
)  # fmt: skip
from tejido.replication.store import BEFORE
from tests.replication.meeting import NOW, Call, answered, everything, nodes, of_space, peer, same, space_of
from tests.sim.node import Node


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
    """Bo knows Ana, who invited, and has never heard of Cy."""
    ana, bo, cy = nodes("ana", "bo", "cy")
    space = space_of(ana, bo, cy)
    Call.of(cy, ana).run()
    assert cy.note(space.id)
    Call.of(cy, ana).run()
    told = Call.of(bo, ana).run().answered
    kinds = [one for one in told if isinstance(one, Events | PayloadOf)]
    assert isinstance(kinds[0], Events)
    assert kinds[0].page.log.identity
    ranks = [one.page.log.identity for one in kinds if isinstance(one, Events)]
    assert ranks == sorted(ranks, reverse=True)
    assert {one.page.log.org for one in kinds if isinstance(one, Events)} == {ana.org, cy.org}
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
    for _ in range(12):
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


@pytest.mark.parametrize("most", [0, caps.LEAST_TURN, 300_000])
def test_an_answer_has_about_as_many_bytes_as_its_caller_wishes(most: int) -> None:
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    for _ in range(600):
        ana.note(space.id)
    (shared,) = (one for one in ana.store.spaces() if one.space.id == space.id)
    listed = ana.store.heads(shared)
    runs = tuple(Run(head.log, head.tips[0], BEFORE) for head in listed)
    state, _, _ = step(Server(ana.store, peer(bo), most=most), WantPages(space.id, runs), NOW, Random(1))
    _, said, _ = step(state, Turn(), NOW, Random(1))
    size = sum(len(messages.encode(one).encode()) for one in said)
    wished = max(most, caps.LEAST_TURN)
    assert 0.7 * wished < size < 1.3 * wished  # names and seals of small payloads are not counted
