"""Reports that a person approved, passed on; publications of them."""

from dataclasses import dataclass
from typing import Any

from tejido.ground.people import OPERATOR
from tejido.practices.relay import access, actions
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review.actions import Seen
from tests.practices.relay.builders import YES, Node, a_report


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
    from tejido.practices.relay.review import selectors

    for row, text in zip(selectors.bench(viewer=OPERATOR, key=key, into=lang).rows, texts, strict=True):
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
