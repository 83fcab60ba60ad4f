"""Five nodes as real processes for some minutes: killed, cut off, parted for three weeks, and equal in the end.

    python -m tests.replication.five --minutes 10 [--seed N]

One node serves, the others call it through lines that break; each writes all the while; servers and callers are killed. Two of
the five are away from the first third of the time to the second (a partition of three weeks is one of as many missed exchanges:
no rule of an exchange knows a clock). Then the lines hold, everybody calls until nothing is new, and everything must be equal.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.harness.nodes import NodeProc, Nodes, Process
from tests.replication import online, say

NAMES = ("one", "two", "three", "four", "five")
AWAY = frozenset({"four", "five"})
ROUNDS = 12  # until nothing is new: each call both takes and gives


@dataclass
class Story:
    """What happens to the five, from one seed."""

    nodes: Nodes
    seconds: float
    seed: int
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("wrote", "called", "cut", "killed"), 0))

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.hub, *self.callers = online.network_of(self.nodes, list(NAMES))
        org = online.org_of(self.hub)
        self.server = self.hub.serve()
        self.proxy = online.CuttingProxy(self.hub.port, iter(self._cuts, 0))
        self.address = {one.name: online.befriend(one, org, self.proxy.port) for one in self.callers}
        self.steady = True
        for one in self.callers:  # whoever was admitted and has not heard of it yet cannot write
            online.exchange(one, self.address[one.name])
        self.steady = False

    def _cuts(self) -> int:
        """Every other line breaks somewhere in its first 200 KB, until the end."""
        breaks = not self.steady and self.rng.random() < 0.5
        self.done["cut"] += breaks
        return self.rng.randint(1, 200_000) if breaks else 1 << 40

    def run(self) -> list[dict[str, Any]]:
        """The whole story; what each node holds at its end."""
        began = time.monotonic()
        while (gone := (time.monotonic() - began) / self.seconds) < 1:
            parted = AWAY if 1 / 3 < gone < 2 / 3 else frozenset()
            self._something([one for one in self.callers if one.name not in parted])
        return self._settled()

    def _something(self, reachable: list[NodeProc]) -> None:
        what, who = self.rng.random(), self.rng.choice(reachable)
        if what < 0.3:
            say.say(self.rng.choice([self.hub, *self.callers]), self.rng.randint(1, 40), int(self.rng.random() < 0.3))
            self.done["wrote"] += 1
        elif what < 0.75:
            online.exchange(who, self.address[who.name], status=None)
            self.done["called"] += 1
        elif what < 0.9:
            self._killed_caller(who)
        else:
            self._killed_server()

    def _killed_caller(self, who: NodeProc) -> None:
        process = who.start("exchange", "with", self.address[who.name])
        time.sleep(self.rng.uniform(0.5, 4))
        process.kill9()
        self.done["killed"] += 1

    def _killed_server(self) -> None:
        self.server.kill9()
        self.done["killed"] += 1
        self.server = self.hub.serve()

    def _settled(self) -> list[dict[str, Any]]:
        """The lines hold: everybody calls, and once more, since what the last one gave the first has not heard."""
        self.steady = True
        looks: list[dict[str, Any]] = []
        for _ in range(ROUNDS):
            for one in self.callers:
                online.exchange(one, self.address[one.name])
            looks = [say.look(one) for one in (self.hub, *self.callers)]
            if all(one == looks[0] for one in looks):
                break
        self.proxy.close()
        return looks


def fault(looks: list[dict[str, Any]]) -> str:
    """What is wrong at the end, or nothing."""
    if any(one != looks[0] for one in looks):
        return f"the nodes hold different things: {looks}"
    return "recordings are lacking" if looks[0]["lacking"] else ""


def main() -> int:
    """By hand."""
    parser = argparse.ArgumentParser(prog="python -m tests.replication.five")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tejido-five-") as name:
        nodes = Nodes(Path(name), lambda: "")
        signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
        try:
            story = Story(nodes, args.minutes * 60, args.seed)
            wrong = fault(story.run())
        finally:
            running: list[Process] = [process for node in nodes.made for process in node.processes]
            for process in running:
                process.kill9()
    print(f"seed {args.seed}: {story.done} {wrong or 'all equal'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
