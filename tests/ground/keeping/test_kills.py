"""Power cuts: real processes are killed at random points of appending, exchanging and rebuilding; nothing acknowledged is lost.

The seed of each round is printed; `TEJIDO_KILL_SEED=N` repeats it, `TEJIDO_KILL_ROUNDS=N` does more.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ground.keeping.nodes import Pair, act, command, faults, held, pair
from tests.harness import run
from tests.harness.nodes import NodeProc, Nodes

pytestmark = pytest.mark.slow
ROUNDS = int(os.environ.get("TEJIDO_KILL_ROUNDS", "3"))


@pytest.fixture
def rng() -> random.Random:
    """A generator whose seed is printed."""
    seed = int(os.environ.get("TEJIDO_KILL_SEED", str(random.randrange(2**32))))
    print(f"TEJIDO_KILL_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def two(nodes: Nodes, tmp_path: Path) -> Pair:
    return pair(nodes, tmp_path)


def start(node: NodeProc, *args: str) -> "subprocess.Popen[str]":
    """One of `act`'s doings in the background, in a process group of its own."""
    env = {**node.env, "TEJIDO_NODE": str(node.folder)}
    return subprocess.Popen(
        command(*args),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd=run.ROOT,
        start_new_session=True,
    )


def kill(process: "subprocess.Popen[str]") -> list[str]:
    """As a power cut does; the whole lines that it printed before. One that has ended by itself is left alone."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    out = (
        process.stdout.read() if process.stdout else ""
    )  # not `communicate`: it passes over what `readline` has buffered
    process.communicate()
    return out.splitlines() if out.endswith("\n") or not out else out.splitlines()[:-1]


def run_until_killed(begin: Callable[[], "subprocess.Popen[str]"], after_s: float) -> bool:
    """Start, wait, kill; whether it was still at work."""
    process = begin()
    end = time.monotonic() + after_s
    while time.monotonic() < end and process.poll() is None:
        time.sleep(0.01)
    at_work = process.poll() is None
    kill(process)
    return at_work


def setting_up(node: NodeProc) -> float:
    """Seconds that a command needs on this machine before it begins its work: kills are aimed beyond that."""
    begun = time.monotonic()
    node.call("node", "show")
    return time.monotonic() - begun


def cli(node: NodeProc, *args: str | Path) -> "subprocess.Popen[str]":
    """A `tejido` command in the background."""
    return subprocess.Popen(
        node.command(*args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=node.env, cwd=run.ROOT,
        start_new_session=True,
    )  # fmt: skip


def test_appending(nodes: Nodes, tmp_path: Path, rng: random.Random) -> None:
    node = nodes.create("chicago", "--sheets", str(tmp_path / "sheets"))
    act(node, "open", str(tmp_path))
    acknowledged: set[str] = set()
    for _ in range(ROUNDS):
        writers = [start(node, "append") for _ in range(2)]
        for one in writers:
            assert one.stdout is not None
            acknowledged.add(one.stdout.readline().strip())  # both are under way
        time.sleep(rng.uniform(0.0, 0.5))
        for one in rng.sample(writers, 2):
            acknowledged.update(kill(one))
        assert faults(node) == []
    now = held(node)
    assert acknowledged <= set(now["events"])
    assert len(acknowledged) > ROUNDS
    assert now["why"] == "the node was created"  # a kill is no reason for a new epoch


def test_taking_in_a_big_folder(two: Pair, rng: random.Random) -> None:
    act(two.chicago, "fill", "3000")
    two.chicago.call("exchange", "folder", two.carrier)
    whole, cut, start_s = held(two.chicago), 0, setting_up(two.lagos)
    for _ in range(ROUNDS):
        after_s = start_s * rng.uniform(0.8, 2.0)
        cut += run_until_killed(lambda: cli(two.lagos, "exchange", "folder", two.carrier), after_s)
        assert faults(two.lagos) == []
    two.exchange(two.lagos)
    now = held(two.lagos)
    assert now["network"] == whole["network"]
    assert faults(two.lagos) == []
    print(f"killed at work: {cut} of {ROUNDS}")


def test_giving_to_a_folder(two: Pair, rng: random.Random) -> None:
    act(two.chicago, "fill", "1500")
    start_s = setting_up(two.chicago)
    for _ in range(ROUNDS):
        after_s = start_s * rng.uniform(0.8, 2.0)
        run_until_killed(lambda: cli(two.chicago, "exchange", "folder", two.carrier), after_s)
    two.exchange(two.chicago, two.lagos)
    assert held(two.lagos)["network"] == held(two.chicago)["network"]
    assert [faults(node) for node in (two.chicago, two.lagos)] == [[], []]


def test_rebuilding(nodes: Nodes, tmp_path: Path, rng: random.Random) -> None:
    node = nodes.create("chicago", "--sheets", str(tmp_path / "sheets"))
    act(node, "open", str(tmp_path))
    act(node, "fill", "3000")
    before, start_s = held(node), setting_up(node)
    for _ in range(ROUNDS):
        run_until_killed(lambda: cli(node, "rebuild"), start_s * rng.uniform(0.8, 2.0))
        assert faults(node) == []  # people read the old tables meanwhile
        assert held(node)["network"] == before["network"]
        act(node, "say", "while a rebuild waits to be resumed")
        before = held(node)
    node.call("rebuild")
    assert held(node)["network"] == before["network"]
    assert "no rebuild is due" in node.call("rebuild", "--status").stdout
    assert faults(node) == []
