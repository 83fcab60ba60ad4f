"""The only module that knows the task library; with Django 6 its imports become `django.tasks`.

A stored task is a hint that something may have to be done; what has to be done is read from the state. So arguments are ids
only, nothing is returned, and of an error only its type and line are kept: the library by itself would store the traceback
with its message, which may quote what people said.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task

from tejido.ground.work.errors import Busy, ClaimLost, NotAnId, Stuck, cut

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult

__all__ = [
    "Stopping",
    "Task",
    "enqueue_on_commit",
    "enqueue_once",
    "give_up_abandoned",
    "one_is_running",
    "prune",
    "run_next",
    "task",
    "waiting_for",
]

Id = str | int
MAX_ID = 200
MAX_ATTEMPTS = 5

stopping: threading.Event | None = None
"""Set while a worker runs; once it is set, the next heartbeat of a claim ends the task."""


class Stopping(BaseException):
    """The worker was asked to end; the task goes back to the queue. Not an `Exception`, so that no task swallows it."""


def enqueue_on_commit(work: "Task[..., Any]", *ids: Id) -> None:
    """Hint, once the transaction is committed, that `work` has something to do about these ids."""
    _only_ids(ids)
    transaction.on_commit(lambda: enqueue_once(work, *ids), robust=True)


def enqueue_once(work: "Task[..., Any]", *ids: Id) -> bool:
    """Queue the task unless the same one already waits; whether it was queued. For sweepers.

    One that runs already is no reason not to queue: it may have read the state before it changed.
    """
    _only_ids(ids)
    waiting = _rows().filter(status=TaskResultStatus.READY, task_path=work.module_path)
    if waiting.filter(args_kwargs={"args": list(ids), "kwargs": {}}).exists():
        return False
    work.enqueue(*ids)
    return True


def waiting_for(work: "Task[..., Any]") -> set[Id]:
    """The first ids of such tasks that wait in the queue."""
    rows = _rows().filter(status=TaskResultStatus.READY, task_path=work.module_path)
    return {found["args"][0] for found in rows.values_list("args_kwargs", flat=True) if found["args"]}


def one_is_running() -> bool:
    """Whether some task is being done now."""
    return bool(_rows().filter(status=TaskResultStatus.RUNNING).exists())


def _only_ids(ids: tuple[Id, ...]) -> None:
    for one in ids:
        if type(one) not in (str, int) or len(str(one)) > MAX_ID:
            raise NotAnId


def _rows() -> Any:
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects


def run_next(owner: str) -> bool:
    """Run the first waiting task in this process; whether there was one."""
    row = _take(owner)
    if row is None:
        return False
    try:
        row.task.call(*row.args_kwargs["args"])
    except (Busy, Stuck, ClaimLost):
        _finish(
            row, TaskResultStatus.SUCCESSFUL
        )  # somebody else does it, or it is to be left alone: the hint is used up
    except Exception as error:  # noqa: BLE001 (whatever a task raises is kept, cut, and the worker lives on)
        _finish(row, TaskResultStatus.FAILED, f"{type(error).__module__}.{type(error).__qualname__}", cut(error))
    except Stopping:
        _put_back(row)
    except BaseException:
        _put_back(row)
        raise
    else:
        _finish(row, TaskResultStatus.SUCCESSFUL)
    return True


def _take(owner: str) -> "DBTaskResult[Any, Any] | None":
    from django_tasks_db.utils import exclusive_transaction

    ready = _rows().ready().filter(backend_name="default")
    if not ready.exists():  # no write lock while there is nothing to do
        return None
    with exclusive_transaction():
        row: DBTaskResult[Any, Any] | None = ready.get_locked()
        if row is not None:
            row.claim(owner)
    return row


def _finish(row: "DBTaskResult[Any, Any]", status: TaskResultStatus, exception: str = "", where: str = "") -> None:
    _rows().filter(pk=row.pk).update(
        status=status, finished_at=timezone.now(), exception_class_path=exception, traceback=where, return_value=None
    )


def _put_back(row: "DBTaskResult[Any, Any]") -> None:
    _rows().filter(pk=row.pk).update(status=TaskResultStatus.READY, started_at=None, worker_ids=row.worker_ids[:-1])


def give_up_abandoned(is_alive: Callable[[str], bool]) -> int:
    """Queue again what a dead worker had begun; fail what killed `MAX_ATTEMPTS` workers. Returns how many of both."""
    left = [
        row
        for row in _rows().filter(status=TaskResultStatus.RUNNING)
        if not (row.worker_ids and is_alive(row.worker_ids[-1]))
    ]
    for row in left:
        if len(row.worker_ids) < MAX_ATTEMPTS:
            _rows().filter(pk=row.pk, status=TaskResultStatus.RUNNING).update(status=TaskResultStatus.READY)
        else:
            _finish(row, TaskResultStatus.FAILED, where=f"{len(row.worker_ids)} workers ended during this task")
    return len(left)


def prune(older_than: timedelta) -> None:
    """Delete finished tasks of the past."""
    _rows().finished().filter(finished_at__lt=timezone.now() - older_than).delete()
