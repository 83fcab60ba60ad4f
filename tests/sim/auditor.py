"""States what must be true, and looks whether it is: from the god's-eye list, never from what nodes say of themselves."""

import pickle
from collections.abc import Collection, Iterable, Sequence

from tejido.replication.messages import Events, Heads, Identity, Message, PayloadOf
from tests.sim.fold import state_hashes
from tests.sim.ledger import Ledger, Signed
from tests.sim.node import Node
from tests.sim.predict import Prediction, predict


class Wrong(AssertionError):
    """An invariant does not hold."""


def must(holds: object, what: str) -> None:
    """Raise `Wrong` unless it holds."""
    if not holds:
        raise Wrong(what)


class Auditor:
    """Looks at messages, at nodes, and at all of them at the end."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._known: dict[tuple[object, ...], Prediction] = {}
        self.liars: set[bytes] = set()  # organisations of which somebody signs twice at one place, on purpose

    # --- what is said

    def watch(self, sender: Node, receiver: Node, message: Message) -> None:
        """Nothing of a space is told to whoever is not in it, as the sender ought to know at that moment."""
        if not sender.honest:
            return
        for space in self._spaces_of(message):
            must(space not in self.ledger.own_spaces, f"{sender.name} tells {receiver.name} of its own space")
            self._may(sender, receiver, space, type(message).__name__)

    def _may(self, sender: Node, receiver: Node, space: bytes, what: str) -> None:
        asks = what in ("AskWants", "WantPages", "WantPayloads", "WantChunks", "Probe")
        members = self.of(sender).members.get(space, frozenset())
        if asks and not members:
            return  # a newcomer asks; it has nothing to tell
        owner = self.ledger.spaces[space].owner
        inside = receiver.org in members or receiver.org == owner
        devices = self._devices(sender, receiver.org)
        must(inside, f"{sender.name} sends {what} of a space to {receiver.name}, which is not in it")
        must(
            receiver.device.key.public in devices,
            f"{sender.name} sends {what} to a device of {receiver.name} that its organisation does not name",
        )

    def _devices(self, node: Node, org: bytes) -> set[bytes]:
        return devices(self.ledger, node.store.rows, org)

    def _spaces_of(self, message: Message) -> Iterable[bytes]:
        if isinstance(message, Events):
            return {message.page.space.id} if message.page.space else set()
        if isinstance(message, PayloadOf):
            one = self.ledger.events.get(message.event)
            return {one.log.space} if one and not one.log.identity else set()
        if isinstance(message, Heads):
            for head in message.logs:
                must(self.ledger.told.get(head.log) == message.space, "heads of a log are told under another space")
        if isinstance(message, Identity):
            return set()
        space = getattr(message, "space", None)
        return {space} if space in self.ledger.spaces else set()

    # --- one node

    def of(self, node: Node) -> Prediction:
        """What this node ought to make of what it holds."""
        store = node.store
        key = (store, store.version, len(store.rows), len(store.epoch_keys), len(store.spaces_known), node.version)
        if key not in self._known:
            self._known = (
                {key: self._predict(node)} if len(self._known) > 16 else {**self._known, key: self._predict(node)}
            )
        return self._known[key]

    def _predict(self, node: Node) -> Prediction:
        store = node.store
        strange = store.rows.keys() - self.ledger.events.keys()
        must(not strange, f"{node.name} holds an event that nobody signed")
        return predict(self.ledger, store.rows, store.payloads, store.epoch_keys, node.version, store.spaces_known)

    def node(self, node: Node) -> None:
        """Everything that must be true of one honest node at any time."""
        expected = self.of(node)
        self._closed(node)
        self._inside(node)
        self._keys(node)
        self._erased(node, expected)
        self._folded(node, expected)

    def _closed(self, node: Node) -> None:
        rows = node.store.rows
        for row in rows.values():
            must(not row.prev or row.prev in rows, f"{node.name} holds {_name(row.hash)} without what comes before it")

    def _inside(self, node: Node) -> None:
        """No header of a space that this organisation was never in, and no stranger's identity."""
        held = {one.log for one in (self.ledger.events[event] for event in node.store.rows)}
        for log in held:
            if not log.identity:
                must(node.org in self.ledger.listed[log.space], f"{node.name} holds headers of a space it was never in")
        for log in held:
            met = (
                log.org == node.org
                or frozenset({log.org, node.org}) in self.ledger.met
                or any({log.org, node.org} <= orgs for orgs in self.ledger.listed.values())
            )
            met = met or any(
                o.org == log.org and not o.identity and node.org in self.ledger.listed[o.space] for o in held
            )
            must(met or not log.identity, f"{node.name} holds the identity of an organisation that it never met")

    def _keys(self, node: Node) -> None:
        """Who can read: an epoch key is here only where it was drawn, or was wrapped for this device."""
        for key_id in node.store.epoch_keys:
            wrapped = node.device.age in self.ledger.recipients.get(key_id, ())
            must(wrapped or self.ledger.makers[key_id] == node.org, f"{node.name} has a key that was not made for it")

    def _erased(self, node: Node, expected: Prediction) -> None:
        store = node.store
        for event in expected.redacted:
            waits = store.waiting_rows.get(event)
            must(event not in store.payloads, f"{node.name} holds the payload of {_name(event)}, which was erased")
            must(waits is None or waits.incoming.payload is None, f"the erased {_name(event)} waits at {node.name}")
        named = {blob for event in store.payloads for blob in self.ledger.events[event].blobs}
        must(store.vault.keys() <= named, f"{node.name} keeps a blob that nothing names")

    def _folded(self, node: Node, expected: Prediction) -> None:
        found = {log: row.forked_at for log, row in node.store.logs_known.items() if row.forked_at is not None}
        must(found == expected.forks, f"{node.name} sees other forks than there are")
        for space, members in expected.members.items():
            state = node.store.members_of.get(space)
            must((state.orgs if state else frozenset()) == members, f"{node.name} folds another member list")
        hashes = state_hashes(node.store, node.version)
        must(hashes == expected.hashes, f"{node.name} folds another state than follows from what it holds")

    # --- all of them, after everybody could speak to everybody

    def together(self, nodes: Sequence[Node]) -> None:
        """All honest members of a space hold the same events, read the same, fold the same; nothing is wanting."""
        self._no_honest_fork()
        for node in nodes:
            self.node(node)
            self._grep(node)
        for space in self.ledger.spaces.keys() - self.ledger.own_spaces:
            inside = self._members(space, nodes)
            if inside:
                self._alike(space, inside)

    def _no_honest_fork(self) -> None:
        """Nobody who renews epochs as it ought to ever signs two events at one place of a log."""
        places: dict[tuple[bytes, int], bytes] = {}
        for one in self.ledger.events.values():
            first = places.setdefault((one.log.id, one.seq), one.hash)
            honest = first == one.hash or one.log.org in self.liars
            must(
                honest, f"{self.ledger.name(one.log.org)} signs twice at one place of a log: its epoch was not renewed"
            )

    def _members(self, space: bytes, nodes: Sequence[Node]) -> list[Node]:
        """Nodes whose organisation is in the space, as its owner's node folds it; they were invited, so they know it."""
        owner = self.ledger.spaces[space].owner
        owners = [node for node in nodes if node.org == owner]
        listed = self.of(owners[0]).members[space] if owners else frozenset()
        return [node for node in nodes if node.org in listed and space in node.store.spaces_known]

    def _alike(self, space: bytes, nodes: Sequence[Node]) -> None:
        first = nodes[0]
        for node in nodes[1:]:
            pair = f"{first.name} and {node.name}"
            must(_events(first, space) == _events(node, space), f"{pair} do not hold the same events of a space")
            must(self._forks(first, space) == self._forks(node, space), f"{pair} do not both know of a fork")
            self._nothing_to_be_had(space, first, node)
            self._nothing_to_be_had(space, node, first)
            same_program = first.version == node.version and self._lacking(first, space) == self._lacking(node, space)
            if same_program:
                hashes = [state_hashes(one.store, one.version)[space] for one in (first, node)]
                must(hashes[0] == hashes[1], f"{pair} hold the same and fold different states")

    def _forks(self, node: Node, space: bytes) -> dict[bytes, int]:
        return {log: seq for log, seq in self.of(node).forks.items() if self.ledger.told[log] == space}

    def _lacking(self, node: Node, space: bytes) -> set[bytes]:
        """Events of a space that cannot be read here and that nobody erased."""
        erased = self.of(node).redacted
        inside = (row for row in node.store.rows.values() if row.place.space == space)
        return {row.hash for row in inside if row.hash not in node.store.contents and row.hash not in erased}

    def _nothing_to_be_had(self, space: bytes, one: Node, other: Node) -> None:
        for event in self._lacking(one, space):
            sealed = event in one.store.payloads  # for want of a key that was not made for it
            must(sealed or event not in other.store.payloads, f"{one.name} lacks words that {other.name} could give it")
        for event in one.store.waiting_rows:
            must(event not in other.store.rows or other.store.rows[event].place.space != space,
                 f"{one.name} has an event waiting that {other.name} took in")  # fmt: skip

    def _grep(self, node: Node) -> None:
        """No erased byte anywhere in a node that holds the redact: in no table, waiting or not."""
        erased = [self.ledger.events[event] for event in self.of(node).redacted]
        if erased:
            store = node.store
            data = pickle.dumps((store.payloads, store.contents, store.waiting_rows, store.vault), protocol=5)
            for one in erased:
                word = one.body.get("text", "").encode()
                must(not word or word not in data, f"a word that was erased lies at {node.name}: {word!r}")
                must(one.payload.data not in data, f"the sealed words of {_name(one.hash)} lie at {node.name}")


def devices(ledger: Ledger, events: Collection[bytes], org: bytes) -> set[bytes]:
    """Device keys that an organisation's identity names, by the events held of it."""
    found: list[Signed] = [one for event in events if (one := ledger.events.get(event)) and one.log.id == org]
    keys = {kind: {one.body["key"] for one in found if one.kind == kind} for kind in ("org.device", "org.revoked")}
    return {bytes.fromhex(key) for key in keys["org.device"] - keys["org.revoked"]}


def _events(node: Node, space: bytes) -> set[bytes]:
    return {row.hash for row in node.store.rows.values() if row.place.space == space}


def _name(event: bytes) -> str:
    return event.hex()[:12]
