"""One piece of work, one worker; and what happens when that worker fails, dies or is too slow."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tejido.ground.work import (
    Busy,
    ClaimLost,
    Held,
    Stopping,
    Stuck,
    backend,
    claim,
    claims,
    due,
    forget,
    owners,
    progress,
    progress_of,
    retry,
    stuck,
    worker_is_running,
)
from tejido.ground.work.models import Claim
from tejido.ground.work.worker import recover

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead_owner() -> str:
    """A process of this machine that is gone."""
    with subprocess.Popen(["true"]) as process:
        pass
    host = owners.me().partition("/")[0]
    return f"{host}/{process.pid}/0123"


def wait_is_over(key: str = "k") -> None:
    Claim.objects.filter(key=key).update(until=timezone.now() - timedelta(seconds=1))


def fail(key: str = "k", words: str = "Maria said") -> None:
    with pytest.raises(ValueError, match=words), claim(key):
        raise ValueError(words)


def taken_from(owner: str, key: str = "k", *, stale: bool = False) -> None:
    until = timezone.now() + timedelta(seconds=-1 if stale else 60)
    Claim.objects.create(key=key, owner=owner, state="running", beat_at=timezone.now(), until=until)


def test_done() -> None:
    with claim("k") as held:
        held.beat(250, "step 1 of 4")
        now = progress("k")
        assert now is not None
        assert (now.state, now.permille, now.note, now.attempts) == ("running", 250, "step 1 of 4", 1)
    after = progress("k")
    assert after is not None
    assert (after.state, after.permille, after.error) == ("done", 1000, "")


def test_held_by_one_only() -> None:
    with claim("k"):
        with pytest.raises(Busy), claim("k"):
            pass
        with claim("other"):
            pass
    assert {key: one.state for key, one in progress_of(["k", "other", "none"]).items()} == {
        "k": "done",
        "other": "done",
    }


def test_done_may_be_done_again() -> None:
    for _ in range(9):
        with claim("k") as held:
            assert held.attempt == 1


def test_a_failure_waits_longer_each_time_and_keeps_no_words() -> None:
    waits = []
    for attempt in range(1, 5):
        before = timezone.now()
        fail()
        row = Claim.objects.get(key="k")
        assert (row.state, row.attempts) == ("waiting", attempt)
        assert row.error.startswith("ValueError, ")
        assert "Maria" not in row.error
        waits.append((row.until - before).total_seconds())
        with pytest.raises(Busy), claim("k"):
            pass
        wait_is_over()
    assert [round(wait) for wait in waits] == [5, 20, 80, 320]


def test_stuck_after_five_and_tried_again_on_demand() -> None:
    for _ in range(5):
        fail()
        wait_is_over()
    with pytest.raises(Stuck), claim("k"):
        pass
    assert due(["k"]) == []
    assert [key for key, error in stuck() if error.startswith("ValueError")] == ["k"]
    retry("k")
    assert stuck() == []
    with claim("k") as held:
        assert held.attempt == 1


def test_a_dead_holder_is_replaced_at_once(dead_owner: str) -> None:
    taken_from(dead_owner)
    now = progress("k")
    assert now is not None
    assert now.state == "waiting"
    assert due(["k"]) == ["k"]
    with claim("k") as held:
        assert held.attempt == 2


def test_a_holder_elsewhere_is_replaced_once_it_is_silent() -> None:
    taken_from("another.host/1/0123")
    with pytest.raises(Busy), claim("k"):
        pass
    wait_is_over()
    with claim("k") as held:
        assert held.attempt == 2


def test_work_that_kills_its_workers_gets_stuck(dead_owner: str) -> None:
    taken_from(dead_owner)
    for _ in range(4):
        with suppress(Stopping), claim("k"):
            Claim.objects.update(owner=dead_owner)  # it dies, and leaves the row as it is
            raise Stopping
    with pytest.raises(Stuck), claim("k"):
        pass
    assert stuck() == [("k", claims.WORKER_ENDED)]


def test_work_that_came_further_each_time_is_never_stuck(dead_owner: str) -> None:
    for number in range(1, 9):
        with suppress(Stopping), claim("k") as held:
            assert held.attempt == number
            held.beat(number * 100)
            Claim.objects.update(owner=dead_owner)
            raise Stopping
    for number in range(9, 12):
        fail()  # no further
        assert Claim.objects.get(key="k").fruitless == number - 8
        wait_is_over()
    with suppress(ValueError), claim("k") as held:
        held.beat(850)
        raise ValueError
    row = Claim.objects.get(key="k")
    assert (row.state, row.fruitless, round((row.until - row.beat_at).total_seconds())) == ("waiting", 0, 5)


def test_a_long_step_is_not_taken_from_a_worker_that_is_heard_of() -> None:
    elsewhere, now = "another.host/1/0123", timezone.now()
    taken_from(elsewhere, stale=True)
    taken_from(elsewhere, f"worker:{elsewhere}")
    with pytest.raises(Busy), claim("k"):
        pass
    assert due(["k"]) == []
    Claim.objects.filter(key="k").update(beat_at=now - timedelta(hours=2))
    assert due(["k"]) == ["k"]  # it lives, but this work hangs
    Claim.objects.filter(key="k").update(beat_at=now)
    wait_is_over(f"worker:{elsewhere}")
    assert due(["k"]) == ["k"]


def test_who_was_too_slow_notices(dead_owner: str) -> None:
    def work(held: Held) -> None:
        wait_is_over()
        Claim.objects.filter(key="k").update(owner=dead_owner)
        held.beat()

    with pytest.raises(ClaimLost), claim("k") as held:
        work(held)
    row = Claim.objects.get(key="k")
    assert (row.state, row.owner, row.error) == ("running", dead_owner, "")


def test_taken_over_within_one_process_counts_as_lost_too() -> None:
    def work(first: Held) -> None:
        wait_is_over()
        with claim("k") as second:
            assert second.attempt == 2
        first.beat()

    with pytest.raises(ClaimLost), claim("k") as held:
        work(held)
    now = progress("k")
    assert now is not None
    assert now.state == "done"


def test_an_erased_subjects_claim_is_gone() -> None:
    def work(held: Held) -> None:
        forget(["k"])
        held.beat()

    with pytest.raises(ClaimLost), claim("k") as held:
        work(held)
    assert progress("k") is None


@pytest.fixture
def asked_to_stop() -> Iterator[None]:
    backend.stopping = threading.Event()
    backend.stopping.set()
    yield
    backend.stopping = None


def test_asked_to_stop_gives_back_uncounted(asked_to_stop: None) -> None:
    with pytest.raises(Stopping), claim("k") as held:
        held.beat(300)
    row = Claim.objects.get(key="k")
    assert (row.state, row.attempts, row.permille) == ("waiting", 0, 300)
    assert due(["k"]) == ["k"]


def test_due_leaves_out_what_is_held_or_waits(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    fail("failed")
    with claim("held"):
        with django_assert_num_queries(1):
            assert due(["held", "failed", "new"]) == ["new"]
        wait_is_over("failed")
        assert due(["held", "failed", "new"]) == ["failed", "new"]


def test_what_a_clock_that_was_years_ahead_put_off_is_due() -> None:
    """Set back since: neither a failure's wait nor whoever died elsewhere holds the work until then."""
    ahead, elsewhere = timezone.now() + timedelta(days=1000), "another.host/1/0123"
    fail()
    taken_from(elsewhere, "held")
    taken_from(elsewhere, f"worker:{elsewhere}")
    assert due(["k", "held"]) == []
    assert worker_is_running()
    Claim.objects.update(until=ahead, beat_at=ahead)
    assert due(["k", "held"]) == ["k", "held"]
    assert not worker_is_running()
    recover()
    assert not Claim.objects.filter(key__startswith="worker:").exists()
    for key in ("k", "held"):
        with claim(key):
            pass
    assert set(Claim.objects.values_list("state", flat=True)) == {"done"}


def test_bounds_of_progress() -> None:
    with claim("k") as held:
        held.beat(5000, "x" * 500)
        row = Claim.objects.get(key="k")
        assert (row.permille, len(row.note)) == (1000, 200)
        held.beat(-1)
        assert Claim.objects.get(key="k").permille == 0


def test_old_claims_are_pruned() -> None:
    with claim("old"):
        pass
    with claim("new"):
        pass
    fail("failed")
    Claim.objects.exclude(key="new").update(beat_at=timezone.now() - timedelta(days=2))
    claims.prune(timedelta(days=1))
    assert set(Claim.objects.values_list("key", flat=True)) == {"new", "failed"}


def test_owners() -> None:
    assert not owners.surely_dead(owners.me())
    host, pid, _ = owners.me().split("/")
    assert owners.surely_dead(f"{host}/{pid}/somebody-else")
    assert not owners.surely_dead(f"{host}/1/0123")
    assert not owners.surely_dead("another.host/999999/0123")
    assert not owners.surely_dead("nonsense")
    assert not owners.surely_dead(f"{host}/99999999999999999999/x")
