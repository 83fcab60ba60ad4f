"""One seed on real stores: found, meet, live, heal, look."""

import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

from tejido.ground.devices.sheets import Sheet
from tejido.ground.network import actions, selectors
from tejido.ground.network.replica import NodeStore
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.peers import identities
from tejido.ground.store import boot, erasing, founding, keyring, logs
from tejido.ground.store.founding import Sheets
from tejido.ground.store.models import Own
from tejido.log.payload import epoch_key_id
from tejido.replication import driving
from tejido.replication.access import Peer
from tejido.replication.messages import Message
from tejido.replication.states import Caller, Server
from tests.sim.exchange import carried
from tests.sim.faults import Line
from tests.sim.real.auditor import RealAuditor
from tests.sim.real.book import Book
from tests.sim.real.node import RealNode

NAMES = ("ana", "bo", "cy")
STEPS = (12, 25)
ROUNDS = 8
TURNS = 400


class RealPlay:
    """The nodes of one seed, who holds which sheets, what was said."""

    def __init__(self, seed: int, template: Path, folder: Path, only: tuple[str, ...] = ()) -> None:
        self.rng, self.template, self.folder, self.only = Random(seed), template, folder, only
        self.nodes = [RealNode.empty(name, template, folder / name) for name in NAMES]
        self.gone: list[RealNode] = []  # switched off, lost, or revoked
        self.sheets: dict[bytes, Sheets] = {}
        self.network = self.public = b""
        self.words: dict[bytes, str] = {}  # event → word, of all that were ever said in the network
        self.private: dict[bytes, str] = {}  # the same, said at home
        self.book = Book()
        self.auditor = RealAuditor(self.book)
        self.story: list[str] = []
        self.made = 0

    def close(self) -> None:
        """End the connections."""
        for node in (*self.nodes, *self.gone):
            node.close()

    def run(self) -> None:
        """Play it; raises `Wrong`, or whatever a node could not stand."""
        self._begin()
        deeds = self._deeds()
        for _ in range(self.rng.randint(*STEPS)):
            self.step(self.rng.choice(deeds), self.rng.choice(self.nodes))
        self._heal()
        self._look()

    def step(self, deed: "Callable[[RealPlay, RealNode], str]", node: RealNode) -> None:
        """One deed; what it signed is noted before anybody else can hear it."""
        said = deed(self, node)
        self.story.append(f"{deed.__name__}: {said}")
        self.note()

    def note(self) -> None:
        """Write into the god's-eye list what was signed since, and whom its writer took for members."""
        for node in (*self.nodes, *self.gone):
            if node.org:
                self.book.learn_spaces(node)
                fresh = self.book.learn(node)
                if fresh:
                    members = self.auditor.of(node).members.get(self.network, frozenset())
                    last = self.book.last_list(self.network, node.held())
                    self.book.inside |= {one.hash: (members, last) for one in fresh if not one.log.identity}

    def _deeds(self) -> "list[Callable[[RealPlay, RealNode], str]]":
        """Each seed has its own kinds of trouble: some in plenty, most not at all."""
        from tests.sim.real import deeds, turmoil

        trouble = [*deeds.TROUBLE, *turmoil.TROUBLE]
        if self.only:
            found = [one for one in trouble if one.__name__ in self.only]
            return [*deeds.ORDINARY, *found, *found]
        drawn = self.rng.sample(trouble, self.rng.randint(3, 7))
        return [*deeds.ORDINARY, *deeds.ORDINARY, *(one for one in drawn for _ in range(self.rng.randint(1, 3)))]

    def seen(self) -> Counter[str]:
        """How often what happened."""
        events = self.book.events.values()
        places = Counter((one.log.id, one.seq) for one in events)
        kinds = ("org.revoked", "org.recovered", "org.resolved", "member.left", "redact", "charter.proposed")
        found = Counter(one.kind for one in events if one.kind in kinds)
        lists = sorted((one for one in events if one.kind == "space.members"), key=lambda one: one.order)
        for space in self.spaces:
            orgs = [set(one.body["members"]) for one in lists if one.log.space == space]
            found["lists without somebody"] += sum(bool(a - b) for a, b in pairwise(orgs))
        found["forks"] = sum(count > 1 for count in places.values())
        found["purges"] = sum("purges and asks" in line for line in self.story)
        found["seeds with forks and removals"] = bool(found["forks"] and found["lists without somebody"])
        return +found

    # --- the beginning

    def _begin(self) -> None:
        boot.forget()
        for node in self.nodes:
            with node.here():
                made = founding.found()
            node.learn_itself()
            self.sheets[node.org] = made
        self.note()
        first, *others = self.nodes
        with first.here():
            made_network = actions.open_network(name="Net")
            self.network, self.public = made_network.space, made_network.public_space or b""
            actions.invite(network=self.network, path=self.invitation)
        self.note()
        for node in others:
            self.ask_in(node)
            self.note()
            self.exchange(node, first)

    @property
    def invitation(self) -> Path:
        """The founder's paper."""
        return self.folder / "invitation"

    @property
    def spaces(self) -> tuple[bytes, bytes]:
        """What the network consists of."""
        return self.network, self.public

    def ask_in(self, node: RealNode) -> None:
        """By two papers: the founder's invitation, the request of whoever wants to be let in."""
        request = self.folder / f"request-{node.name}"
        with node.here():
            actions.join(invitation=self.invitation, request=request)
        if self.inside(self.founder):
            with self.founder.here():
                actions.admit(request=request)

    # --- who and where

    @property
    def founder(self) -> RealNode:
        """Whoever writes the member list."""
        return self.nodes[0]

    def info(self) -> NetworkInfo | None:
        """The network, as the node knows it that the process is now."""
        return next((one for one in selectors.networks() if one.space == self.network), None)

    def inside(self, node: RealNode) -> bool:
        """Whether a node takes itself for a member and may write."""
        with node.here():
            found = self.info()
            return bool(found and found.admitted and keyring.current_epoch_key(logs.space_row(self.network).id))

    def members(self) -> list[RealNode]:
        """Nodes whose organisation the founder lists and whose device its identity names, both as the founder knows."""
        known = self.auditor.of(self.founder)
        listed = known.members.get(self.network, frozenset())
        return [node for node in self.nodes if node.org in listed and node.device in known.devices.get(node.org, ())]

    def by_admin(self, org: bytes) -> list[Sheet]:
        """Admin sheets, brought to the table."""
        held = self.sheets[org]
        return [Sheet(held.admin[place], held.next[place]) for place in (0, 1)]

    def knows_itself(self, node: RealNode) -> bool:
        """Whether a node holds all that sheets of its organisation ever signed and that is left anywhere: two who sign with
        them without knowing of each other would fork the identity."""
        held = node.held()
        kinds = {one.hash for one in self.book.events.values() if one.log.identity and one.log.org == node.org}
        return all(event in held for other in (*self.nodes, *self.gone) for event in kinds & other.held().keys())

    def current_key(self) -> str:
        """Of the network's space, where the process is now."""
        key = keyring.current_epoch_key(logs.space_row(self.network).id)
        return epoch_key_id(key).hex()[:8] if key else "none"

    # --- exchange

    def exchange(
        self, caller: RealNode, server: RealNode, *, chance: float = 0.0, between: Callable[[], None] | None = None
    ) -> int:
        """To its end, or until the line is cut for good; `between` happens after some turn. The number of turns."""
        line, now, turns = Line(self.rng, chance), int(time.time()), 0
        when = self.rng.randint(1, 4) if between else 0
        self._greet(caller, server)
        before = self.auditor.of(caller)
        with caller.here():
            state = Caller(NodeStore(), Peer(server.org, server.device))
            state, said = driving.begin(state, now, self.rng)
        self.auditor.watch(caller, server, said, before)
        while said and not (chance and self.rng.random() < 0.05):
            turns += 1
            assert turns < TURNS, "an exchange does not come to an end"
            before = self.auditor.of(server)
            answer: tuple[Message, ...]
            with server.here():
                other = Server(NodeStore(), Peer(caller.org, caller.device))
                heard = carried(said, line)
                _, answer = driving.turn(other, NodeStore(), heard, now, self.rng, driving.Report())
            self.auditor.watch(server, caller, answer, before)
            before = self.auditor.of(caller)
            with caller.here():
                heard = carried(answer, line)
                state, said = driving.turn(state, NodeStore(), heard, now, self.rng, driving.Report())
            self.auditor.watch(caller, server, said, before)
            if between and turns == when:
                between()
        for node in (caller, server):
            self.scrub(node)
        return turns

    def _greet(self, caller: RealNode, server: RealNode) -> None:
        """As in the challenge of a call: each tells its identity. Who may have what is asked at each turn."""
        for reader, writer in ((server, caller), (caller, server)):
            with writer.here():
                said = identities.told(writer.org)
            with reader.here():
                identities.learn(writer.org, writer.device, identities.read(writer.org, said))

    def scrub(self, node: RealNode) -> None:
        """What a node does a little after something was erased."""
        with node.here():
            if erasing.unscrubbed():
                erasing.scrub()

    # --- the end

    def _heal(self) -> None:
        """Good lines for everybody: each member speaks with the founder, the owed is done, forks are decided, until all rests."""
        from tests.sim.real import deeds, turmoil

        for place in range(ROUNDS):
            before = {node.name: hash(frozenset(node.held().items())) for node in self.nodes}
            for node in [one for one in self.nodes if one is not self.founder]:
                if place == 0 or not self.inside(
                    self.founder
                ):  # who has lost all is nobody's member list: it has to call
                    self.exchange(self.founder, node)
                self.exchange(node, self.founder)
            if place == 0:
                self.step(turmoil.resolve, self.founder)
            for node in list(self.nodes):
                self.step(deeds.tend, node)
            if before == {node.name: hash(frozenset(node.held().items())) for node in self.nodes}:
                return
        raise AssertionError("the nodes do not come to rest")

    def _look(self) -> None:
        from tests.sim.real import ending

        self.auditor.together(self.members(), self.spaces)
        self.auditor.statements(self.members(), self.spaces)
        ending.outsiders(self)
        ending.keys_go(self)
        self.auditor.together(self.members(), self.spaces)


def own_epoch() -> bytes:
    """Of the node that the process is now."""
    return bytes(Own.objects.get().epoch)
