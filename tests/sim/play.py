"""One seed: a few organisations, what they do, what befalls them, and at the end everybody speaks to everybody."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random

from tejido.log import canon
from tejido.log.descriptors import Space
from tejido.replication.blobs import PREFIX
from tejido.replication.messages import Message
from tests.sim import faults
from tests.sim.auditor import Auditor
from tests.sim.carriers import Stick
from tests.sim.cast import NAMES, Boxes, organisation
from tests.sim.exchange import Session
from tests.sim.ledger import Ledger, Signed
from tests.sim.node import Node, Tools
from tests.sim.remember import drawn
from tests.sim.replica import Replica
from tests.sim.store import DiskFull

STEPS = (8, 24)
ROUNDS = 8


@dataclass(frozen=True)
class Setting:
    """What a planted fault may swap: the class of the stores, whether epochs are renewed; and which trouble there is, by the
    names of deeds (none: as the seed draws it)."""

    store: type[Replica] = Replica
    renews: bool = True
    trouble: tuple[str, ...] = ()


@dataclass
class Bag:
    """A bundle: a stream of messages for the devices of those who were in the space when it was written."""

    recipients: frozenset[str]
    said: list[Message] = field(default_factory=list)


class Play:
    """The nodes of one seed and their schedule."""

    def __init__(self, seed: int, setting: Setting | None = None) -> None:
        self.rng, self.setting = Random(seed), setting or Setting()
        self.ledger = Ledger()
        self.tools = Tools(self.rng, Boxes(self.rng), self.ledger, self.setting.store, self.setting.renews)
        self.auditor = Auditor(self.ledger)
        self.nodes: list[Node] = []
        self.spaces: list[Space] = []
        self.sessions: list[Session] = []
        self.bags: list[Bag] = []
        self.stick = Stick()
        self.story: list[str] = []
        self.chance = self.rng.choice((0.0, 0.1, 0.4))

    def run(self) -> None:
        """Play it; raises `Wrong`, or whatever a node could not stand."""
        with drawn(self.rng):
            self._begin()
            deeds = self._deeds()
            for _ in range(self.rng.randint(*STEPS)):
                self._step(self.rng.choice(deeds))
            self._heal()
            self.auditor.together([node for node in self.nodes if node.honest])

    def _step(self, deed: "Callable[[Play], object]") -> None:
        try:
            said = deed(self)
        except DiskFull:
            said = "there was no room"
        self.story.append(f"{deed.__name__}: {said}")

    def _deeds(self) -> "list[Callable[[Play], object]]":
        """Each seed has its own kinds of trouble: some in plenty, most not at all."""
        from tests.sim import deeds

        often = [one for one in deeds.ORDINARY for _ in range(3)]
        known = [one for one in deeds.TROUBLE if not self.setting.trouble or one.__name__ in self.setting.trouble]
        trouble = self.rng.sample(known, min(len(known), self.rng.randint(2, 6)))
        return [*often, *(one for one in trouble for _ in range(self.rng.randint(1, 5)))]

    # --- the beginning

    def _begin(self) -> None:
        count = self.rng.choice((3, 3, 3, 4, 5))
        for name in NAMES[:count]:
            cast = organisation(name)
            self.ledger.found(name, cast.log, cast.identity)
            node = Node(name, cast, self.tools, version=self.rng.choice((1, 2, 2)))
            node.skew = self.rng.choice((0, 0, 0, -27, 45))
            self.nodes.append(node)
        self.own = [node.open_space(public=False, own=True) for node in self.nodes[: self.rng.choice((0, 0, 1, 2))]]
        for place, public in ((0, False), (0, True), (1, False))[: self.rng.choice((1, 2, 2, 3))]:
            owner = self.nodes[place]
            others = [node for node in self.nodes if node is not owner]
            guests = self.rng.sample(others, self.rng.randint(1, len(others)))
            for guest in guests:
                meet(owner, guest)
            space = owner.open_space(public=public, members=[guest.org for guest in guests])
            self.spaces.append(space)
            for guest in guests:
                guest.store.learn_space(space)
        self.nodes[-1].honest = self.rng.random() > 0.15

    def invite(self, owner: Node, guest: Node, space: Space) -> None:
        """By two papers: who invites and where; who asks to be let in. Then the owner writes the list."""
        meet(owner, guest)
        guest.store.learn_space(space)
        known = owner.store.members_of[space.id].orgs
        if guest.org not in known:
            owner.set_members(space.id, [*known, guest.org])

    # --- whom and where

    def node(self, *, honest: bool = False) -> Node:
        """Any node."""
        return self.rng.choice([node for node in self.nodes if node.honest or not honest])

    def place(self, node: Node) -> Space | None:
        """A space that a node can write in."""
        known = [space for space in (*self.spaces, *self.own) if node.org in self.members(node, space)]
        return self.rng.choice(known) if known else None

    def members(self, node: Node, space: Space) -> frozenset[bytes]:
        """Who is in a space, as far as a node knows."""
        found = node.store.members_of.get(space.id)
        return found.orgs if found else frozenset()

    def notes(self, node: Node, space: Space) -> list[Signed]:
        """What a node can read of a space, as it was signed."""
        found = (event for event, one in node.store.contents.items() if one.space == space.id)
        return [self.ledger.events[event] for event in sorted(found)]

    def blob(self) -> tuple[str, tuple[bytes, bytes]]:
        """A file of a few bytes, as a vault keeps it."""
        data = self.rng.randbytes(12)
        described = canon.encode({"chunks": [sha256(data).hexdigest()], "size": len(data)})
        return sha256(PREFIX + described).hexdigest(), (described, data)

    def session(self) -> Session:
        """One that is under way, or a new one."""
        if self.sessions and self.rng.random() < 0.8:
            return self.rng.choice(self.sessions)
        self.sessions.append(self.new_session(*self.rng.sample(self.nodes, 2)))
        return self.sessions[-1]

    def new_session(self, caller: Node, server: Node) -> Session:
        """Whose messages the auditor sees."""
        return Session(caller, server, self.rng, self.auditor.watch)

    def line(self) -> faults.Line:
        """As bad as this seed's lines are."""
        return faults.Line(self.rng, self.chance)

    def forget_sessions(self, node: Node) -> None:
        """Its process ended."""
        self.sessions = [one for one in self.sessions if node not in (one.caller, one.server)]

    # --- the end

    def _heal(self) -> None:
        """Room on every disk and no trouble on any line: each honest node speaks with those who own its spaces."""
        honest = [node for node in self.nodes if node.honest]
        for node in honest:
            node.store.full = False
        hubs = [node for node in honest if any(space.owner == node.org for space in self.spaces)]
        spoken: dict[tuple[str, str], tuple[int, int]] = {}
        for _ in range(ROUNDS):
            pairs = [(node, hub) for hub in hubs for node in honest if node is not hub]
            fresh = [pair for pair in pairs if spoken.get(_names(pair)) != _versions(pair)]
            if not fresh:
                return
            for pair in fresh:
                self.new_session(*pair).run()
                spoken[_names(pair)] = _versions(pair)
        raise AssertionError("the nodes do not come to rest")


def meet(one: Node, other: Node) -> None:
    """Each learns the other's identity from a paper."""
    one.tools.ledger.met.add(frozenset({one.org, other.org}))  # also where a disk is full: one paper may have been read
    for reader, writer in ((one, other), (other, one)):
        named = writer.organisation.identity
        reader.store.ingest([event.incoming for event in named], [], [writer.organisation.log])


def _names(pair: tuple[Node, Node]) -> tuple[str, str]:
    return pair[0].name, pair[1].name


def _versions(pair: tuple[Node, Node]) -> tuple[int, int]:
    return pair[0].store.version, pair[1].store.version


def told(play: Play) -> str:
    """Who was there, and what happened."""
    cast = ", ".join(f"{node.name} (version {node.version}{'' if node.honest else ', lies'})" for node in play.nodes)
    return "\n".join([cast, *(f"{place:3} {line}" for place, line in enumerate(play.story))])
