"""Claims: one piece of work is done by one worker at a time, with a heartbeat, and outlives the death of that worker."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from tejido.ground.work import backend, owners
from tejido.ground.work.errors import Busy, ClaimLost, Stuck, cut

if TYPE_CHECKING:
    from tejido.ground.work.models import Claim

STALE_AFTER_S, HUNG_AFTER_S = 60.0, 3600.0
BEAT_S = 1.0
MAX_ATTEMPTS = 5
WORKER_ENDED = "the worker ended during this work"
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 600.0
AHEAD = timedelta(hours=1)
"""Nothing here is put off further. What lies further ahead was written by a clock that has been set back since, and counts as
past: else the work would wait until that clock is right, for years perhaps."""


@dataclass(frozen=True)
class Held:
    """A claim in hand."""

    key: str
    owner: str
    attempt: int
    stale_after_s: float

    def beat(self, permille: int | None = None, note: str | None = None) -> None:
        """Say that the work goes on and how far it is; outside of transactions, more often than `stale_after_s`.

        `note` is shown to people and kept: never content. Raises `ClaimLost` if another worker has taken over, and
        `Stopping` where this worker is asked to end: what was finished so far should be stored by then.
        """
        now = timezone.now()
        fields: dict[str, object] = {"beat_at": now, "until": now + timedelta(seconds=self.stale_after_s)}
        fields |= {} if permille is None else {"permille": max(0, min(1000, permille))}
        fields |= {} if note is None else {"note": note[:200]}
        if not self._update(**fields):
            raise ClaimLost
        if backend.stopping is not None and backend.stopping.is_set():
            raise backend.Stopping

    def now_and_then(self) -> Callable[[int], None]:
        """`beat` for work that could say at every step how far it is: at most once in `BEAT_S`."""
        last = time.monotonic()

        def tell(permille: int) -> None:
            nonlocal last
            if time.monotonic() - last >= BEAT_S:
                last = time.monotonic()
                self.beat(permille)

        return tell

    def _update(self, **fields: object) -> int:
        from tejido.ground.work.models import Claim

        mine = Claim.objects.filter(key=self.key, owner=self.owner, attempts=self.attempt, state=Claim.State.RUNNING)
        return mine.update(**fields)


@dataclass(frozen=True)
class Progress:
    """How a piece of work stands: `running`, `waiting` (for its next attempt or a live worker), `done` or `stuck`."""

    state: str
    permille: int
    note: str
    attempts: int
    error: str
    beat_at: datetime


@contextmanager
def claim(key: str, *, stale_after_s: float = STALE_AFTER_S, max_attempts: int = MAX_ATTEMPTS) -> Iterator[Held]:
    """Hold the work named `key`. `Busy` if another holds it or it waits after a failure, `Stuck` if it failed too often.

    Leaving normally marks it done. An error leaves it waiting, longer each time, and stuck after `max_attempts` in a row
    that came no further; so does a holder that dies. A worker that is asked to end gives it back uncounted. A holder whose
    step takes longer than `stale_after_s` keeps it while its worker's own heartbeat goes on.
    """
    held = _take(key, stale_after_s, max_attempts)
    if held is None:
        raise Stuck
    try:
        yield held
    except Exception as error:
        _failed(held, error, max_attempts)
        raise
    except BaseException:
        held._update(state="waiting", until=timezone.now(), attempts=F("attempts") - 1)
        raise
    held._update(state="done", permille=1000, error="", beat_at=timezone.now())


def alone(key: str, do: Callable[[Held], object]) -> None:
    """Do it under this claim; whoever else holds it goes on undisturbed, and what is stuck stays so."""
    with suppress(Busy, Stuck), claim(key) as held:
        do(held)


def _take(key: str, stale_after_s: float, max_attempts: int) -> Held | None:
    """The claim, or None if it is stuck; that must be committed, so it is not raised in here."""
    from tejido.ground.work.models import Claim

    now = timezone.now()
    fresh = {"owner": owners.me(), "state": Claim.State.RUNNING, "beat_at": now}
    until = now + timedelta(seconds=stale_after_s)
    with transaction.atomic():
        row, created = Claim.objects.select_for_update().get_or_create(key=key, defaults={**fresh, "until": until})
        if not created:
            if _is_held(row, now):
                raise Busy
            row.fruitless = _fruitless(row)
            if row.state == Claim.State.STUCK or row.fruitless >= max_attempts:
                Claim.objects.filter(key=key).update(state=Claim.State.STUCK, error=row.error or WORKER_ENDED)
                return None
            anew = row.state == Claim.State.DONE
            row.attempts, at = (1, 0) if anew else (row.attempts + 1, row.permille)
            counts = {"attempts": row.attempts, "fruitless": row.fruitless, "permille": at, "from_permille": at}
            Claim.objects.filter(key=key).update(**fresh, until=until, **counts)
    return Held(key, owners.me(), row.attempts, stale_after_s)


def _is_held(row: "Claim", now: datetime) -> bool:
    if row.state == "running":
        return not owners.surely_dead(row.owner) and (_to_come(row.until, now) or _still_heard_of(row, now))
    return row.state == "waiting" and _to_come(row.until, now)


def _to_come(until: datetime, now: datetime) -> bool:
    return now < until <= now + AHEAD


def heard_of(now: datetime) -> Q:
    """Claims of whoever has said lately that it lives."""
    return Q(until__gt=now, until__lte=now + AHEAD)


def _still_heard_of(row: "Claim", now: datetime) -> bool:
    """Whether the worker that holds it says that it lives, though this work has been silent, but not for too long."""
    from tejido.ground.work.models import Claim

    silent_too_long = row.beat_at < now - timedelta(seconds=HUNG_AFTER_S)
    return not silent_too_long and Claim.objects.filter(heard_of(now), key=f"worker:{row.owner}").exists()


def _fruitless(row: "Claim") -> int:
    """Attempts in a row that came no further, up to now: one more where a holder died where it had begun."""
    if row.state == "done":
        return 0
    if row.state == "running":
        return 0 if row.permille > row.from_permille else row.fruitless + 1
    return row.fruitless


def _failed(held: Held, error: Exception, max_attempts: int) -> None:
    if isinstance(error, ClaimLost):
        return
    from tejido.ground.work.models import Claim

    row = Claim.objects.filter(key=held.key).first()
    fruitless = _fruitless(row) if row else 0
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 4 ** max(0, fruitless - 1))
    state = "waiting" if fruitless < max_attempts else "stuck"
    until = timezone.now() + timedelta(seconds=wait)
    held._update(state=state, error=cut(error), until=until, fruitless=fruitless)


def due(keys: Collection[str]) -> list[str]:
    """Of those pieces of unfinished work, the ones to be queued now: not held, not waiting, not stuck. For sweepers."""
    from tejido.ground.work.models import Claim

    now = timezone.now()
    rows = {row.key: row for row in Claim.objects.filter(key__in=keys)}
    return [key for key in keys if key not in rows or _is_due(rows[key], now)]


def _is_due(row: "Claim", now: datetime) -> bool:
    return row.state != "stuck" and not _is_held(row, now)


def progress(key: str) -> Progress | None:
    """How that work stands, for pages; None if nobody has begun it."""
    return progress_of([key]).get(key)


def progress_of(keys: Collection[str]) -> dict[str, Progress]:
    """The same for many, in one query."""
    from tejido.ground.work.models import Claim

    now = timezone.now()
    return {row.key: _progress(row, now) for row in Claim.objects.filter(key__in=keys)}


def _progress(row: "Claim", now: datetime) -> Progress:
    state = "waiting" if row.state == "running" and not _is_held(row, now) else row.state
    return Progress(state, row.permille, row.note, row.attempts, row.error, row.beat_at)


def stuck() -> list[tuple[str, str]]:
    """Key and error of all work that is stuck; for `tejido check` and the operator's page."""
    from tejido.ground.work.models import Claim

    return list(Claim.objects.filter(state="stuck").order_by("key").values_list("key", "error"))


def retry(key: str) -> None:
    """Let stuck or waiting work be tried again at once."""
    from tejido.ground.work.models import Claim

    Claim.objects.filter(key=key, state__in=["stuck", "waiting"]).update(
        state="waiting", attempts=0, fruitless=0, error="", until=timezone.now()
    )


def forget(keys: Collection[str]) -> None:
    """Delete the claims of work whose subject is erased; a holder notices at its next heartbeat."""
    from tejido.ground.work.models import Claim

    Claim.objects.filter(key__in=keys).delete()


def prune(older_than: timedelta) -> None:
    """Delete claims of work that was done long ago."""
    from tejido.ground.work.models import Claim

    Claim.objects.filter(state="done", beat_at__lt=timezone.now() - older_than).delete()
