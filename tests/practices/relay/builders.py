"""A node in a network, with a circle, for tests of the relay room."""

from dataclasses import dataclass

from tejido.ground.consent import public as consent
from tejido.ground.network.actions import open_network, state_profile
from tejido.ground.people import OPERATOR
from tejido.ground.store import boot, founding
from tejido.practices.relay import actions
from tejido.practices.relay.actions import Answer, Words

YES = Answer(consent.FLAGS, "own", "spoken", "es")
PASS_ONLY = Answer(("pass",), "none", "spoken", "es")


@dataclass(frozen=True)
class Node:
    """Keys of what every test needs."""

    network: bytes
    circle: str
    chain: str


def a_node() -> Node:
    """An organisation in a network of its own, with a circle and a chain."""
    boot.forget()
    founding.found()
    network = open_network(name="Fábricas").space
    state_profile(network=network, name="Warehouse Workers", place="Chicago", languages=["es", "en"])
    circle = actions.open_circle(viewer=OPERATOR, name="Noche", place="Chicago", langs=["es"])
    chain = actions.open_chain(viewer=OPERATOR, circle=circle, title="Calor", question="¿Cuánto calor hace?", lang="es")
    return Node(network, circle, chain)


def a_report(node: Node, text: str = "Hace calor.\nMucho.", said: Answer | None = YES) -> str:
    """A typed report."""
    return actions.add_report(
        viewer=OPERATOR, chain=node.chain, circle=node.circle, words=Words("es", text=text), said=said
    )
