"""How a network stands, space by space: our state, what every member's node says that it holds, and whether they agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tejido.ground.network import policies, selectors
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, require
from tejido.ground.store import hashing
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.witness import public as witness
from tejido.ground.witness.public import Doubt, Standing
from tejido.log.words import fingerprint

SHORT = 16
Agreement = Literal["same", "other", "unknown", "silent"]


@dataclass(frozen=True)
class NodeState:
    """A member's node by its own word. `agreement`: "silent" where it has said nothing yet. `behind`: what we hold and it did
    not; `ahead`: what it held and we do not, in events."""

    org: str
    name: str
    day: str
    heard: str
    events: int
    behind: int
    ahead: int
    agreement: Agreement


@dataclass(frozen=True)
class DoubtState:
    """A fork that statements prove although one of its events is not here; the beginnings of both hashes."""

    org: str
    name: str
    seq: int
    headers: tuple[str, ...]


@dataclass(frozen=True)
class SpaceState:
    """The state of a space: equal on every node that holds the same events of it. `key` names the space."""

    purpose: str
    words: str
    hash: str
    nodes: list[NodeState] = field(default_factory=list)
    doubts: list[DoubtState] = field(default_factory=list)

    @property
    def short(self) -> str:
        """Its beginning."""
        return self.hash[:SHORT]


def states(*, viewer: Viewer, network: NetworkInfo) -> list[SpaceState]:
    """The state of each of a network's spaces, computed now: it reads everything that was folded."""
    require(viewer, policies.SEE)
    names = {org: one.name for org, one in selectors.organisations().items() if one.name}
    hashes = [one for one in (network.space, network.public_space) if one]
    return [_state(row, names) for row in SpaceRow.objects.filter(hash__in=hashes).order_by("id")]


def _state(row: SpaceRow, names: dict[str, str]) -> SpaceState:
    digest, space = hashing.state_hash(row.id), bytes(row.hash)
    said = witness.standings(space)
    silent = set(row.members.get("orgs", ())) - {one.org.hex() for one in said} - {selectors.org_id().hex()}
    nodes = [_node(one, names) for one in said if not one.own]
    nodes += [NodeState(org, _name(org, names), "", "", 0, 0, 0, "silent") for org in sorted(silent)]
    nodes.sort(key=lambda one: (one.name.casefold(), one.org))
    return SpaceState(
        row.purpose,
        fingerprint(bytes.fromhex(digest)),
        digest,
        nodes,
        [_doubt(one, names) for one in witness.doubts(space)],
    )


def _node(one: Standing, names: dict[str, str]) -> NodeState:
    org = one.org.hex()
    agreement: Agreement = "unknown" if one.agrees is None else "same" if one.agrees else "other"
    return NodeState(org, _name(org, names), one.day, one.heard, one.events, one.behind, one.ahead, agreement)


def _doubt(one: Doubt, names: dict[str, str]) -> DoubtState:
    org = one.org.hex() if one.org else ""
    return DoubtState(org, _name(org, names), one.seq, tuple(digest.hex()[:SHORT] for digest in one.hashes))


def _name(org: str, names: dict[str, str]) -> str:
    return names.get(org) or (fingerprint(bytes.fromhex(org)) if org else "")


@dataclass(frozen=True)
class Health:
    """How the other nodes of a network stand, by organisation (hex of its id), and forks that statements prove."""

    nodes: Mapping[str, NodeState] = field(default_factory=dict)
    doubts: tuple[DoubtState, ...] = ()

    @property
    def others(self) -> list[NodeState]:
        """Those that came to another state on the same events."""
        return [one for one in self.nodes.values() if one.agreement == "other"]

    @property
    def lacked(self) -> int:
        """At least how many events the others hold that this node does not."""
        return max((one.ahead for one in self.nodes.values()), default=0)

    @property
    def behind(self) -> list[NodeState]:
        """Those that have not got everything that is here."""
        return [one for one in self.nodes.values() if one.behind and one.agreement != "silent"]

    @property
    def silent(self) -> list[NodeState]:
        """Those of whose node nothing was heard."""
        return [one for one in self.nodes.values() if one.agreement == "silent"]

    @property
    def well(self) -> bool:
        """Whether everybody holds what is here, and nothing is wrong."""
        return not (self.doubts or self.others or self.lacked or self.behind or self.silent)


WORST: Sequence[Agreement] = ("other", "unknown", "same", "silent")


def health(*, viewer: Viewer, network: NetworkInfo) -> Health:
    """All of a network's spaces together, from the last statements; nothing is computed anew."""
    require(viewer, policies.SEE)
    names = {org: one.name for org, one in selectors.organisations().items() if one.name}
    spaces = [one for one in (network.space, network.public_space) if one]
    said: dict[str, list[list[NodeState]]] = {org.hex(): [] for org in network.members}
    for space in spaces:
        found: dict[str, list[NodeState]] = {}
        for one in witness.standings(space):
            found.setdefault(one.org.hex(), []).append(_node(one, names))
        for org, per_space in said.items():
            per_space.append(found.get(org, []))
    own = selectors.org_id().hex()
    nodes = {org: _in_all(org, _name(org, names), told) for org, told in said.items() if org != own}
    return Health(nodes, tuple(_doubt(one, names) for space in spaces for one in witness.doubts(space)))


def _in_all(org: str, name: str, spaces: Sequence[Sequence[NodeState]]) -> NodeState:
    """One organisation in all spaces. Where it has several devices, the one that holds most speaks for it."""
    told = [one for devices in spaces for one in devices]
    if not told:
        return NodeState(org, name, "", "", 0, 0, 0, "silent")
    best = [min(devices, key=lambda one: one.behind) for devices in spaces if devices]
    return NodeState(
        org, name, max(one.day for one in told), max(one.heard for one in told), sum(one.events for one in best),
        sum(one.behind for one in best), sum(max(one.ahead for one in devices) for devices in spaces if devices),
        min((one.agreement for one in told), key=WORST.index),
    )  # fmt: skip
