"""A chain as a tree of hops, pure: whatever has arrived makes a picture.

A hop whose parent is not here (not yet arrived, or of another chain) stands as a root, marked; so does one hop of a
circle of parents, which no honest node can make but a broken one might.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


class Placed(Protocol):
    """What the tree needs of a hop."""

    @property
    def parent(self) -> str | None: ...
    @property
    def day(self) -> str: ...
    @property
    def at(self) -> int | None: ...


@dataclass(frozen=True)
class Node:
    """A hop's place: `number` from 1 in reading order, `depth` from 0; `orphan` when what it answers is missing."""

    key: str
    number: int
    depth: int
    parent: str | None
    children: tuple[str, ...]
    orphan: bool


def tree(hops: Mapping[str, Placed]) -> list[Node]:
    """Every hop once, each before what answers it, siblings in order of day, time and key."""
    order = sorted(hops, key=lambda key: (hops[key].day, hops[key].at or 0, key))
    children: dict[str, list[str]] = {key: [] for key in order}
    for key in order:
        parent = hops[key].parent
        if parent in children:
            children[parent].append(key)
    return _number(hops, children, _walk(order, hops, children))


def _walk(order: list[str], hops: Mapping[str, Placed], children: Mapping[str, list[str]]) -> dict[str, int]:
    """Depth by key, in reading order. Roots first; then whatever a circle of parents kept out of reach."""
    depth: dict[str, int] = {}
    roots = [key for key in order if hops[key].parent not in children]
    for root in [*roots, *order]:
        stack = [] if root in depth else [(root, 0)]
        while stack:
            key, deep = stack.pop()
            if key not in depth:
                depth[key] = deep
                stack.extend((child, deep + 1) for child in reversed(children[key]))
    return depth


def _number(hops: Mapping[str, Placed], children: Mapping[str, list[str]], depth: Mapping[str, int]) -> list[Node]:
    def node(number: int, key: str) -> Node:
        root = depth[key] == 0
        below = tuple(child for child in children[key] if depth[child] == depth[key] + 1)
        return Node(key, number, depth[key], None if root else hops[key].parent, below, root and bool(hops[key].parent))

    return [node(i, key) for i, key in enumerate(depth, 1)]


def first_answer_hours(hops: Iterable[Placed]) -> float | None:
    """Hours from a chain's first report to its first answer, by the times their events carry; None before one."""
    timed = [(hop.parent, hop.at) for hop in hops if hop.at is not None]
    asked = [at for parent, at in timed if parent is None]
    answered = [at for parent, at in timed if parent is not None]
    return max(0, min(answered) - min(asked)) / 3600 if asked and answered else None
