"""Two and three nodes, whatever befalls the line between them: in the end all hold the same, and nobody else anything."""

from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tejido.replication import serving
from tests.replication.meeting import Call, nodes, space_of, whole
from tests.sim.ledger import Signed
from tests.sim.node import Node

SPOILS = ("whole", "lost", "cut", "repeated", "reordered", "damaged")


class Line:
    """Spoils each turn in one of the ways it was given, one after the other, then none."""

    def __init__(self, ways: list[str], seed: int) -> None:
        self.ways, self.rng = list(ways), Random(seed)

    def __call__(self, frames: list[bytes]) -> list[bytes]:
        data, way = b"".join(frames), self.ways.pop(0) if self.ways else "whole"
        if way == "lost":
            return []
        if way == "cut":
            return [data[: self.rng.randrange(len(data))]]
        if way == "repeated":
            return [*frames[:-1], *frames]
        if way == "reordered":
            return [*self.rng.sample(frames[:-1], len(frames) - 1), frames[-1]]
        if way == "damaged":
            place = self.rng.randrange(len(data))
            return [data[:place], bytes([data[place] ^ 1]), data[place + 1 :]]
        return whole(frames)


LINES = st.builds(Line, st.lists(st.sampled_from(SPOILS), max_size=6), st.integers(0, 99))


class Nodes(RuleBasedStateMachine):
    """ana, bo and cy share a space; ana and bo another; eve knows of both and is in neither; bo's disk
    runs in a second machine, too, and both write on in the same logs."""

    names: tuple[str, ...] = ("ana", "bo", "cy")
    said = Bundle("said")

    @initialize()
    def meet(self) -> None:
        *self.nodes, self.eve = nodes(*self.names, "eve")
        ana, bo, *others = self.nodes
        self.both, self.few = space_of(ana, bo, *others), space_of(ana, bo)
        ana.store.ingest([one.incoming for one in self.eve.organisation.identity], [], [self.eve.organisation.log])
        for space in (self.both, self.few):
            self.eve.store.learn_space(space)
        self.eve.store.ingest([one.incoming for one in ana.organisation.identity], [], [ana.organisation.log])
        for node in self.nodes[1:]:
            Call.of(node, ana).run()
        for space in (self.both, self.few):
            bo.note(space.id)
        self.copy = bo.twin("copy")
        for one in (bo, self.copy):
            one.obeys_epochs, one.epoch = False, bo.epoch

    def who(self, number: int) -> Node:
        listed = [*self.nodes, self.copy]
        return listed[number % len(listed)]

    @rule(target=said, who=st.integers(0, 3), few=st.booleans())
    def note(self, who: int, few: bool) -> tuple[int, Signed] | None:
        node, space = self.who(who), self.few if few else self.both
        if few and node.org not in (self.nodes[0].org, self.nodes[1].org):
            return None
        made = node.note(space.id)
        return (who, made) if made else None

    @rule(one=said)
    def redact(self, one: tuple[int, Signed] | None) -> None:
        if one is not None and self.who(one[0]).org == one[1].log.org:
            self.who(one[0]).redact(one[1].log.space, one[1])

    @rule(caller=st.integers(0, 3), server=st.integers(0, 3), there=LINES, back=LINES)
    def call(self, caller: int, server: int, there: Line, back: Line) -> None:
        if self.who(caller) is not self.who(server):
            Call.of(self.who(caller), self.who(server), there, back).run()

    @rule(server=st.integers(0, 3), back=LINES)
    def eve_calls(self, server: int, back: Line) -> None:
        Call.of(self.eve, self.who(server), back=back).run()

    @rule(caller=st.integers(0, 3))
    def eve_is_called(self, caller: int) -> None:
        Call.of(self.who(caller), self.eve).run()

    @invariant()
    def nothing_leaves_its_space(self) -> None:
        spaces = {row.place.space for row in self.eve.store.rows.values()}
        assert not spaces & {self.both.id, self.few.id}
        for node in self.nodes[2:]:
            assert self.few.id not in {row.place.space for row in node.store.rows.values()}

    def teardown(self) -> None:
        """Two rounds over a perfect line, by way of ana alone."""
        everybody = [*self.nodes[1:], self.copy]
        for node in (*everybody, *everybody):
            assert not Call.of(node, self.nodes[0]).run().report.problems
        for node in everybody:
            for space in (self.both, self.few):
                if node.org in self.nodes[0].store.members_of[space.id].orgs:
                    assert held(node, space.id) == held(self.nodes[0], space.id)


def held(node: Node, space: bytes) -> dict[bytes, object]:
    """Events of a space with their state and payload."""
    rows = [row for row in node.store.rows.values() if row.place.space == space]
    return {row.hash: (node.store.state[row.hash], node.store.payloads.get(row.hash)) for row in rows}


class Two(Nodes):
    """Without cy."""

    names = ("ana", "bo")


SOME = settings(max_examples=30, stateful_step_count=15, deadline=None)


@pytest.mark.parametrize("machine", [Two, Nodes])
def test_in_the_end_all_hold_the_same(machine: type[Nodes]) -> None:
    run_state_machine_as_test(machine, settings=SOME)


def test_in_short_turns_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Budget.__init__, "__defaults__", (4000, 3))
    run_state_machine_as_test(Nodes, settings=settings(SOME, max_examples=10))
