"""A node that joins late meets two long logs which name each other at every step: nothing is lost to the cap on waiting."""

from pathlib import Path

import pytest

from tejido.ground.keeping.checking import check
from tejido.ground.network.exchanging import exchange_folder
from tejido.ground.network.families import PROFILE
from tejido.ground.store import db, logs, waiting
from tejido.ground.store.models import Event, Waiting
from tejido.ground.store.public import own_row
from tejido.log import writer
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.header import event_hash
from tejido.log.keys import SigningKey
from tejido.log.writer import Draft, Head
from tejido.replication import pages
from tests.ground.keeping.conftest import Node

EVENTS = 300


def interleaved(space: bytes, count: int) -> list[tuple[Log, list[Incoming]]]:
    """Two logs; each event names the last one of the other."""
    signers = [SigningKey.generate() for _ in range(2)]
    made = [Log(bytes(own_row().org), key.public, bytes(16), space) for key in signers]
    heads, written = [Head(), Head()], [[], []]  # type: tuple[list[Head], list[list[Incoming]]]
    for number in range(count):
        for this, other in ((0, 1), (1, 0)):
            deps = (heads[other].hash,) if heads[other].hash else ()
            draft = Draft(PROFILE, {"languages": [], "name": str(number), "place": ""}, "2026-01-01", 0, deps=deps)
            one = writer.write(made[this], heads[this], draft, signers[this], lam=heads[other].lam, epoch_key=None)
            heads[this] = one.head
            written[this].append(one.incoming)
    return list(zip(made, written, strict=True))


def carrier(node: Node, folder: Path) -> Path:
    """The logs as pages of 50 events in an exchange folder, with every payload."""
    row = logs.space_row(node.public)
    here = folder / row.folder
    (here / "pages").mkdir(parents=True)
    for log, events in interleaved(node.public, EVENTS):
        for start in range(0, EVENTS, 50):
            page = pages.Page(log, Space.parse(bytes(row.descriptor)), tuple(events[start : start + 50]))
            (here / "pages" / str(pages.PageName.of(page))).write_bytes(page.encode())
        for one in events:
            digest = event_hash(one.header).hex()
            (here / "payloads" / digest[:2]).mkdir(parents=True, exist_ok=True)
            assert one.payload is not None
            (here / "payloads" / digest[:2] / digest).write_bytes(one.payload.pack())
    return folder


@pytest.mark.parametrize("most", [10_000, 40])
def test_nothing_is_lost_to_the_cap(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(waiting, "MOST", most)
    before = Event.objects.count()
    folder = carrier(node, tmp_path / "carrier")
    report = exchange_folder(folder)
    assert Event.objects.count() == before + 2 * EVENTS
    assert (report.accepted, report.waiting, Waiting.objects.count()) == (2 * EVENTS, 0, 0)
    assert exchange_folder(folder).accepted == 0
    assert "fault" not in {one.level for one in check()}


def test_a_page_that_waits_for_something_is_read_again(node: Node, tmp_path: Path) -> None:
    folder = carrier(node, tmp_path / "carrier")
    every = sorted((folder / logs.space_row(node.public).folder / "pages").iterdir())
    first = every[0].read_bytes()
    every[0].unlink()
    assert exchange_folder(folder).waiting > 0
    db.execute("DELETE FROM store_waiting")  # as the cap does
    every[0].write_bytes(first)
    exchange_folder(folder)
    assert (
        Event.objects.filter(log_id__in=[i.id for i in logs.snapshot().logs.values()]).count() == Event.objects.count()
    )
    assert exchange_folder(folder).waiting == 0
    assert "fault" not in {one.level for one in check()}
    assert Event.objects.filter(log_id__gt=0).count() >= 2 * EVENTS
