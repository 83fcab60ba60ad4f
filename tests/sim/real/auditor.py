"""States what must be true of real nodes, from the god's-eye list and from their bytes."""

import json
from collections.abc import Collection, Iterable, Sequence

from tejido.ground.store import db, hashing
from tejido.ground.witness import public as witness
from tejido.log.payload import epoch_key_id
from tejido.replication.messages import Events, Heads, Message, PayloadOf
from tests.sim.auditor import must
from tests.sim.real.book import Book
from tests.sim.real.node import RealNode
from tests.sim.real.oracle import View, view

ASKS = ("AskWants", "WantPages", "WantPayloads", "WantChunks", "Probe")
LOGS = "SELECT hash, forked_at, stopped_at FROM store_log"


class RealAuditor:
    """Looks at what is said, at each node, and at all of them at the end."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.liars: set[bytes] = set()  # organisations whose disk was copied so that they sign twice in one place
        self._views: dict[str, tuple[int, View]] = {}

    def of(self, node: RealNode) -> View:
        """What this node ought to make of what it holds."""
        held = node.held()
        strange = held.keys() - self.book.events.keys()
        must(not strange, f"{node.name} holds an event that nobody signed")
        stamp = hash(frozenset(held.items()))
        known = self._views.get(node.name)
        if known is None or known[0] != stamp:
            self._views[node.name] = (stamp, view(self.book, held))
        return self._views[node.name][1]

    # --- what is said

    def watch(self, sender: RealNode, receiver: RealNode, said: Iterable[Message], before: View) -> None:
        """Nothing of a space is told to whoever is not in it, as the sender ought to know before or after its turn."""
        known = (before, self.of(sender))
        for message in said:
            what = f"{sender.name} sends {type(message).__name__} to {receiver.name}"
            for space in self._spaces_of(message):
                must(space not in self.book.own_spaces, f"{what}, of an own space")
                newcomer = type(message).__name__ in ASKS and any(not one.members.get(space) for one in known)
                inside = any(self._inside(one, space, receiver) for one in known)
                must(inside or newcomer, f"{what}, which is not in that space, or whose device is revoked")

    def _inside(self, known: View, space: bytes, receiver: RealNode) -> bool:
        in_it = receiver.org in known.members[space] or receiver.org == self.book.spaces[space].owner
        return in_it and receiver.device in known.devices.get(receiver.org, ())

    def _spaces_of(self, message: Message) -> set[bytes]:
        if isinstance(message, Events):
            return {message.page.space.id} if message.page.space else set()
        if isinstance(message, PayloadOf):
            one = self.book.events.get(message.event)
            return {one.log.space} if one and not one.log.identity else set()
        if isinstance(message, Heads):
            wrong = [head for head in message.logs if self.book.told.get(head.log) != message.space]
            must(not wrong, "heads of a log are told under another space")
        space = getattr(message, "space", None)
        return {space} if space in self.book.spaces else set()

    # --- one node

    def node(self, node: RealNode) -> None:
        """Everything that must be true of one node at any time."""
        held, expected = node.held(), self.of(node)
        for event in held:
            one = self.book.events[event]
            must(not one.prev or one.prev in held, f"{node.name} holds an event without the one before it")
            own = one.log.space in self.book.own_spaces
            must(not own or one.log.device == node.device, f"{node.name} holds headers of somebody's own space")
        erased = {event for event, state in held.items() if state == 2}
        must(erased == expected.redacted & held.keys(), f"{node.name} erased something else than what was taken back")
        with node.here():
            rows = [(bytes(log), forked, stopped) for log, forked, stopped in db.rows(LOGS)]
            lists = {bytes(space): said for space, said in db.rows("SELECT hash, members FROM store_space")}
        must({log: at for log, at, _ in rows if at is not None} == expected.forks, f"{node.name} sees other forks")
        stops = {log: at for log, _, at in rows if at is not None}
        must(stops == expected.stops, f"{node.name} lets logs go on elsewhere than their forks were decided")
        for space, said in lists.items():
            orgs = frozenset(map(bytes.fromhex, _loads(said).get("orgs", ())))
            must(orgs == expected.members[space], f"{node.name} folds another member list")
        self._erased(node, expected)

    def _erased(self, node: RealNode, expected: View) -> None:
        """Not a byte of what was taken back lies in any file of the database."""
        gone = [self.book.events[event] for event in expected.redacted]
        for path, data in node.files():
            for one in gone:
                word = one.body.get("name" if one.kind == "network.profile" else "title", "").encode()
                must(not word or word not in data, f"an erased word lies in {node.name}'s {path.name}: {word!r}")
                must(one.payload.data not in data, f"sealed words that were erased lie in {node.name}'s {path.name}")

    # --- who was removed

    def kept_out(self, node: RealNode, words: dict[bytes, str]) -> None:
        """Who was removed and not let in again can read nothing that was said by those who knew it, and has no key of theirs."""
        since = self.book.let_in.get(node.org, -1)
        barred = [
            words[event]
            for event, (inside, by) in self.book.inside.items()
            if event in words and node.org not in inside and by > since
        ]
        for path, data in node.files():
            must(not [word for word in barred if word.encode() in data],
                 f"{node.name} was removed, and its {path.name} holds words that were said afterwards")  # fmt: skip

    def nothing_left(self, node: RealNode, spaces: Collection[bytes], words: Iterable[str]) -> None:
        """After a purge: no event, no key, no word of these spaces, in no file."""
        left = [event for event in node.held() if self.book.events[event].log.space in spaces]
        must(not left, f"{node.name} keeps events of a network that it purged")
        keys = [key for key, space in self.keys_of.items() if space in spaces]
        listed = list(words)
        for path, data in node.files():
            must(
                not [word for word in listed if word.encode() in data],
                f"words lie in {node.name}'s {path.name} after a purge",
            )
            must(not [key for key in keys if key in data], f"keys lie in {node.name}'s {path.name} after a purge")

    @property
    def keys_of(self) -> dict[bytes, bytes]:
        """Each key of a space that anybody ever drew, with its space."""
        named = {
            bytes.fromhex(one.body["current"]): one.log.space
            for one in self.book.events.values()
            if one.kind == "space.key"
        }
        return {key: named[epoch_key_id(key)] for key in self.book.keys if epoch_key_id(key) in named}

    # --- all of them

    def together(self, nodes: Sequence[RealNode], spaces: Collection[bytes]) -> None:
        """Members of a space who have spoken to each other hold the same, know the same forks, fold the same."""
        self._nobody_signs_twice()
        for node in nodes:
            self.node(node)
        held = {node.name: node.held() for node in nodes}
        for space in spaces:
            first = nodes[0]
            for other in nodes[1:]:
                self._alike(space, first, other, held[first.name], held[other.name])
        self._nothing_to_be_had(nodes, held)

    def _nobody_signs_twice(self) -> None:
        places: dict[tuple[bytes, int], bytes] = {}
        for one in self.book.events.values():
            first = places.setdefault((one.log.id, one.seq), one.hash)
            twice = first != one.hash and not one.log.identity  # sheets sign anew what went with a lost device
            must(
                not twice or one.log.org in self.liars,
                "somebody signs twice at one place of a log: its epoch was not renewed",
            )

    def _alike(
        self, space: bytes, one: RealNode, other: RealNode, mine: dict[bytes, int], theirs: dict[bytes, int]
    ) -> None:
        pair = f"{one.name} and {other.name}"
        ours, others = self._of(space, mine), self._of(space, theirs)
        must(ours.keys() == others.keys(), f"{pair} do not hold the same events of a space")
        forks = [
            {log: seq for log, seq in self.of(node).forks.items() if self.book.told[log] == space}
            for node in (one, other)
        ]
        must(forks[0] == forks[1], f"{pair} do not both know of a fork")
        unlike = [self.book.events[event].kind for event in ours if ours[event] != others[event]]
        must(not unlike, f"{pair} cannot read the same events of a space: {', '.join(unlike)}")
        hashes = []
        for node in (one, other):
            with node.here():
                hashes.append(hashing.state_hashes()[space.hex()])
        must(hashes[0] == hashes[1], f"{pair} hold the same and fold different states")

    def _of(self, space: bytes, held: dict[bytes, int]) -> dict[bytes, int]:
        return {event: state for event, state in held.items() if self.book.events[event].log.space == space}

    def _nothing_to_be_had(self, nodes: Sequence[RealNode], held: dict[str, dict[bytes, int]]) -> None:
        """What waits at one node for others, no other node took in; what one cannot read, no other can."""
        for node in nodes:
            with node.here():
                waiting = {bytes(event) for (event,) in db.rows("SELECT hash FROM store_waiting")}
            for other in nodes:
                must(not waiting & held[other.name].keys(), f"an event waits at {node.name} that {other.name} took in")

    def statements(self, nodes: Sequence[RealNode], spaces: Collection[bytes]) -> None:
        """Checkpoints: by their own word nobody on the same heads has another state, and no fork is told that is not there."""
        for node in nodes:
            with node.here():
                for space in spaces:
                    for one in witness.standings(space):
                        must(one.agrees is not False, f"{node.name} hears of another state on its own heads")
                    for doubt in witness.doubts(space):
                        must(doubt.org in self.liars, f"{node.name} hears of a fork that there is not")


def _loads(said: object) -> dict[str, list[str]]:
    return said if isinstance(said, dict) else json.loads(str(said or "{}"))
