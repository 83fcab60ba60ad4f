"""A clock that a test sets moves under processes that run, forked and started, and nothing but dates moves with it."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.harness import clocks, run, zygote
from tests.harness.clocks import Clock
from tests.harness.nodes import environment

BEGINS, AHEAD = datetime(2026, 9, 15, 12, tzinfo=UTC), timedelta(days=21)
LOOKING = "tests.harness.telling"


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    clocks.required()
    made = Clock(tmp_path / "clock")
    made.set(BEGINS)
    return made


def told(clock: Clock, *, forked: bool) -> dict[str, Any]:
    """What a process says that moves the clock half-way through a sleep of its other thread."""
    env, args = {**environment(""), **clock.environment()}, [str(clock.file), str(int(AHEAD.total_seconds()))]
    if forked:
        done = zygote.call(LOOKING, args, env)
    else:
        command = [sys.executable, "-m", LOOKING, *args]
        done = subprocess.run(command, env=env, cwd=run.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("forked", [True, False])
def test_it_moves_while_a_process_runs(clock: Clock, *, forked: bool) -> None:
    said = told(clock, forked=forked)
    for name in ("before", "in sqlite"):
        assert abs(datetime.fromisoformat(said[name]) - BEGINS) < timedelta(hours=1)
    assert timedelta(0) <= datetime.fromisoformat(said["after"]) - BEGINS - AHEAD < timedelta(hours=1)
    assert said["waited"] < 3600, "the monotonic clock moved"
    assert abs(datetime.fromisoformat(said["file"]) - datetime.now(UTC)) < timedelta(hours=1), "times of files moved"


def test_it_leaves_nothing_behind(clock: Clock) -> None:
    before = set(os.listdir("/dev/shm"))  # noqa: PTH208 - names alone
    told(clock, forked=False)
    assert not [one for one in set(os.listdir("/dev/shm")) - before if "faketime" in one]  # noqa: PTH208
