"""Five nodes as real processes for some minutes: killed, cut off, parted for three weeks, and equal in the end.

    python -m tests.replication.five --minutes 10 [--seed N]

One node serves, the others call it through lines that break; each writes all the while; servers and callers are killed. In the
middle third of the time two of the five are away, and the clocks of all go three weeks on, bit by bit, under a server that
runs and once in the middle of a call; a quarter ends in these weeks, so the shared space gets a new key that the two have not
heard of. As long, one node's clock is four years ahead, and then goes back. At the end the lines hold, everybody calls
until nothing is new, and everything must be equal.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.harness import clocks
from tests.harness.clocks import Clock
from tests.harness.nodes import CALL_WITHIN_S, NodeProc, Nodes, Process
from tests.replication import online, say

NAMES = ("one", "two", "three", "four", "five")
AWAY = frozenset({"four", "five"})
ASTRAY = "three"
BEGINS = datetime(2026, 9, 15, 12, tzinfo=UTC)
PARTED_FOR, AT_ONCE, WRONG = timedelta(days=21), timedelta(days=3), timedelta(days=4 * 365)
ROUNDS = 12  # until nothing is new: each call both takes and gives
CONNECTS_WITHIN_S = 60


@dataclass
class Story:
    """What happens to the five, from one seed."""

    nodes: Nodes
    seconds: float
    seed: int
    done: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("wrote", "called", "cut", "killed", "moved"), 0)
    )
    silent: dict[str, int] = field(default_factory=dict)  # how many days who was away had heard of nobody

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.clock, self.astray = (Clock(self.nodes.folder / f"clock-{name}") for name in ("all", ASTRAY))
        for clock in (self.clock, self.astray):
            clock.set(BEGINS)
        self.nodes.surroundings = lambda name: (self.astray if name == ASTRAY else self.clock).environment()
        self.hub, *self.callers = online.network_of(self.nodes, list(NAMES))
        self.away = [one for one in self.callers if one.name in AWAY]
        org = online.org_of(self.hub)
        self.server = self.hub.serve()
        self.proxy = online.CuttingProxy(self.hub.port, iter(self._cuts, 0))
        self.address = {one.name: online.befriend(one, org, self.proxy.port) for one in self.callers}
        self.steady = True
        for one in self.callers:  # whoever was admitted and has not heard of it yet cannot write
            online.exchange(one, self.address[one.name])
        self.keys = say.days(self.hub)["keys"]
        self.steady = False

    def _cuts(self) -> int:
        """Every other line breaks somewhere in its first 200 KB, until the end."""
        breaks = not self.steady and self.rng.random() < 0.5
        self.done["cut"] += breaks
        return self.rng.randint(1, 200_000) if breaks else 1 << 40

    def run(self) -> list[dict[str, Any]]:
        """The whole story; what each node holds at its end."""
        self.began = time.monotonic()
        while self._gone() < 1 / 3:
            self._something(self.callers)
        self._parted()
        while self._gone() < 1:
            self._something(self.callers)
        return self._settled()

    def _gone(self) -> float:
        """The share of the time."""
        return (time.monotonic() - self.began) / self.seconds

    def _parted(self) -> None:
        """Three weeks. Those who are away write; the two clocks are right again when they come back."""
        here, moved = [one for one in self.callers if one not in self.away], timedelta(0)
        for one in self.callers:
            self._write(one)
        self.astray.move(WRONG)
        self._write(next(one for one in here if one.name == ASTRAY))
        while (gone := self._gone()) < 2 / 3 or moved < PARTED_FOR:
            bit = min(AT_ONCE, max(timedelta(hours=1), min(1.0, 3 * gone - 1) * PARTED_FOR - moved), PARTED_FOR - moved)
            moved += bit
            self._time_goes_on(bit, here) if bit else self._something(here)
            if moved - bit < PARTED_FOR / 2 <= moved:
                self._write(self.away[0])
        self.hub.call("worker", "--once")
        for one in self.away:
            self._write(one)
            self.silent[one.name] = say.days(one)["silent"]
        self.astray.move(-WRONG)

    def _time_goes_on(self, bit: timedelta, here: list[NodeProc]) -> None:
        """Between two things that happen, or in the middle of a call."""
        self.done["moved"] += 1
        amid = self.done["moved"] == 1 or self.rng.random() < 0.2
        process = self._begun_call(self.rng.choice(here)) if amid else None
        for clock in (self.clock, self.astray):
            clock.move(bit)
        if process is not None:
            process.popen.wait(CALL_WITHIN_S)
            self.done["called"] += 1
        else:
            self._something(here)

    def _begun_call(self, who: NodeProc) -> Process:
        """A caller that has its line, and is at its first words."""
        before, end = self.proxy.made, time.monotonic() + CONNECTS_WITHIN_S
        process = who.start("exchange", "with", self.address[who.name])
        while self.proxy.made == before and process.popen.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        return process

    def _something(self, reachable: list[NodeProc]) -> None:
        what, who = self.rng.random(), self.rng.choice(reachable)
        if what < 0.3:
            self._write(self.rng.choice([self.hub, *self.callers]))
        elif what < 0.75:
            online.exchange(who, self.address[who.name], status=None)
            self.done["called"] += 1
        elif what < 0.9:
            self._killed_caller(who)
        else:
            self._killed_server()

    def _write(self, who: NodeProc) -> None:
        say.say(who, self.rng.randint(1, 40), int(self.rng.random() < 0.3))
        self.done["wrote"] += 1

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

    def untold(self) -> str:
        """What did not happen that this story is about: clocks that moved, as everybody can read in the end; or nothing."""
        found, orgs = say.days(self.hub), {one.name: online.org_of(one) for one in self.callers}
        spans = {name: _span(found["signed"].get(org, [])) for name, org in orgs.items()}
        short = [name for name in AWAY if min(spans[name], timedelta(self.silent.get(name, 0))) < PARTED_FOR]
        if short or len(self.silent) < len(AWAY):
            return f"they were not away for three weeks: {short or self.silent}"
        if spans[ASTRAY] < WRONG:
            return "nothing was signed by the clock that was years wrong"
        return "" if found["keys"] > self.keys else "no key was renewed in these weeks"


def _span(days: list[str]) -> timedelta:
    """From the first day to the last."""
    read = [date.fromisoformat(day) for day in days]
    return max(read) - min(read) if read else timedelta(0)


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
    if clocks.library() is None:
        parser.error("it moves clocks: apt-get install faketime")
    with tempfile.TemporaryDirectory(prefix="tejido-five-") as name:
        nodes = Nodes(Path(name), lambda: "")
        signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
        try:
            story = Story(nodes, args.minutes * 60, args.seed)
            wrong = fault(story.run()) or story.untold()
        finally:
            running: list[Process] = [process for node in nodes.made for process in node.processes]
            for process in running:
                process.kill9()
    print(f"seed {args.seed}: {story.done} {wrong or 'all equal'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
