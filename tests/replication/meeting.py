"""Nodes of the simulator that share a space, and a line between two of them that a test can spoil."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tejido.log.descriptors import Space
from tejido.replication import driving, messages, serving
from tejido.replication.access import Peer
from tejido.replication.messages import BEFORE, AskHeads, AskWants, End, Message, Probe, Run, WantPages, WantPayloads
from tejido.replication.quotas import Allowance
from tejido.replication.states import Caller, Server
from tejido.replication.store import ExchangeStore
from tests.sim.cast import Boxes, organisation
from tests.sim.ledger import Ledger
from tests.sim.node import Node, Tools

NOW = 1_795_132_800
Spoil = Callable[[list[bytes]], list[bytes]]


def whole(frames: list[bytes]) -> list[bytes]:
    """The line as one wishes it."""
    return frames


def peer(node: Node) -> Peer:
    """As whom others know it."""
    return Peer(node.org, node.device.key.public)


def nodes(*names: str, seed: int = 1) -> list[Node]:
    """Nodes that know nothing but themselves."""
    rng = Random(seed)
    tools = Tools(rng, Boxes(rng), Ledger())
    return [Node(name, organisation(name), tools) for name in names]


def space_of(owner: Node, *members: Node, public: bool = False) -> Space:
    """A space of these, which the members know from an invitation alone."""
    for member in members:
        owner.store.ingest([one.incoming for one in member.organisation.identity], [], [member.organisation.log])
    space = owner.open_space(public=public)
    owner.set_members(space.id, [owner.org, *(member.org for member in members)])
    for member in members:
        member.store.learn_space(space)
        member.store.ingest([one.incoming for one in owner.organisation.identity], [], [owner.organisation.log])
    return space


@dataclass
class Call:
    """One exchange, turn by turn. `said`: every message, by side, as it went onto the line."""

    caller: ExchangeStore
    server: ExchangeStore
    caller_is: Peer
    server_is: Peer
    allowance: Allowance = field(default_factory=Allowance)
    there: Spoil = whole
    back: Spoil = whole
    rng: Random = field(default_factory=lambda: Random(5))
    report: driving.Report = field(default_factory=driving.Report)
    other: driving.Report = field(default_factory=driving.Report)
    asked: list[Message] = field(default_factory=list)
    answered: list[Message] = field(default_factory=list)
    turns: int = 0

    @classmethod
    def of(cls, caller: Node, server: Node, there: Spoil = whole, back: Spoil = whole) -> "Call":
        """Between two nodes of the simulator."""
        return cls(caller.store, server.store, peer(caller), peer(server), there=there, back=back)

    def run(self, most: int = 500) -> "Call":
        """To its end."""
        state, said = driving.begin(Caller(self.caller, self.server_is, self.allowance), NOW, self.rng)
        while said:
            self.turns += 1
            assert self.turns < most
            heard = self._carried(said, self.asked, self.there)
            _, answer = driving.turn(
                Server(self.server, self.caller_is), self.server, heard, NOW, self.rng, self.other
            )  # nothing is kept
            heard = self._carried(answer, self.answered, self.back)
            state, said = driving.turn(state, self.caller, heard, NOW, self.rng, self.report)
        assert self.report.done
        return self

    def _carried(self, said: Sequence[Message], notes: list[Message], spoil: Spoil) -> Iterator[Message]:
        notes += said
        return messages.read(iter(spoil([messages.encode(message).encode() for message in (*said, End())])))


def events(node: Node) -> set[bytes]:
    """What is held, whatever it says."""
    return set(node.store.rows)


def same(one: Node, other: Node, space: bytes) -> bool:
    """Whether two hold the same of a space, payloads too."""
    return of_space(one, space) == of_space(other, space)


def of_space(node: Node, space: bytes) -> dict[bytes, object]:
    """Events with their payloads."""
    return {e: node.store.payloads.get(e) for e, row in node.store.rows.items() if row.place.space == space}


def answered(server: Node, caller: Node, *said: Message) -> tuple[Message, ...]:
    """What one turn is answered with."""
    state = Server(server.store, peer(caller))
    _, told = driving.turn(state, server.store, [*said, End()], NOW, Random(1), driving.Report())
    return told


def everything(node: Node, space: bytes) -> list[Message]:
    """All that can be asked about what a node holds of a space."""
    shared = next(one for one in node.store.spaces() if one.space.id == space)
    (heads,) = serving.heads(node.store, shared, Random(1))
    listed = (*heads.identities, *heads.logs)
    runs = tuple(Run(head.log, head.tips[0], BEFORE) for head in listed)
    probes = [Probe(space, head.log, head.tips[0], (0, 1)) for head in listed]
    wants = [AskWants(space, what) for what in messages.WHAT]
    return [AskHeads(), WantPages(space, runs), *probes, WantPayloads(space, tuple(events(node))), *wants, heads]
