"""What is under way, waits or is stuck: for the keeper's page. Nothing in it is content."""

from dataclasses import dataclass
from datetime import datetime

from tejido.ground.work.owners import surely_dead


@dataclass(frozen=True)
class Piece:
    """One piece of unfinished work, as its claim stands. `percent` of it is done."""

    key: str
    state: str
    percent: int
    attempts: int
    note: str
    error: str
    beat_at: datetime


@dataclass(frozen=True)
class Queue:
    """How many tasks wait, run, and failed within the last day."""

    waiting: int
    running: int
    failed: int


def pieces() -> list[Piece]:
    """Unfinished work, what is stuck first."""
    from tejido.ground.work.models import Claim

    rows = Claim.objects.exclude(state="done").exclude(key__startswith="worker:").order_by("key")
    found = [
        Piece(
            row.key,
            "waiting" if row.state == "running" and surely_dead(row.owner) else row.state,
            row.permille // 10,
            row.attempts,
            row.note,
            row.error,
            row.beat_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.state != "stuck", one.state != "running", one.key))


def queue() -> Queue:
    """Tasks by state."""
    from django.db.models import Count
    from django_tasks_db.models import DBTaskResult

    counts = dict(DBTaskResult.objects.values_list("status").annotate(Count("id")).order_by())
    return Queue(counts.get("READY", 0), counts.get("RUNNING", 0), counts.get("FAILED", 0))
