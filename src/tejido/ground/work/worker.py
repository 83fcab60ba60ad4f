"""The worker's loop: tasks first, between them sweepers and periodic jobs. It may be killed at any point.

What makes that safe: a begun task of a dead worker is queued again, its claim is taken over, and sweepers find whatever the
queue does not know of by looking at the state.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from tejido.ground.work import backend, claims, owners
from tejido.ground.work.errors import cut

logger = logging.getLogger("tejido.work")

BEAT_EVERY_S, DEAD_AFTER_S = 5.0, 60.0
SWEEP_EVERY_S = 5.0
KEEP = timedelta(days=1)

Sweeper = Callable[[], None]
_sweepers: dict[str, Sweeper] = {}


@dataclass(frozen=True)
class Periodic:
    """Something to be done every so many seconds, for the first time at once. It must be safe to kill."""

    name: str
    every_s: float
    run: Callable[[], None]


def sweeper(function: Sweeper) -> Sweeper:
    """Register a function that finds unfinished work by looking at the state and queues it; usable as a decorator.

    It passes its keys through `due` and calls `enqueue_once`.
    """
    _sweepers[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def sweep() -> None:
    """Run every sweeper once; one that fails does not keep the others from their work."""
    for name, function in list(_sweepers.items()):
        _guarded(name, function)


def _guarded(name: str, function: Callable[[], None]) -> None:
    try:
        function()
    except Exception as error:  # noqa: BLE001 (logged without its message, which may hold content)
        logger.error("%s failed: %s", name, cut(error))  # noqa: TRY400
        if isinstance(error, DatabaseError):
            connection.close()


def is_alive(owner: str) -> bool:
    """Whether that worker's process lives and was heard of lately."""
    from tejido.ground.work.models import Claim

    if owners.surely_dead(owner):
        return False
    return Claim.objects.filter(claims.heard_of(timezone.now()), key=f"worker:{owner}").exists()


def worker_is_running() -> bool:
    """Whether any worker of this node was heard of lately; for pages that would wait for it."""
    from tejido.ground.work.models import Claim

    rows = Claim.objects.filter(claims.heard_of(timezone.now()), key__startswith="worker:")
    return any(not owners.surely_dead(row.owner) for row in rows)


def worker_is_free() -> bool:
    """Whether a worker would begin something new at once; for pages where somebody waits for it."""
    return worker_is_running() and not backend.one_is_running()


def recover() -> None:
    """Queue again what dead workers had begun."""
    from tejido.ground.work.models import Claim

    backend.give_up_abandoned(is_alive)
    now = timezone.now()
    known = Claim.objects.filter(key__startswith="worker:")
    known.exclude(until__gte=now - KEEP, until__lte=now + claims.AHEAD).delete()


def prune() -> None:
    """Delete what was finished a day ago."""
    backend.prune(KEEP)
    claims.prune(KEEP)


def run_worker(stop: threading.Event, every_s: float = 1.0, extra_jobs: Sequence[Periodic] = ()) -> None:
    """Work until `stop` is set: waiting tasks one by one, between them the jobs that are due. Looks every `every_s`.

    Once `stop` is set, the task at hand ends at its next heartbeat and goes back to the queue.
    """
    jobs = (
        Periodic("recover", SWEEP_EVERY_S, recover),
        Periodic("sweep", SWEEP_EVERY_S, sweep),
        Periodic("prune", 3600.0, prune),
        *extra_jobs,
    )
    due_at = {job.name: 0.0 for job in jobs}
    backend.stopping = stop
    try:
        with _heartbeat():
            while not stop.is_set():
                if not _step(jobs, due_at, stop):
                    stop.wait(every_s)
    finally:
        backend.stopping = None


def run_once(extra_jobs: Sequence[Periodic] = ()) -> None:
    """Everything that is due now, each job once, until no task waits. An error in a job is the caller's."""
    with _heartbeat():
        recover()
        sweep()
        while backend.run_next(owners.me()):
            pass
        for job in extra_jobs:
            job.run()


def _step(jobs: Sequence[Periodic], due_at: dict[str, float], stop: threading.Event) -> bool:
    """One task and the jobs that are due; whether there was a task."""
    close_old_connections()
    for job in jobs:
        if not stop.is_set() and time.monotonic() >= due_at[job.name]:
            _guarded(job.name, job.run)
            due_at[job.name] = time.monotonic() + job.every_s
    try:
        return not stop.is_set() and backend.run_next(owners.me())
    except DatabaseError as error:
        logger.warning("the database does not answer: %s", cut(error))
        connection.close()
        return False


@contextmanager
def _heartbeat() -> Iterator[None]:
    """Says in the background that this process lives, however long a task takes between two steps."""
    owner, ended = owners.me(), threading.Event()
    _beat(owner)
    thread = threading.Thread(target=_keep_beating, args=(owner, ended), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        claims.forget([f"worker:{owner}"])


def _keep_beating(owner: str, ended: threading.Event) -> None:
    while not ended.wait(BEAT_EVERY_S):
        try:
            _beat(owner)
        except DatabaseError:
            connection.close()
    connection.close()


def _beat(owner: str) -> None:
    from tejido.ground.work.models import Claim

    now = timezone.now()
    fields = {"owner": owner, "state": "running", "beat_at": now, "until": now + timedelta(seconds=DEAD_AFTER_S)}
    Claim.objects.update_or_create(key=f"worker:{owner}", defaults=fields)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; for the command that runs the worker, in its main thread."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
