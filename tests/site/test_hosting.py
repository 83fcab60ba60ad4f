"""Closing a node, and other organisations' nodes on one machine: real processes, found and ended by their ids."""

import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tejido.ground.errors import Conflict, Invalid, NotFound
from tejido.ground.keeping import closing
from tejido.site import hosting, node
from tests.harness.nodes import Nodes, free_port


def until(what: Callable[[], bool], within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


def serving(folder: Path) -> bool:
    return {one.what for one in closing.running(folder)} == {"serve", "worker"}


def test_closing_ends_what_runs_and_lets_nothing_start(nodes: Nodes) -> None:
    here = nodes.create("here")
    server, worker = here.serve(), here.worker()
    until(lambda: serving(here.folder))
    assert {one.pid for one in closing.running(here.folder)} == {server.pid, worker.pid}
    assert "closed" in here.call("node", "close").stdout
    assert server.popen.wait(10) == 0
    assert worker.popen.wait(10) == 0
    assert "closed" in here.call("serve").stdout
    assert "closed" in here.call("worker").stdout
    assert here.call("node", "show").returncode == 0
    here.call("node", "open")
    here.serve()
    assert [one.what for one in closing.running(here.folder)] == ["serve"]


def test_what_was_killed_is_not_taken_for_running(tmp_path: Path) -> None:
    (tmp_path / "running").mkdir()
    (tmp_path / "running" / "serve-1").write_text("1")
    (tmp_path / "running" / "worker-x").write_text("")
    assert closing.running(tmp_path) == []
    assert list((tmp_path / "running").iterdir()) == []


def test_a_process_is_noted_as_long_as_it_lasts(tmp_path: Path) -> None:
    with closing.noted(tmp_path, "worker"):
        assert closing.running(tmp_path) == [closing.Running("worker", os.getpid())]
    assert closing.running(tmp_path) == []


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "-a", "a" * 41, "a b"])
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid):
        hosting.begin(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_ports_are_given_once(tmp_path: Path) -> None:
    first = hosting.free_port(tmp_path)
    node.save(node.NodeConfig(hosting.begin(tmp_path, "one"), port=first))
    assert hosting.free_port(tmp_path) > first


@pytest.fixture
def friend(nodes: Nodes, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`tejido host …` of a friend, by what it prints."""
    machine = nodes.at("friend", database="")

    def call(*words: str | Path, status: int = 0) -> str:
        done = machine.call("host", *words, "--in", tmp_path / "hosted", status=status)
        return done.stdout + done.stderr

    yield call
    for folder in (tmp_path / "hosted").glob("*"):
        closing.close(folder)


def test_a_node_is_hosted_watched_over_and_handed_back(
    nodes: Nodes, friend: Callable[..., str], tmp_path: Path
) -> None:
    root, sheets = tmp_path / "hosted", tmp_path / "stick"
    new = (
        "--organisation",
        "Tenants",
        "--keeper",
        "ana",
        "--sheets",
        sheets,
        "--host",
        "Chicago",
        "--port",
        str(free_port()),
    )
    assert "hosted" in friend("add", "tenants", *new)
    folder = root / "tenants"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(sheets.iterdir())) == 6
    assert node.load(folder).hosted_by == "Chicago"
    assert "already" in friend("add", "tenants", *new, status=2)
    assert "not running" in friend("list")

    machine = nodes.made[-1]
    watch = machine.start("host", "run", "--in", str(root))
    until(lambda: serving(folder))
    fallen = next(one.pid for one in closing.running(folder) if one.what == "worker")
    os.kill(fallen, signal.SIGKILL)
    until(lambda: serving(folder) and fallen not in {one.pid for one in closing.running(folder)})
    closing.close(folder)
    until(lambda: not closing.running(folder))
    time.sleep(1.5)
    assert closing.running(folder) == []
    closing.reopen(folder)
    until(lambda: serving(folder))
    watch.popen.send_signal(signal.SIGTERM)
    assert watch.popen.wait(60) == 0
    assert closing.running(folder) == []

    phrase = tmp_path / "phrase"
    phrase.write_text("a long enough passphrase")
    assert "Say either" in friend("remove", "tenants", status=2)
    backup = tmp_path / "tenants.backup"
    assert "removed" in friend("remove", "tenants", "--backup", backup, "--passphrase-file", phrase)
    assert not folder.exists()
    assert "hosted" in friend("add", "again", "--from", backup, "--passphrase-file", phrase, "--host", "Lagos")
    assert node.load(root / "again").hosted_by == "Lagos"
    assert "again" in friend("list")


def test_what_was_not_made_leaves_nothing(friend: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "no.backup").write_text("nothing")
    friend("add", "bad", "--from", tmp_path / "no.backup", "--host", "Chicago", status=2)
    friend("add", "bad", "--host", "Chicago", status=2)
    friend("add", "bad", "--organisation", "X", "--host", "Chicago", status=2)
    assert not (tmp_path / "hosted" / "bad").exists()
    with pytest.raises(NotFound):
        hosting.remove(tmp_path / "hosted", "bad")


def test_a_process_that_does_not_end_keeps_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node.save(node.NodeConfig(hosting.begin(tmp_path, "one"), port=1))
    monkeypatch.setattr(closing, "close", lambda _folder: [closing.Running("serve", 1)])
    with pytest.raises(Conflict):
        hosting.remove(tmp_path, "one")
    assert (tmp_path / "one" / node.CONFIG).exists()
