"""Reports that a person approved, passed on; publications of them."""

from dataclasses import dataclass
from typing import Any

from tejido.ground.people import OPERATOR
from tejido.ground.store import logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.keyring import current_epoch_key
from tejido.ground.store.spaces import set_members
from tejido.log.descriptors import Log, Space
from tejido.log.writer import Written
from tejido.practices.relay import access, actions
from tejido.practices.relay import events as ev
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review import selectors as reviewing
from tejido.practices.relay.review.actions import Seen
from tests.practices.relay.builders import YES, Node, a_report
from tests.support.authors import Room, World


@dataclass(frozen=True)
class Chain:
    """A node, two of its reports and the hops that they were passed as."""

    node: Node
    report: str
    hop: str
    answer: str
    reply: str


def approve(report: str, into: str = "original") -> None:
    """Let a person approve every line of a report."""
    for line in access.lines(access.report(report).lines):
        review.approve(
            viewer=OPERATOR, key=report, into=into, segment=line.id, seen=Seen(line.base, ""), text=line.text
        )


def translate(key: str, lang: str, texts: list[str]) -> None:
    """A person's translation of a report (or a hop), line by line, approved."""
    review.write_by_hand(viewer=OPERATOR, key=key, lang=lang)
    for row, text in zip(reviewing.bench(viewer=OPERATOR, key=key, into=lang).rows, texts, strict=True):
        seen = Seen(row.base, row.source_base)
        review.approve(viewer=OPERATOR, key=key, into=lang, segment=row.id, seen=seen, text=text)


def a_chain(node: Node, said: Answer = YES) -> Chain:
    """A report and our own answer to it, approved and passed on."""
    report = a_report(node, said=said)
    approve(report)
    hop = actions.pass_on(viewer=OPERATOR, report=report)
    words = Words("es", text="Aquí también.")
    answer = actions.answer(viewer=OPERATOR, hop=hop, role="parallel", circle=node.circle, words=words, said=said)
    approve(answer)
    return Chain(node, report, hop, answer, actions.pass_on(viewer=OPERATOR, report=answer))


def chosen(chain: Chain, **more: Any) -> Choice:
    """All of the chain, in Spanish."""
    return Choice(**{"chains": (chain.node.chain,), "langs": ("es",), **more})


def published(chain: Chain, **more: Any) -> str:
    """The address of a publication of all of the chain."""
    return publishing.publish(viewer=OPERATOR, choice=chosen(chain, **more))


class Lagos:
    """Another organisation of the network, which signs real events without a node of its own."""

    def __init__(self, node: Node) -> None:
        """Join the network; open a circle."""
        self.world = World()
        self.org = self.world.author("Lagos")
        ingest([one.incoming for one in self.org.identity], known_logs=[Log.of_identity(self.org.org)])
        set_members(node.network, [self.org.org])
        row = logs.space_row(node.network)
        keys = [current_epoch_key(row.id) or b""]
        self.room = Room(Space.parse(bytes(row.descriptor)), self.org, keys)
        self.circle = self.say(ev.CIRCLE_OPENED, name="Main gate", place="Lagos", langs=["en"])
        self.chain = access.chain(node.chain).aggregate

    def say(self, event: str, aggregate: bytes = b"", **body: Any) -> Written:
        """One event that arrives here."""
        checked = ev.CATALOGUE.payloads[event].from_body(body).body() if event in ev.CATALOGUE.payloads else body
        made = self.world.say(self.org, self.room, event, checked, aggregate)
        ingest([made.incoming], known_logs=[self.org.log(self.room.space)])
        return made

    def hop(self, parent: str, text: str, purposes: list[str], *, approved: bool = True) -> Written:
        """An answer to a hop, as it was passed."""
        parent = access.hop(parent).aggregate
        place: dict[str, Any] = {
            "chain": self.chain,
            "circle": self.circle.hash.hex(),
            "lang": "en",
            "day": "2026-11-20",
        }
        return self.say(
            ev.HOP_PASSED, **place, role="parallel", parent=parent, **self.edition(text, purposes, approved=approved)
        )

    def edition(self, text: str, purposes: list[str], *, approved: bool = True) -> dict[str, Any]:
        """Words and consent."""
        segment = {"id": "a", "text": text, "start": None, "end": None, "by": "person", "approved": approved}
        return {"consent": {"purposes": purposes, "audio": "none", "since": "2026-11-20"}, "segments": [segment]}

    def redact(self, hop: Written, reason: str) -> None:
        """Take a hop's first edition back; a later one stands only where it is said so."""
        circle = self.circle.hash.hex()
        stub = {"chain": self.chain, "circle": circle, "lang": "en", "day": "2026-11-20", "role": "report"}
        kept = {"kept": reason != "withdrawn", "at": 1_795_132_800}
        body = {"kind": ev.HOP_PASSED, "reason": reason, "stub": {**stub, "parent": None, **kept}}
        self.say("redact", hop.hash, **body, target=hop.hash.hex())
