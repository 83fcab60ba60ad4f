"""Exchanges turn by turn through the real core, frames and all, with whatever befalls the line between two nodes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tejido.replication import driving, messages
from tejido.replication.access import Peer
from tejido.replication.messages import End, Message
from tejido.replication.states import Caller, Reader, Server
from tests.sim.node import Node
from tests.sim.store import DiskFull

Watch = Callable[[Node, Node, Message], None]
Spoil = Callable[[list[bytes]], list[bytes]]


def whole(frames: list[bytes]) -> list[bytes]:
    """The line as one wishes it."""
    return frames


@dataclass
class Session:
    """`caller` exchanges with `server`; `watch` sees every message that an honest node says, before the line spoils it."""

    caller: Node
    server: Node
    rng: Random
    watch: Watch
    report: driving.Report = field(default_factory=driving.Report)
    state: Caller | None = None
    said: Sequence[Message] = ()
    turns: int = 0

    def turn(self, there: Spoil = whole, back: Spoil = whole) -> bool:
        """One question and its answer; whether the exchange goes on. A full disk ends it."""
        if self.state is None:
            self.state = Caller(self.caller.store, self._peer(self.server))
            self.state, self.said = driving.begin(self.state, self.caller.now, self.rng)
            self._watch(self.caller, self.server, self.said)
        self.turns += 1
        try:
            return bool(self.said) and self._ask(there, back)
        except DiskFull:
            return False

    def _ask(self, there: Spoil, back: Spoil) -> bool:
        caller, server = self.caller, self.server
        other = Server(server.store, self._peer(caller))
        heard = carried(self.said, there)
        try:
            _, answer = driving.turn(other, server.store, heard, server.now, self.rng, driving.Report())
        except DiskFull:
            answer, back = (), lambda _: []
        self._watch(server, caller, answer)
        heard = carried(answer, back)
        assert self.state is not None
        self.state, self.said = driving.turn(self.state, caller.store, heard, caller.now, self.rng, self.report)
        self._watch(caller, server, self.said)
        return bool(self.said)

    def _peer(self, node: Node) -> Peer:
        return Peer(node.org, node.device.key.public)

    def _watch(self, sender: Node, receiver: Node, said: Sequence[Message]) -> None:
        for message in said:
            self.watch(sender, receiver, message)

    def run(self, most: int = 400) -> None:
        """To its end, over a perfect line."""
        while self.turn():
            if self.turns > most:
                raise AssertionError(f"{self.caller.name} and {self.server.name} do not come to an end")


def carried(said: Sequence[Message], spoil: Spoil = whole) -> Iterator[Message]:
    """What arrives of a turn."""
    return messages.read(iter(spoil([messages.encode(message).encode() for message in (*said, End())])))


def read_all(node: Node, said: Sequence[Message], rng: Random) -> driving.Report:
    """As a bundle is read: a stream that somebody carried here, with nobody to ask."""
    report = driving.Report()
    driving.hear(Reader(node.store), node.store, carried(said), node.now, rng, report)
    return report
