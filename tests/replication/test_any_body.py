"""Whatever a member writes into an event of any kind, it folds or it does not: nothing raises, and no row is too long.

Bodies are made at random from the readers of their own payloads, so that most get through; an event that made folding raise
would stop every carrier at its place for ever."""

from random import Random
from typing import Any

import pytest
from django.db import models

from tejido.ground import bodies
from tejido.ground.bodies import BadBody, Payload
from tejido.ground.store import tables
from tejido.ground.store.ingest import ingest
from tejido.ground.store.registry import REGISTRY
from tejido.practices.relay.publishing import settling
from tejido.practices.relay.publishing.models import Kept
from tests.replication.conftest import Shared
from tests.support.authors import seed

ROUNDS, TRIES = 3, 20
LEAVES: list[Any] = [
    "", "a", "en", "ar", "2026-01-02", "0001-01-01", "9999-12-31", 0, 1, 60, 1000, 2**31, 2**53 - 1, -1, True, False, None,
    "audio/ogg", "text/plain", "x" * 300, "ä", "a\nb", "\u202e", [], {}, "abcdefg2",
]  # fmt: skip


def made(reader: Any, rng: Random, hashes: list[str]) -> Any:
    """A value that a reader takes, where one is found."""
    cells = {}
    if closure := getattr(reader, "__closure__", None):
        cells = dict(zip(reader.__code__.co_freevars, (cell.cell_contents for cell in closure), strict=True))
    nested, inner = getattr(reader, "__self__", None), cells.get("reader")
    if isinstance(nested, type) and issubclass(nested, Payload):
        return record(nested, rng, hashes)
    if inner is not None and "most" in cells:
        return [made(inner, rng, hashes) for _ in range(rng.choice((cells["least"], cells["least"] + 1, 3)))]
    if inner is not None:
        return None if rng.random() < 0.3 else made(inner, rng, hashes)
    pool = [*LEAVES, *hashes, *(cells.get("values") or ()), cells.get("most"), "y" * min(5000, cells.get("most") or 0)]
    return rng.choice([value for value in pool if _takes(reader, value)] or [None])


def _takes(reader: Any, value: object) -> bool:
    try:
        reader(value)
    except BadBody:
        return False
    return True


def record(payload: type[Payload], rng: Random, hashes: list[str]) -> dict[str, Any]:
    """A body, its fields each as its reader takes them; sometimes one field is anything."""
    fields = bodies._readers(payload)
    body = {name: made(reader, rng, hashes) for name, reader, needed in fields if needed or rng.random() < 0.7}
    if body and rng.random() < 0.1:
        body[rng.choice(sorted(body))] = rng.choice(LEAVES)
    return body


def test_no_body_stops_a_node(
    shared: Shared, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tables, "insert", _measured(tables.insert))
    rng, events = Random(5), list[bytes]()
    hashes = [seed("any").hex(), shared.bo.org.hex(), shared.network.hex()]
    for kind in sorted(REGISTRY.kinds) * ROUNDS:
        known, _ = REGISTRY.kinds[kind]
        payload = _payload_of(known.check, kind)
        bodies_ = [
            record(payload, rng, [*hashes, *(one.hex() for one in events[-6:])]) if payload else {}
            for _ in range(TRIES)
        ]
        good = next((body for body in bodies_ if payload and _takes(payload.from_body, body)), bodies_[0])
        aggregate = b"" if not events or rng.random() < 0.4 else rng.choice(events[-8:])
        said = shared.world.say(shared.bo, shared.room, kind, good, aggregate)
        events += [] if aggregate else [said.hash]
        report = ingest([said.incoming], known_logs=[shared.world.logs[said.incoming.log]])
        assert (report.accepted, report.refused, report.bad_payloads) == (1, [], []), kind
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []  # also what follows commits
    assert not Kept.objects.exists()  # what others made their editions from does not settle ours
    settling.settle_all()


def _payload_of(check: Any, kind: str) -> type[Payload] | None:
    for cell in getattr(check, "__closure__", None) or ():
        if isinstance(cell.cell_contents, bodies.Catalogue):
            return cell.cell_contents.payloads[kind]
    return None


def _measured(insert: Any) -> Any:
    def measured(model: type[models.Model], rows: Any, suffix: str = "") -> None:
        listed = list(rows)
        for row in listed:
            for field in model._meta.concrete_fields:
                value, most = getattr(row, field.attname), getattr(field, "max_length", None)
                assert not (isinstance(value, str) and most and len(value) > most), (model, field.name)
                small = field.get_internal_type() in ("IntegerField", "PositiveIntegerField")
                assert not (small and isinstance(value, int) and abs(value) >= 2**31), (model, field.name)
        insert(model, listed, suffix)

    return measured
