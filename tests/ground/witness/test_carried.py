"""Checkpoints in an exchange folder: written, taken in, replaced; others pass them on."""

from dataclasses import replace
from pathlib import Path

from tejido.ground.store.public import own_row
from tejido.ground.witness.public import standings
from tejido.log import checkpoint
from tests.ground.witness.test_witness import said, say_something
from tests.replication.conftest import Shared


def place(shared: Shared, device: bytes) -> Path:
    return shared.here / "checkpoints" / device.hex()


def ours(shared: Shared) -> Path:
    return place(shared, bytes(own_row().device))


def test_our_own_lies_there_and_is_replaced_when_something_changed(shared: Shared) -> None:
    shared.exchange()
    first = checkpoint.parse(ours(shared).read_bytes())
    assert not shared.exchange().changed
    assert checkpoint.parse(ours(shared).read_bytes()) == first
    say_something(shared)
    shared.exchange()
    assert checkpoint.parse(ours(shared).read_bytes()).number == first.number + 1


def test_a_partners_is_taken_in_after_its_events(shared: Shared) -> None:
    shared.exchange()
    shared.put(shared.say("bo"))
    shared.exchange()
    bos = place(shared, shared.bo.device.public)
    bos.write_bytes(checkpoint.write(said(shared), shared.bo.device))
    assert shared.exchange().problems == []
    assert [one.agrees for one in standings(shared.network)] == [True, True]


def test_an_older_one_is_replaced_by_the_later_that_we_keep(shared: Shared) -> None:
    shared.exchange()
    statement, bos = said(shared), place(shared, shared.bo.device.public)
    bos.write_bytes(checkpoint.write(replace(statement, number=5), shared.bo.device))
    shared.exchange()
    bos.write_bytes(checkpoint.write(replace(statement, number=2), shared.bo.device))
    shared.exchange()
    assert checkpoint.parse(bos.read_bytes()).number == 5


def test_what_is_none_is_told_and_left_alone(shared: Shared) -> None:
    shared.exchange()
    for name, data in (("note.txt", b"x"), ("ab" * 32, b"\xff" * 99), ("cd" * 32, b"")):
        (shared.here / "checkpoints" / name).write_bytes(data)
    (shared.here / "checkpoints" / "link").symlink_to("/etc/hostname")
    problems = shared.exchange().problems
    assert len([one for one in problems if "checkpoints/" in one]) == 4
    assert (shared.here / "checkpoints" / ("ab" * 32)).exists()


def test_somebody_elses_file_at_our_name_gives_way(shared: Shared) -> None:
    shared.exchange()
    ours(shared).write_bytes(checkpoint.write(replace(said(shared), number=99), shared.bo.device))
    shared.exchange()
    assert checkpoint.parse(ours(shared).read_bytes()).device == bytes(own_row().device)
