"""Other carriers of the same frames: bags (as bundles: a stream for the members of a space, read once or often, whole or in
part) and a stick (as folders: what many have put there, in no order)."""

from random import Random

from tejido.replication import messages, serving
from tejido.replication.blobs import Descriptor
from tejido.replication.messages import Message
from tejido.replication.store import SharedSpace
from tests.sim.exchange import read_all
from tests.sim.node import Node


def poured(node: Node, space: SharedSpace) -> list[Message]:
    """Everything that a node holds of a space, as pages and payloads."""
    store = node.store
    events = ((log, held) for log in store.logs(space) for held in store.events(log, -1))
    blobs = [blob for blob in sorted(store.vault) if store.shares_blob(space, blob)]
    return [*serving.batch_pages(space, events), *(one for blob in blobs for one in _blob(node, blob))]


def _blob(node: Node, blob: str) -> list[Message]:
    data, chunk = node.store.vault[blob]
    described = Descriptor.parse(data)
    return [messages.BlobIs(described), messages.Chunk(blob, 0, chunk)]


class Stick:
    """A folder that goes from hand to hand: frames of a space, each once; who erased something takes it away."""

    def __init__(self) -> None:
        self.frames: dict[bytes, dict[bytes, Message]] = {}

    def visit(self, node: Node, space: SharedSpace, rng: Random, *, members: bool) -> None:
        """Take in what lies there, in any order and as often as that brings more; then lay down what is not there."""
        lying = self.frames.setdefault(space.space.id, {})
        erased = set(node.store.erased_events(space))
        for key, one in list(lying.items()):
            if isinstance(one, messages.PayloadOf) and one.event in erased:
                del lying[key]
        before = -1
        while node.store.version != before:
            before = node.store.version
            blobs = [one for one in lying.values() if isinstance(one, messages.BlobIs | messages.Chunk)]
            rest = [one for one in lying.values() if one not in blobs]
            read_all(node, [*rng.sample(rest, len(rest)), *blobs], rng)
        if members:
            for one in poured(node, space):
                lying.setdefault(messages.encode(one).body, one)
