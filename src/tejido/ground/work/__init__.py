"""Background work: tasks are hints, the state is the truth.

A room declares a task that finds its work from an id, holds a `claim` on it with a heartbeat, and registers a `sweeper` that
finds unfinished work by looking at the state. Then nothing is lost, wherever a process is killed.
"""

from tejido.ground.work.backend import Stopping, Task, enqueue_on_commit, enqueue_once, task, waiting_for
from tejido.ground.work.claims import Held, Progress, alone, claim, due, forget, progress, progress_of, retry, stuck
from tejido.ground.work.errors import Busy, ClaimLost, NotAnId, Stuck, cut
from tejido.ground.work.worker import (
    Periodic,
    run_once,
    run_worker,
    stop_on_signals,
    sweep,
    sweeper,
    worker_is_free,
    worker_is_running,
)

__all__ = [
    "Busy",
    "ClaimLost",
    "Held",
    "NotAnId",
    "Periodic",
    "Progress",
    "Stopping",
    "Stuck",
    "Task",
    "alone",
    "claim",
    "cut",
    "due",
    "enqueue_on_commit",
    "enqueue_once",
    "forget",
    "progress",
    "progress_of",
    "retry",
    "run_once",
    "run_worker",
    "stop_on_signals",
    "stuck",
    "sweep",
    "sweeper",
    "task",
    "waiting_for",
    "worker_is_free",
    "worker_is_running",
]
