"""Two nodes in one network, as processes, exchanging through a folder."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness import zygote
from tests.harness.nodes import NodeProc, Nodes

ACT = "tests.ground.keeping.act"


@dataclass
class Pair:
    """Chicago opened the network, Lagos was admitted; both have exchanged."""

    chicago: NodeProc
    lagos: NodeProc
    carrier: Path

    def exchange(self, *order: NodeProc) -> None:
        """Each in turn, through the folder."""
        for node in order or (self.chicago, self.lagos, self.chicago):
            node.call("exchange", "folder", self.carrier)


def pair(nodes: Nodes, folder: Path) -> Pair:
    """Make the two nodes."""
    chicago, lagos = (nodes.create(name, "--sheets", str(folder / f"sheets-{name}")) for name in ("chicago", "lagos"))
    (folder / "carrier").mkdir()
    made = Pair(chicago, lagos, folder / "carrier")
    act(chicago, "open", str(folder))
    act(lagos, "join", str(folder))
    act(chicago, "admit", str(folder))
    act(lagos, "exchange", str(folder))
    return made


def command(*args: str) -> list[str]:
    """`python -m tests.ground.keeping.act ARGS...`"""
    return [sys.executable, "-m", ACT, *args]


def act(node: NodeProc, *args: str) -> str:
    """Run one of `act`'s doings to its end; what it printed."""
    env = {**node.env, "TEJIDO_NODE": str(node.folder)}
    done = zygote.call(ACT, list(args), env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def held(node: NodeProc) -> Any:
    """What `act.held` says."""
    return json.loads(act(node, "held"))


def faults(node: NodeProc) -> list[Any]:
    """Faults that `tejido check` finds."""
    found = json.loads(node.call("check", "--json", status=None).stdout)
    return [one for one in found if one["level"] == "fault"]
