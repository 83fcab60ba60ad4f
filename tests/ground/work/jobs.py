"""Work for the tests: the state is a folder. Run as a module, it is a worker process."""

import os
import time
from pathlib import Path

from tejido.ground.work import claim, due, enqueue_once, task

STEPS = 6


def folder() -> Path:
    return Path(os.environ["JOBS"])


def key(job: str) -> str:
    return f"job:{job}"


def steps_done(job: str) -> list[str]:
    path = folder() / f"{job}.steps"
    return path.read_text().split() if path.exists() else []


def unfinished() -> list[str]:
    jobs = sorted(path.stem for path in folder().glob("*.job"))
    return [job for job in jobs if len(steps_done(job)) < STEPS]


def wait_for_gate(step: int) -> None:
    """A test may let through only so many steps: those whose number is below the number of bytes in the file `gate`."""
    gate = folder() / "gate"
    while gate.exists() and gate.stat().st_size <= step:
        time.sleep(0.01)


@task
def do(job: str) -> None:
    """Six steps, each stored when it is finished."""
    if len(steps_done(job)) >= STEPS:
        return
    with claim(key(job)) as held:
        for step in range(len(steps_done(job)), STEPS):
            wait_for_gate(step)
            time.sleep(float(os.environ.get("STEP_S", "0.02")))
            with (folder() / f"{job}.steps").open("a") as file:
                file.write(f"{step}\n")
            held.beat(1000 * (step + 1) // STEPS, f"step {step + 1} of {STEPS}")


@task
def fail(job: str) -> None:
    """Fails with words that must not be kept."""
    secret = f"Maria told us about {job}"
    raise ValueError(secret)


@task
def contested(job: str) -> None:
    """Meets a claim that somebody else holds."""
    with claim(key(job)):
        raise AssertionError


@task
def speak(job: str) -> str:
    """Returns what must not be kept."""
    return f"Maria told us about {job}"


def find() -> None:
    """The sweeper."""
    jobs = {key(job): job for job in unfinished()}
    for one in due(list(jobs)):
        enqueue_once(do, jobs[one])


def main() -> None:
    """A worker that looks often."""
    import django

    django.setup()
    from tejido.ground.work import Periodic, run_worker, stop_on_signals, sweeper, worker

    worker.SWEEP_EVERY_S = 0.3
    sweeper(find)
    run_worker(stop_on_signals(), 0.05, [Periodic("tick", 0.2, (folder() / "ticks").touch)])


if __name__ == "__main__":
    main()
