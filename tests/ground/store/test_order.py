"""Folding does not depend on the order of arrival, and taking in is idempotent."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tejido.ground.store import db, waiting
from tejido.log.admit import Incoming
from tejido.log.header import trusted
from tejido.log.identity import WHOLE
from tejido.log.keys import SigningKey
from tejido.log.payload import epoch_key_id
from tests.ground.store import scenes
from tests.ground.store.pictures import everything, picture, take, undone
from tests.ground.store.scenes import MARKER, Scene
from tests.support.authors import bare, seed

SCENES = {
    "busy": scenes.busy, "lasting": scenes.lasting, "owner forks": scenes.owner_forks, "sheets": scenes.sheets,
}  # fmt: skip
EXAMPLES = settings(max_examples=15, suppress_health_check=list(HealthCheck))


def written(scene: Scene) -> list[Incoming]:
    return [one.incoming for one in scene.world.written]


def in_order(scene: Scene) -> dict[str, Any]:
    with undone():
        take(scene.world, scene.spaces, written(scene))
        found = picture()
    assert found["waiting"] == []
    return found


def arrivals(rng: random.Random, scene: Scene) -> list[list[Incoming]]:
    """A permutation cut into pages; some headers come before their payloads, some events twice."""
    items = written(scene)
    for index in rng.sample(range(len(items)), rng.randrange(9)):
        if not whole(items[index]):
            items.append(bare(scene.world.written[index]))
    items += rng.choices(items, k=rng.randrange(6))
    rng.shuffle(items)
    cuts = sorted(rng.sample(range(1, len(items)), rng.randrange(13)))
    return [items[a:b] for a, b in zip([0, *cuts], [*cuts, len(items)], strict=True)]


def whole(one: Incoming) -> bool:
    """What says who signs next is nothing without its payload."""
    return trusted(one.header).kind in WHOLE


@pytest.mark.parametrize("name", SCENES)
@EXAMPLES
@given(seed=st.integers(0, 2**32))
def test_any_order_gives_the_same(reader: None, name: str, seed: int) -> None:
    scene = SCENES[name]()
    expected = in_order(scene)
    with undone():
        for page in arrivals(random.Random(seed), scene):
            take(scene.world, scene.spaces, page)
        take(scene.world, scene.spaces, wanted(scene))
        assert_same(picture(), expected)


def wanted(scene: Scene) -> list[Incoming]:
    """What an exchange asks for again: any redact, even one that does not count, takes the payload from what waits."""
    lacking = """SELECT e.hash FROM store_event e LEFT JOIN store_payload p ON p.event_id = e.id
                 WHERE e.state = 0 AND p.event_id IS NULL"""
    return [scene.world.find(bytes(digest)).incoming for (digest,) in db.rows(lacking)]


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        assert found[name] == value, name


ORDERS: dict[str, Callable[[Sequence[Incoming]], list[Incoming]]] = {
    "backwards": lambda events: list(reversed(events)),
    "identities last": lambda events: sorted(events, key=lambda one: b'"kind":"org.' in one.header),
    "one log after another": lambda events: sorted(events, key=lambda one: one.log),
    "redacts first, as far as may be": lambda events: sorted(events, key=lambda one: b"redact" not in one.header),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("name", SCENES)
def test_unlucky_orders(reader: None, name: str, order: str, size: int) -> None:
    scene = SCENES[name]()
    events = ORDERS[order](written(scene))
    for start in range(0, len(events), size):
        take(scene.world, scene.spaces, events[start : start + size])
    take(scene.world, scene.spaces, wanted(scene))
    assert_same(picture(), in_order_elsewhere(scene))


def in_order_elsewhere(scene: Scene) -> dict[str, Any]:
    """What another node makes of the same events: everything taken back first."""
    with undone():
        for table in (
            "event",
            "log",
            "space",
            "org",
            "payload",
            "payloadkey",
            "epochkey",
            "waiting",
            "redaction",
            "aside",
        ):
            db.execute(f"DELETE FROM store_{table}")
        for table in ("store_eventindex", "store_aggregate", "store_blobuse", "tests_note", "tests_writer"):
            db.execute(f"DELETE FROM {table}")
        return in_order(scene)


@pytest.mark.parametrize("name", SCENES)
def test_headers_first_then_payloads(reader: None, name: str) -> None:
    scene = SCENES[name]()
    events = written(scene)
    take(scene.world, scene.spaces, [one if whole(one) else one._replace(payload=None) for one in events])
    assert db.value("SELECT COUNT(*) FROM store_aggregate") == 0
    report = take(scene.world, scene.spaces, events)
    assert report.accepted == 0
    assert report.filled > 10
    assert_same(picture(), in_order_elsewhere(scene))


def test_descriptors_before_and_without_events(reader: None) -> None:
    scene = scenes.busy()
    for one in written(scene):
        from tejido.ground.store.ingest import ingest

        ingest([one])  # no descriptor yet: it waits, unless it founds an organisation
    assert db.value("SELECT COUNT(*) FROM store_waiting") > 30
    from tejido.ground.store.ingest import ingest

    ingest([], spaces=scene.spaces, known_logs=scene.world.logs.values())
    take(scene.world, scene.spaces, wanted(scene))
    assert_same(picture(), in_order_elsewhere(scene))


def test_again_changes_nothing(reader: None) -> None:
    scene = scenes.busy()
    take(scene.world, scene.spaces, written(scene))
    before = picture()
    report = take(scene.world, scene.spaces, written(scene))
    assert (report.accepted, report.filled, report.waiting, report.refused) == (0, 0, 0, [])
    assert picture() == before


def test_what_is_held_is_closed_under_prefix(reader: None) -> None:
    scene = scenes.busy()
    events = written(scene)
    for number, one in enumerate(reversed(events)):
        take(scene.world, scene.spaces, [one])
        if number % 10 == 0:
            gaps = """SELECT COUNT(*) FROM store_event e WHERE e.seq > 0 AND NOT EXISTS
                      (SELECT 1 FROM store_event p WHERE p.log_id = e.log_id AND p.seq = e.seq - 1)"""
            assert db.value(gaps) == 0
    assert db.value("SELECT COUNT(*) FROM store_event") == len(events)


def test_the_world_folds_to_what_was_meant(reader: None) -> None:
    """The comparison of orders would be worth nothing if all of them were wrong alike."""
    scene = scenes.busy()
    take(scene.world, scene.spaces, written(scene))
    found = picture()
    notes = {source: (last, count) for _key, source, _space, last, count in found["notes"]}
    assert notes[_key(scene, "public note")] == ("after all", 5)
    assert notes[_key(scene, "private note")] == ("among us", 4)
    assert notes[_key(scene, "stays")] == ("stays", 1)
    assert notes[_key(scene, "public hers")] == ("an answer", 1)
    assert MARKER.encode() not in everything()
    assert sum(1 for *_, applied in found["redactions"] if applied) == 6


def test_sheets_decide_what_was_meant(reader: None) -> None:
    scene = scenes.sheets()
    take(scene.world, scene.spaces, written(scene))
    found = picture()
    notes = {source: (last, count) for _key, source, _space, last, count in found["notes"]}
    assert notes[_key(scene, "note")] == ("ana is back", 8)
    assert notes[_key(scene, "cy's own")] == ("cy's own", 1)
    gone = {"first 1", "second 0", "thief"}
    assert {scene.named[name].hash.hex() for name in gone - {"thief"}} < {row[0] for row in found["aside"]}
    row = db.rows("SELECT horizon, stopped_at FROM store_log WHERE hash = %s", [scene.named["third 0"].incoming.log])
    assert row == [(5, 5)]
    ana = next(
        one for one in found["devices"] if one[0] == scene.world.logs[scene.named["note"].incoming.log].org.hex()
    )
    assert set(orjson.loads(ana[2])) == {SigningKey(seed("ana's new device")).public.hex()}
    current = max(found["keys"], key=lambda row: row[1])[0]
    assert current == epoch_key_id(scene.rooms["sheets"].keys[-1]).hex()


def test_neither_a_redact_nor_who_is_in_a_space_can_be_taken_back_but_boxes_of_keys_can(reader: None) -> None:
    scene = scenes.lasting()
    take(scene.world, scene.spaces, written(scene))
    members = db.value("SELECT members FROM store_space")
    assert all(one.org.hex() in str(members) for one in scene.rooms["lasting"].members)
    applied = db.rows("SELECT target FROM store_redaction WHERE applied = %s", [True])
    assert {bytes(target) for (target,) in applied} == {scene.named["note"].hash, scene.named["boxes"].hash}
    assert db.value("SELECT COUNT(*) FROM store_event WHERE state = 2") == 2


def _key(scene: Scene, name: str) -> str:
    return db.row_key(scene.named[name].hash)


def test_waiting_is_capped_in_number_and_size(reader: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scenes.busy()
    monkeypatch.setattr(waiting, "MOST", 7)
    events = [one for one in written(scene) if b'"log":""' not in one.header]
    take(scene.world, scene.spaces, events[3:])
    assert 0 < db.value("SELECT COUNT(*) FROM store_waiting") <= 7
    monkeypatch.setattr(waiting, "MOST_BYTES", 2000)
    take(scene.world, scene.spaces, events[20:])
    assert db.value("SELECT SUM(LENGTH(header) + COALESCE(LENGTH(payload), 0)) FROM store_waiting") <= 2000


def test_what_waited_and_turns_out_malformed_does_not_wait_for_ever(reader: None) -> None:
    from tejido.log import writer
    from tejido.log.writer import Draft, Head
    from tests.support.authors import AT, DAY, World

    world = World()
    ana = world.author("ana")
    room = world.room(ana, public=True)
    opened = world.find(room.opened)
    wrong = Head(0, opened.hash, 7)  # its lam will be 8 instead of 2
    draft = Draft("test.note.opened", {}, DAY, AT)
    event = writer.write(ana.log(room.space), wrong, draft, ana.device, lam=0, epoch_key=None)
    assert take(world, [room.space], [event.incoming]).waiting == 1
    report = take(world, [room.space], [one.incoming for one in world.written])
    assert len(report.refused) == 1
    assert db.value("SELECT COUNT(*) FROM store_waiting") == 0
