"""Many processes on one node: no fork, no gap, one epoch."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from tests.harness import run
from tests.harness.nodes import NodeProc, Nodes

PROCESSES, APPENDS = 8, 1000


def start(node: NodeProc, module: str, *args: str) -> "subprocess.Popen[str]":
    env = {**node.env, "TEJIDO_NODE": str(node.folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    command = [sys.executable, "-m", f"tests.ground.store.{module}", *args]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=env, cwd=run.ROOT, stdout=pipe, stderr=pipe, text=True)


def finish(process: "subprocess.Popen[str]") -> str:
    out, err = process.communicate(timeout=900)
    assert process.returncode == 0, err
    return out


def probe(node: NodeProc) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(finish(start(node, "probe")))
    return found


def all_of(processes: Sequence["subprocess.Popen[str]"]) -> list[str]:
    return [finish(one) for one in processes]


@pytest.mark.slow
def test_eight_processes_append_a_thousand_events_each(nodes: Nodes) -> None:
    node = nodes.create("hammered")
    before = probe(node)
    all_of([start(node, "hammer", before["space"], str(APPENDS), f"p{number}") for number in range(PROCESSES)])
    after = probe(node)
    assert after["epoch"] == before["epoch"]
    assert after["rows"] == before["rows"] + PROCESSES * APPENDS
    for _log, forked, head, horizon, count, distinct, first, last in after["logs"]:
        assert (forked, first) == (None, 0)
        assert count == distinct == last + 1 == head + 1 == horizon
    assert max(log[4] for log in after["logs"]) >= PROCESSES * APPENDS


def test_concurrent_starts_open_no_epoch(nodes: Nodes) -> None:
    node = nodes.create("started")
    before = probe(node)
    found = [json.loads(out) for out in all_of([start(node, "probe") for _ in range(6)])]
    assert {(one["epoch"], one["reason"]) for one in found} == {(before["epoch"], "")}


def test_the_same_command_twice_at_once_is_carried_out_once(nodes: Nodes) -> None:
    node = nodes.create("repeated")
    before = probe(node)
    all_of([start(node, "hammer", before["space"], "20", "same") for _ in range(4)])
    assert probe(node)["rows"] == before["rows"] + 20
