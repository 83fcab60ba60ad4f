"""Backups and restores as people do them, with the command, on real nodes that exchange."""

import json
import shutil
from pathlib import Path

import pytest

from tests.ground.keeping.act import CANARY
from tests.ground.keeping.nodes import Pair, act, faults, held, pair
from tests.harness import postgres
from tests.harness.nodes import NodeProc, Nodes

pytestmark = pytest.mark.slow
ERASED = 2


@pytest.fixture
def two(nodes: Nodes, tmp_path: Path) -> Pair:
    (tmp_path / "words").write_text("a passphrase of several words\n")
    return pair(nodes, tmp_path)


def restored(nodes: Nodes, backup: Path, words: Path, name: str = "restored") -> NodeProc:
    """Restore onto a machine of its own, with a database of its own."""
    new = nodes.at(name)
    url = new.env.get(postgres.URL_VARIABLE, "")
    new.call("restore", backup, "--to", new.folder, "--passphrase-file", words, *(["--database", url] if url else []))
    return new


def bytes_hold(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_a_restored_node_goes_on_in_a_new_epoch_and_erases_again(two: Pair, nodes: Nodes, tmp_path: Path) -> None:
    kept, gone = act(two.chicago, "say", "kept"), act(two.chicago, "say", CANARY)
    two.exchange()
    act(two.chicago, "token", "amina")
    two.chicago.call("backup", tmp_path / "b", "--passphrase-file", tmp_path / "words")
    later = act(two.chicago, "say", "after the backup")
    act(two.chicago, "erase", gone)
    two.exchange()
    before = held(two.chicago)
    assert (before["events"][gone], held(two.lagos)["events"][gone]) == (ERASED, ERASED)

    new = restored(nodes, tmp_path / "b", tmp_path / "words")
    now = held(new)
    assert now["events"][gone] == 1  # the backup is older than the erasure
    assert later not in now["events"]
    assert (len(two.chicago.json("token", "list")), new.json("token", "list")) == (1, [])
    assert now["epoch"] != before["epoch"]
    assert now["why"].startswith("restored from a backup of 20")
    first = act(new, "say", "the first word after the restore")
    for node in (new, two.lagos, new):
        node.call("exchange", "folder", two.carrier)
    after = held(new)
    assert after["events"][gone] == ERASED
    assert set(before["events"]) <= set(after["events"])  # its own later events came back from the others
    assert after["network"] == held(two.lagos)["network"]
    assert first in held(two.lagos)["events"]
    assert kept in after["events"]
    assert [faults(node) for node in (new, two.lagos)] == [[], []]
    if not postgres.given():
        assert bytes_hold(new.folder, CANARY) == []


def test_the_old_machine_that_turns_up_again_makes_no_fork(two: Pair, nodes: Nodes, tmp_path: Path) -> None:
    two.chicago.call("backup", tmp_path / "b", "--passphrase-file", tmp_path / "words")
    new = restored(nodes, tmp_path / "b", tmp_path / "words")
    for node in (two.chicago, new, two.chicago, new):
        act(node, "say", f"from {node.name}")
    two.exchange(two.chicago, new, two.lagos, two.chicago, new)
    assert held(two.chicago)["network"] == held(new)["network"] == held(two.lagos)["network"]
    assert [faults(node) for node in (two.chicago, new, two.lagos)] == [[], [], []]


@pytest.mark.sqlite
def test_a_copied_folder_begins_an_epoch_of_its_own(two: Pair, nodes: Nodes) -> None:
    copy = nodes.at("copy")
    shutil.copytree(two.chicago.folder, copy.folder)
    assert any(one["check"] == "epoch" and one["level"] == "warning" for one in copy.json("check", status=None))
    for node in (copy, two.chicago, copy):
        act(node, "say", f"from {node.name}")
    two.exchange(two.chicago, copy, two.lagos)
    assert held(copy)["epoch"] != held(two.chicago)["epoch"]
    assert faults(two.lagos) == []


def test_bad_input_changes_nothing(nodes: Nodes, tmp_path: Path) -> None:
    words, chicago = tmp_path / "words", nodes.create("chicago")
    words.write_text("a passphrase of several words\n")
    chicago.call("backup", tmp_path / "b", "--passphrase-file", words)
    (tmp_path / "wrong").write_text("another passphrase")
    (tmp_path / "half").write_bytes((tmp_path / "b").read_bytes()[:-5000])
    new = tmp_path / "new"
    before = sorted(path.name for path in tmp_path.iterdir())
    bad: list[tuple[list[str | Path], str]] = [
        (["restore", tmp_path / "b", "--to", chicago.folder, "--passphrase-file", words], "not empty"),
        (["restore", tmp_path / "b", "--to", new, "--passphrase-file", tmp_path / "wrong"], "does not open"),
        (["restore", tmp_path / "b", "--to", new], "passphrase"),
        (["restore", tmp_path / "half", "--to", new, "--passphrase-file", words], "not a whole backup"),
        (["restore", words, "--to", new, "--passphrase-file", words], "not a backup"),
        (["restore", tmp_path / "absent", "--to", new, "--passphrase-file", words], "no file"),
        (["backup", tmp_path / "b", "--passphrase-file", words], "exists already"),
        (["backup", tmp_path / "c", "--plain", "--passphrase-file", words], "Choose one"),
        (["backup", tmp_path / "c"], "--passphrase-file"),
        (["backup"], "Say where"),
        (["backup", "--forget", tmp_path / "absent"], "No backup"),
    ]
    for args, message in bad:
        assert message in chicago.call(*args, status=2).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert faults(chicago) == []


@pytest.mark.postgres
def test_postgresql_is_only_restored_into_an_empty_database(
    nodes: Nodes, tmp_path: Path, postgres_database: object
) -> None:
    assert callable(postgres_database)
    node = nodes.create("grown", "--sheets", str(tmp_path / "s"), database=postgres_database())
    node.call("backup", tmp_path / "b", "--plain")
    new = nodes.at("new", database=postgres_database())
    url = new.env[postgres.URL_VARIABLE]
    refused = new.call("restore", tmp_path / "b", "--to", new.folder, status=2)  # into the one that the backup names
    assert "not empty" in refused.stderr
    assert not new.folder.exists()
    new.call("restore", tmp_path / "b", "--to", new.folder, "--database", url)
    assert json.loads((new.folder / "node.json").read_text())["database"] == url
    assert faults(new) == []
    sqlite = nodes.at("sqlite", database="")
    args: list[str | Path] = ["restore", tmp_path / "b", "--to", tmp_path / "x", "--database", "sqlite"]
    assert "only be restored on postgresql" in sqlite.call(*args, status=2).stderr


def test_several_nodes_are_checked_by_one_command(two: Pair, tmp_path: Path) -> None:
    done = two.chicago.call("check", "--data", tmp_path)
    assert {line.split()[1] for line in done.stdout.splitlines()} == {"chicago", "lagos"}
    assert "no node" in two.chicago.call("check", "--data", tmp_path / "carrier", status=2).stderr
    chunk = tmp_path / "lagos" / "keys" / "device.key"
    chunk.unlink()
    failed = two.chicago.call("check", "--data", tmp_path, status=1).stdout
    assert [line.split()[:3] for line in failed.splitlines() if line.startswith("fault")] == [
        ["fault", "lagos", "keys"]
    ]
