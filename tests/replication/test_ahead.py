"""What is foreseen of a call is what the core then asks, or nothing counts of it."""

from collections.abc import Iterator
from random import Random

import pytest

from tejido.log.errors import Malformed
from tejido.log.payload import Payload
from tejido.replication import ahead, driving, serving
from tejido.replication.core import Caller, Server
from tejido.replication.lots import LOT, PayloadsOf, in_lots
from tejido.replication.messages import AskHeads, End, Message, PayloadOf
from tests.replication.meeting import NOW, Call, nodes, peer, same, space_of


def test_the_core_asks_what_was_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn by turn, to a caller that holds some already."""
    budget = serving.Budget
    monkeypatch.setattr(serving, "Budget", lambda: budget(events=7))
    ana, bo = nodes("ana", "bo")
    space = space_of(ana, bo)
    for _ in range(9):
        bo.note(space.id)
    Call.of(bo, ana).run()
    for _ in range(40):
        ana.note(space.id)
    state, said = driving.begin(Caller(bo.store, peer(ana)), NOW, Random(1))
    right = 0
    while said:
        server = Server(ana.store, peer(bo))
        _, answer = driving.turn(server, ana.store, [*said, End()], NOW, Random(1), driving.Report())
        foreseen = ahead.following(said, answer)
        state, said = driving.turn(state, bo.store, [*answer, End()], NOW, Random(1), driving.Report())
        assert foreseen in ((), said)
        right += bool(foreseen)
    assert right >= 5
    assert same(ana, bo, space.id)


def test_nothing_is_foreseen_of_other_words() -> None:
    assert not ahead.foreseeable([AskHeads()])
    assert not ahead.foreseeable([])
    assert ahead.following([AskHeads()], [End()]) == ()


def test_payloads_in_a_row_are_heard_together_in_their_order() -> None:
    small = [PayloadOf(bytes([number]) * 32, Payload(b"x" * 100)) for number in range(5)]
    large = [PayloadOf(b"l" * 32, Payload(bytes(LOT // 2))) for _ in range(3)]
    heard: list[Message] = [small[0], AskHeads(), *small[1:], End(), *large]
    lots = list(in_lots(heard))
    assert [len(one.listed) if isinstance(one, PayloadsOf) else 0 for one in lots] == [1, 0, 4, 0, 2, 1]
    flat = [each for one in lots for each in (one.listed if isinstance(one, PayloadsOf) else (one,))]
    assert flat == heard


def test_what_came_before_something_malformed_is_heard() -> None:
    def stream() -> Iterator[Message]:
        yield PayloadOf(b"a" * 32, Payload(b"x"))
        raise Malformed("no frame")

    lots = in_lots(stream())
    assert next(lots) == PayloadsOf((PayloadOf(b"a" * 32, Payload(b"x")),))
    with pytest.raises(Malformed):
        next(lots)
