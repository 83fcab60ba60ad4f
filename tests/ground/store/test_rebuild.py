"""A rebuild gives what folding gave, also when it is killed half-way and when events arrive while it runs."""

import fcntl
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tejido.ground.store import db, rebuilding, tables
from tejido.ground.store.models import Dirty, Rebuild
from tejido.ground.store.rebuilding import Rebuilding, rebuild
from tejido.log.admit import Incoming
from tests.ground.store import scenes
from tests.ground.store.pictures import everything, picture, take, undone
from tests.ground.store.scenes import MARKER, Scene
from tests.ground.store.test_order import assert_same, in_order, wanted, written

EXAMPLES = settings(max_examples=8, suppress_health_check=list(HealthCheck))


class Killed(BaseException):
    """As `kill -9` between two batches: nothing after the last commit happened."""


@contextmanager
def small_batches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuilding, "EVENTS_A_BATCH", 5)
        patch.setattr(rebuilding, "AGGREGATES_A_BATCH", 1)
        patch.setattr(rebuilding, "FEW", 1)
        yield


def killed_after(batches: int) -> Callable[[int, int], None]:
    left = iter(range(batches))

    def progress(done: int, total: int) -> None:
        assert 0 <= done <= total
        if next(left, None) is None:
            raise Killed

    return progress


def test_rebuild_equals_incremental(reader: None) -> None:
    scene = scenes.busy()
    take(scene.world, scene.spaces, written(scene))
    before = picture()
    for table in ("tests_note", "tests_writer"):
        db.execute(f"UPDATE {table} SET count = 99")  # the rebuild must not copy
    db.execute("DELETE FROM store_blobuse")
    with small_batches():
        rebuild()
    assert_same(picture(), before)
    assert db.value("SELECT COUNT(*) FROM store_dirty") == 0


@EXAMPLES
@given(seed=st.integers(0, 2**32))
def test_killed_and_resumed_while_events_arrive(reader: None, seed: int) -> None:
    scene, rng = scenes.busy(), random.Random(seed)
    expected = in_order(scene)
    with undone(), small_batches():
        events = [part for one in written(scene) for part in _parts(rng, one)]
        rng.shuffle(events)
        for start in range(0, len(events), 9):
            take(scene.world, scene.spaces, events[start : start + 9])
            if rng.random() < 0.7:
                _try_rebuild(rng)
        take(scene.world, scene.spaces, wanted(scene))
        rebuild()
        assert_same(picture(), expected)
        assert not Dirty.objects.exists()
        assert MARKER.encode() not in everything()


def _parts(rng: random.Random, one: Incoming) -> list[Incoming]:
    """Sometimes the header comes apart from its payload."""
    apart = rng.random() < 0.3 and b'"log":""' not in one.header
    return [one._replace(payload=None), one] if apart else [one]


def _try_rebuild(rng: random.Random) -> None:
    try:
        rebuild(killed_after(rng.randrange(12)))
    except Killed:
        assert Rebuild.objects.get().phase != "idle"


@pytest.mark.parametrize("batches", [0, 4, 8, 11])
def test_what_is_erased_leaves_a_killed_rebuild_at_once(reader: None, batches: int) -> None:
    """Its shadow tables may lie there for weeks."""
    scene = scenes.busy()
    redacts = {one.hash for one in scene.world.written if b"redact" in one.plain or b'"redact"' in one.incoming.header}
    first = [one.incoming for one in scene.world.written if one.hash not in redacts]
    take(scene.world, scene.spaces, first)
    assert MARKER.encode() in everything()
    with small_batches():
        with pytest.raises(Killed):
            rebuild(killed_after(batches))
        take(scene.world, scene.spaces, written(scene))
        assert MARKER.encode() not in everything()
        rebuild()
        assert_same(picture(), _elsewhere(scene))


def _elsewhere(scene: Scene) -> dict[str, Any]:
    from tests.ground.store.test_order import in_order_elsewhere

    return in_order_elsewhere(scene)


def test_readers_see_the_old_tables_until_the_swap(reader: None) -> None:
    scene = scenes.busy()
    take(scene.world, scene.spaces, written(scene))
    before = picture()

    def progress(done: int, total: int) -> None:
        assert picture() == before

    with small_batches():
        rebuild(progress)
    assert_same(picture(), before)


def test_a_second_rebuild_at_once_is_refused_and_one_at_a_start_waits(reader: None) -> None:
    scene = scenes.busy()
    take(scene.world, scene.spaces, written(scene))
    before, refused = picture(), []
    with Path(settings_of_django.NODE_DIR, "rebuild.lock").open("a") as elsewhere:
        fcntl.flock(elsewhere, fcntl.LOCK_EX)
        with pytest.raises(Rebuilding):
            rebuild()

    def progress(done: int, total: int) -> None:
        with pytest.raises(Rebuilding) as found:
            rebuild()
        refused.append(found.value.status)

    rebuild(progress)
    assert set(refused) == {409}
    assert_same(picture(), before)
    db.execute("UPDATE tests_note SET count = 99")
    rebuilding.rebuild_due()  # somebody else has rebuilt meanwhile: nothing is stale
    assert db.value("SELECT MIN(count) FROM tests_note") == 99
    db.execute("UPDATE store_readtable SET stale = %s", [True])
    rebuilding.rebuild_due()
    assert_same(picture(), before)


def test_a_rebuild_of_another_version_begins_anew(reader: None) -> None:
    scene = scenes.busy()
    take(scene.world, scene.spaces, written(scene))
    before = picture()
    with small_batches():
        with pytest.raises(Killed):
            rebuild(killed_after(9))
        db.execute(f"ALTER TABLE {tables.name(_note_row(), tables.NEW)} ADD COLUMN surplus INTEGER")
        rebuild()
    assert_same(picture(), before)
    db.execute("UPDATE tests_note SET count = 0")


def _note_row() -> Any:
    from tests.ground.store.notes import NoteRow

    return NoteRow
