"""Where a charter comes in: it lies above this app, and says here whether a network's members decide instead of its founder,
and whether this organisation goes on in another network.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tejido.ground.network.papers import Paper
from tejido.ground.network.selectors import NetworkInfo

Decides = Callable[[NetworkInfo], bool]
Puts = Callable[[NetworkInfo, Paper], None]
Onward = Callable[[NetworkInfo], NetworkInfo | None]


@dataclass(frozen=True)
class Gate:
    """`decides`: whether the members of a network decide who is in it; `put`: put a request to them.

    `onward`: the network in which this organisation goes on instead, or None; `expected`: whether a network that it is not in
    yet has heard that it comes, by another one."""

    decides: Decides
    put: Puts
    onward: Onward
    expected: Decides


GATES: list[Gate] = []


def gate(one: Gate) -> None:
    """Register a gate."""
    if one not in GATES:
        GATES.append(one)


def members_decide(info: NetworkInfo) -> bool:
    """Whether a charter is in force by which members decide."""
    return any(one.decides(info) for one in GATES)


def onward(info: NetworkInfo) -> NetworkInfo | None:
    """The network in which this organisation goes on instead of that one, which is for reading now; or None."""
    return next((found for one in GATES if (found := one.onward(info))), None)


def expected(info: NetworkInfo) -> bool:
    """Whether the members of a network know already that this organisation comes."""
    return any(one.expected(info) for one in GATES)


def put(info: NetworkInfo, paper: Paper) -> None:
    """Put a request to the members."""
    for one in GATES:
        if one.decides(info):
            one.put(info, paper)
            return
