"""What selectors hand out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """An organisation that was asked to erase. `heard`: day of its last readable event here, or empty.

    `how` it says that it erased, empty where it has not; `left`: it is in the network no more."""

    org: str
    name: str
    heard: str
    confirmed: bool
    how: str
    left: bool


@dataclass(frozen=True)
class Standing:
    """How far an erasure is. `day`: when it was last asked for; `here`: no byte is left on this node.

    `redacts`: how many events were erased; `before`: names of organisations that had left by then and keep what they had.
    """

    day: str
    reasons: tuple[str, ...]
    redacts: int
    here: bool
    nodes: tuple[Node, ...]
    before: tuple[str, ...] = ()

    @property
    def confirmed(self) -> int:
        """How many of those asked have confirmed."""
        return sum(node.confirmed for node in self.nodes)

    @property
    def asked(self) -> int:
        """How many were asked."""
        return len(self.nodes)

    @property
    def missing(self) -> tuple[Node, ...]:
        """Those that have not confirmed."""
        return tuple(node for node in self.nodes if not node.confirmed)

    @property
    def weaker(self) -> tuple[Node, ...]:
        """Those whose database's journals, replicas or backups may hold remains for a while."""
        return tuple(node for node in self.nodes if node.confirmed and node.how != "overwritten")

    @property
    def whole(self) -> bool:
        """Whether nothing is left to wait for."""
        return self.here and not self.missing


@dataclass(frozen=True)
class Erasure:
    """One aggregate of ours of which something was erased in a space that others share."""

    key: str
    kind: str
    network: str
    standing: Standing
