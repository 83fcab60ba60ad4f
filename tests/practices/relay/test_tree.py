"""The tree is total: every hop stands in it once, whatever its parent says."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tejido.practices.relay.tree import Node, first_answer_hours, tree


@dataclass(frozen=True)
class Hop:
    parent: str | None = None
    day: str = "2026-11-20"
    at: int | None = 0


def shape(nodes: list[Node]) -> list[tuple[str, int]]:
    return [(node.key, node.depth) for node in nodes]


def test_answers_follow_what_they_answer() -> None:
    hops = {"r": Hop(), "b": Hop("r", at=20), "a": Hop("r", at=10), "c": Hop("a", at=30), "q": Hop(day="2026-11-21")}
    nodes = tree(hops)
    assert shape(nodes) == [("r", 0), ("a", 1), ("c", 2), ("b", 1), ("q", 0)]
    assert [node.number for node in nodes] == [1, 2, 3, 4, 5]
    assert nodes[0].children == ("a", "b")
    assert not any(node.orphan for node in nodes)


def test_an_answer_without_its_question_is_a_marked_root() -> None:
    (node,) = tree({"a": Hop("missing")})
    assert (node.depth, node.parent, node.orphan) == (0, None, True)


def test_a_circle_of_parents_is_cut_once() -> None:
    nodes = tree({"a": Hop("b"), "b": Hop("a"), "self": Hop("self")})
    assert shape(nodes) == [("a", 0), ("b", 1), ("self", 0)]
    assert [node.children for node in nodes] == [("b",), (), ()]


def test_a_long_line_of_answers_needs_no_recursion() -> None:
    hops = {f"{i:05}": Hop(f"{i - 1:05}" if i else None) for i in range(5000)}
    assert tree(hops)[-1].depth == 4999


KEYS = st.sampled_from("abcdefgh")
HOPS = st.dictionaries(
    KEYS, st.builds(Hop, st.none() | KEYS | st.just("z"), st.sampled_from(["1", "2"]), st.none() | st.integers(0, 3))
)


@given(HOPS, st.randoms())
def test_every_hop_stands_once_and_order_of_arrival_is_nothing(hops: dict[str, Hop], random: st.DrawFn) -> None:
    nodes = tree(hops)
    assert sorted(node.key for node in nodes) == sorted(hops)
    by_key = {node.key: node for node in nodes}
    for node in nodes:
        if node.parent is not None:
            assert node.key in by_key[node.parent].children
            assert node.depth == by_key[node.parent].depth + 1
            assert node.number > by_key[node.parent].number
    assert sum(len(node.children) for node in nodes) == sum(node.depth > 0 for node in nodes)
    keys = list(hops)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert tree({key: hops[key] for key in keys}) == nodes


def test_hours_to_the_first_answer() -> None:
    assert first_answer_hours([Hop(at=0), Hop("a", at=7200), Hop("a", at=9000)]) == 2.0
    assert first_answer_hours([Hop(at=0)]) is None
    assert first_answer_hours([Hop(at=None), Hop("a", at=None)]) is None
