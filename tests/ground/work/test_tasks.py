"""Queueing and running, in one process."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import serializers
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks

from tejido.ground.work import NotAnId, backend, claim, enqueue_on_commit, enqueue_once, owners, sweep, sweeper, worker
from tejido.ground.work.models import Claim
from tests.ground.work import jobs

pytestmark = pytest.mark.django_db
ME = owners.me()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JOBS", str(tmp_path))
    monkeypatch.setenv("STEP_S", "0")
    return tmp_path


@pytest.fixture
def no_sweepers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_sweepers", {})


def rows() -> list[tuple[str, list[object]]]:
    return [(row.status, row.args_kwargs["args"]) for row in DBTaskResult.objects.order_by("enqueued_at")]


def test_queued_only_when_committed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_on_commit(jobs.do, "a")
        assert rows() == []
    assert rows() == [("READY", ["a"])]
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue_on_commit(jobs.do, "b")
        transaction.set_rollback(True)
    assert rows() == [("READY", ["a"])]


def test_the_same_task_waits_once() -> None:
    assert enqueue_once(jobs.do, "a")
    assert not enqueue_once(jobs.do, "a")
    assert enqueue_once(jobs.do, "b")
    assert enqueue_once(jobs.fail, "a")
    assert enqueue_once(jobs.do, "a", 7)
    assert len(rows()) == 4


@pytest.mark.parametrize("bad", [None, 1.5, b"x", ["a"], {"a": 1}, True, "x" * 201])
def test_arguments_are_ids_only(bad: object) -> None:
    for queue in (enqueue_once, enqueue_on_commit):
        with pytest.raises(NotAnId):
            queue(jobs.do, bad)  # type: ignore[arg-type]
    assert rows() == []


def test_run_in_order_until_none_is_left(folder: Path) -> None:
    for job in ("a", "b"):
        enqueue_once(jobs.do, job)
    assert backend.run_next(ME)
    assert jobs.steps_done("a") == [str(step) for step in range(jobs.STEPS)]
    assert jobs.steps_done("b") == []
    assert backend.run_next(ME)
    assert not backend.run_next(ME)
    assert rows() == [("SUCCESSFUL", ["a"]), ("SUCCESSFUL", ["b"])]


def test_nothing_that_was_said_is_kept() -> None:
    enqueue_once(jobs.fail, "a")
    enqueue_once(jobs.speak, "a")
    while backend.run_next(ME):
        pass
    stored = serializers.serialize("json", DBTaskResult.objects.all())
    assert "Maria" not in stored
    failed = next(one["fields"] for one in json.loads(stored) if one["fields"]["status"] == "FAILED")
    assert failed["exception_class_path"] == "builtins.ValueError"
    assert failed["traceback"].startswith("ValueError, tests.ground.work.jobs:")
    assert "\n" not in failed["traceback"]


def test_meeting_a_held_claim_is_no_failure() -> None:
    enqueue_once(jobs.contested, "a")
    with claim(jobs.key("a")):
        backend.run_next(ME)
    assert rows() == [("SUCCESSFUL", ["a"])]


def test_an_interrupted_task_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "steps_done", lambda job: interrupt())
    enqueue_once(jobs.do, "a")
    with pytest.raises(KeyboardInterrupt):
        backend.run_next(ME)
    assert rows() == [("READY", ["a"])]
    assert DBTaskResult.objects.get().worker_ids == []


def test_a_task_that_is_no_more_fails_alone() -> None:
    enqueue_once(jobs.do, "a")
    DBTaskResult.objects.update(task_path="tejido.gone.do")
    assert backend.run_next(ME)
    assert rows() == [("FAILED", ["a"])]


def begun_by(*workers: str) -> None:
    enqueue_once(jobs.do, "a")
    DBTaskResult.objects.update(status="RUNNING", worker_ids=list(workers), started_at=timezone.now())


def test_what_a_dead_worker_began_is_queued_again() -> None:
    begun_by("another.host/1/0123")
    worker.recover()
    assert rows() == [("READY", ["a"])]


def test_what_a_live_worker_does_is_left_alone() -> None:
    begun_by("another.host/1/0123")
    worker._beat("another.host/1/0123")
    worker.recover()
    assert rows() == [("RUNNING", ["a"])]
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    worker.recover()
    assert rows() == [("READY", ["a"])]


def test_what_ended_five_workers_is_given_up() -> None:
    begun_by(*(f"another.host/{i}/0123" for i in range(5)))
    worker.recover()
    row = DBTaskResult.objects.get()
    assert (row.status, row.traceback) == ("FAILED", "5 workers ended during this task")


def test_sweepers_find_what_the_queue_does_not_know(folder: Path, no_sweepers: None) -> None:
    def broken() -> None:
        raise RuntimeError("Maria said")

    (folder / "a.job").touch()
    sweeper(broken)
    sweeper(jobs.find)
    sweep()
    sweep()
    assert rows() == [("READY", ["a"])]
    backend.run_next(ME)
    sweep()
    assert rows() == [("SUCCESSFUL", ["a"])]


def test_a_broken_sweeper_is_logged_without_its_words(no_sweepers: None, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("Maria said")

    sweeper(broken)
    sweep()
    assert "RuntimeError, " in caplog.text
    assert "Maria" not in caplog.text


def test_finished_tasks_are_pruned() -> None:
    enqueue_once(jobs.do, "a")
    backend.run_next(ME)
    enqueue_once(jobs.do, "b")
    worker.prune()
    assert len(rows()) == 2
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=2))
    worker.prune()
    assert rows() == [("READY", ["b"])]


@pytest.mark.django_db(transaction=True)
def test_once_does_all_that_is_due(folder: Path, no_sweepers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_keep_beating", lambda owner, ended: None)  # a database in memory is one thread's
    (folder / "a.job").touch()
    sweeper(jobs.find)
    begun_by("another.host/1/0123")
    worker.run_once([worker.Periodic("tick", 9.0, (folder / "tick").touch)])
    assert rows() == [("SUCCESSFUL", ["a"])]
    assert len(jobs.steps_done("a")) == jobs.STEPS
    assert (folder / "tick").exists()
    assert not worker.worker_is_running()
