"""Where a charter comes in: it lies above this app, and says here whether a network's members decide instead of its founder."""

from collections.abc import Callable
from dataclasses import dataclass

from tejido.ground.network.papers import Paper
from tejido.ground.network.selectors import NetworkInfo

Decides = Callable[[NetworkInfo], bool]
Puts = Callable[[NetworkInfo, Paper], None]


@dataclass(frozen=True)
class Gate:
    """`decides`: whether the members of a network decide who is in it; `put`: put a request to them."""

    decides: Decides
    put: Puts


GATES: list[Gate] = []


def gate(one: Gate) -> None:
    """Register a gate."""
    if one not in GATES:
        GATES.append(one)


def members_decide(info: NetworkInfo) -> bool:
    """Whether a charter is in force by which members decide."""
    return any(one.decides(info) for one in GATES)


def put(info: NetworkInfo, paper: Paper) -> None:
    """Put a request to the members."""
    for one in GATES:
        if one.decides(info):
            one.put(info, paper)
            return
