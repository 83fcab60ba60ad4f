"""Real workers, killed for real."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ground.work.conftest import Ask, Environment
from tests.ground.work.jobs import STEPS

PATIENCE_S = 120.0


def start(environment: Environment, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.ground.work.jobs"], env={**environment, **more})


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def gate(folder: Path, steps: int) -> None:
    """Let the jobs do that many steps."""
    (folder / "gate.new").write_bytes(b"x" * steps)
    (folder / "gate.new").replace(folder / "gate")


def steps(folder: Path, job: str) -> list[int]:
    path = folder / f"{job}.steps"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def a_second_worker_finishes(environment: Environment, ask: Ask) -> None:
    """All steps of `long`; then it ends when it is asked to."""
    folder = Path(environment["JOBS"])
    gate(folder, STEPS)
    second = start(environment)
    wait_for(lambda: len(steps(folder, "long")) >= STEPS)
    wait_for(lambda: ask("work.progress('job:long').state") == "done")
    second.send_signal(signal.SIGTERM)
    assert second.wait(PATIENCE_S) == 0


@pytest.mark.slow
def test_kill_at_random_points_loses_nothing(environment: Environment, ask: Ask) -> None:
    folder = Path(environment["JOBS"])
    jobs = [f"j{i}" for i in range(24)]
    for job in jobs:
        (folder / f"{job}.job").touch()
    ask("[work.enqueue_once(jobs.do, f'j{i}') for i in range(8)]")  # the others only a sweeper can find

    def finished() -> bool:
        return all(len(steps(folder, job)) >= STEPS for job in jobs)

    chance = random.Random(3)
    kills = 0
    workers = [start(environment, STEP_S="0.06"), start(environment, STEP_S="0.06")]
    while not finished() and kills < 8:
        time.sleep(0.9 + chance.random())
        victim = workers.pop(chance.randrange(2))
        victim.kill()
        victim.wait()
        kills += 1
        workers.append(start(environment, STEP_S="0.06"))
    wait_for(finished)
    wait_for(lambda: ask("Rows.objects.exclude(status__in=['SUCCESSFUL', 'FAILED']).count()") == "0")
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(PATIENCE_S) for worker in workers] == [0, 0]
    assert kills >= 2
    for job in jobs:
        done = steps(folder, job)
        assert sorted(set(done)) == list(range(STEPS))
        assert done == sorted(done)
    assert ask("work.stuck()") == "[]"
    assert ask("Rows.objects.filter(status='FAILED').count()") == "0"
    assert ask("Claim.objects.exclude(key__startswith='worker:').exclude(state='done').count()") == "0"


def test_sigterm_ends_after_the_step_and_the_next_worker_goes_on(environment: Environment, ask: Ask) -> None:
    folder = Path(environment["JOBS"])
    gate(folder, 2)
    (folder / "long.job").touch()
    worker = start(environment)
    wait_for(lambda: len(steps(folder, "long")) == 2)
    assert ask("work.worker_is_running()") == "True"
    worker.send_signal(signal.SIGTERM)
    gate(folder, 3)
    assert worker.wait(PATIENCE_S) == 0
    assert steps(folder, "long") == [0, 1, 2]
    assert (folder / "ticks").exists()
    assert ask("work.worker_is_running()") == "False"
    assert ask("list(Rows.objects.values_list('status', 'worker_ids'))") == "[('READY', [])]"
    assert ask("list(Claim.objects.values_list('key', 'state', 'attempts'))") == "[('job:long', 'waiting', 0)]"
    a_second_worker_finishes(environment, ask)
    assert steps(folder, "long") == list(range(STEPS))


def test_a_killed_workers_task_is_taken_over_at_once(environment: Environment, ask: Ask) -> None:
    folder = Path(environment["JOBS"])
    gate(folder, 1)
    (folder / "long.job").touch()
    worker = start(environment)
    wait_for(lambda: len(steps(folder, "long")) == 1)
    worker.kill()
    worker.wait()
    assert ask("work.progress('job:long').state") == "waiting"
    assert ask("Rows.objects.get().status") == "RUNNING"
    a_second_worker_finishes(environment, ask)
    assert ask("work.progress('job:long').attempts") == "2"
    assert ask("sorted(Rows.objects.values_list('status', flat=True).distinct())") == "['SUCCESSFUL']"
