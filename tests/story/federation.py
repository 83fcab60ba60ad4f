"""Two organisations in one network, made by the command line as in the tutorial, with a folder between them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness.nodes import NodeProc, Nodes

PASSWORD = "a long walk by the river"
KEEPERS = {"Chicago": "ana", "Gaziantep": "baran"}


@dataclass(frozen=True)
class Federation:
    """The founder's node, the other's, and the folder through which they exchange."""

    chicago: NodeProc
    gaziantep: NodeProc
    stick: Path


def configure(node: NodeProc, **values: Any) -> None:
    """Change `node.json`, as a keeper does with an editor."""
    path = node.folder / "node.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def a_node(nodes: Nodes, name: str) -> NodeProc:
    """A node with a keeper's account."""
    return nodes.create(name, "--keeper", KEEPERS[name], "--password", PASSWORD)


def found(nodes: Nodes) -> Federation:
    """`node create`, `network open`, `invite`, `join`, `admit`, and a first exchange on both sides."""
    chicago, gaziantep = a_node(nodes, "Chicago"), a_node(nodes, "Gaziantep")
    invitation, request = nodes.folder / "open-ears.invitation", nodes.folder / "union.request"
    chicago.call("network", "open", "Open ears")
    chicago.call("invite", invitation)
    gaziantep.call("join", invitation, "--request", request)
    chicago.call("admit", request)
    stick = nodes.folder / "stick"
    stick.mkdir()
    chicago.call("network", "profile", "Warehouse committee", "--place", "Chicago", "--languages", "en,es")
    for node in (chicago, gaziantep):
        node.call("exchange", "folder", stick)
    gaziantep.call("network", "profile", "Refugee union", "--place", "Gaziantep", "--languages", "ar,es")
    return Federation(chicago, gaziantep, stick)
