"""All carriers carry the same bytes and end in the same state: one node's words come to three others, by folder, by bundle
and over HTTP; then to each by the other two, too."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import run
from tests.harness.nodes import NodeProc, Nodes
from tests.replication import online, say
from tests.replication.test_nodes import exchange, hashes

MIB = 3  # a recording of several chunks


@pytest.mark.slow
def test_folder_bundle_and_https_end_in_the_same_state(nodes: Nodes, tmp_path: Path) -> None:
    folder, mail = tmp_path / "stick", tmp_path / "mail"
    folder.mkdir()
    mail.mkdir()
    one, two, three, four = online.network_of(nodes, ["one", "two", "three", "four"])
    say.say(one, 40, MIB)
    hidden = say.hide(one)
    exchange(one, folder)
    one.serve()
    one.call("bundle", "make", mail, "--to", online.org_of(three), "--split", "1")
    parts = sorted(mail.glob("*.bundle"))
    address = online.befriend(four, online.org_of(one), one.port)

    def by_folder(node: NodeProc) -> None:
        exchange(node, folder)

    def by_bundle(node: NodeProc) -> None:
        node.call("bundle", "read", *parts)

    def by_https(node: NodeProc) -> None:
        online.exchange(node, address)

    by_folder(two)
    by_bundle(three)
    by_https(four)
    said = say.held(one, hashes(two))
    assert said["blobs"]
    assert said["redacted"] == 1
    nodes_ = [two, three, four]
    assert [say.held(node, hashes(two)) for node in nodes_] == [said] * 3
    assert hashes(two) == hashes(three) == hashes(four)
    assert hashes(two).items() < hashes(one).items()  # the space of its own network stays at home
    befriended = online.org_of(one)
    online.befriend(three, befriended, one.port)
    online.befriend(two, befriended, one.port)
    for node, carriers in ((two, (by_https, by_folder)), (three, (by_https, by_bundle)), (four, (by_folder, by_https))):
        for carrier in carriers:
            carrier(node)
        assert say.held(node, hashes(two)) == said
    assert two.call("bundle", "read", *parts, status=2).stderr.count("other devices") == 1  # carried, not read
    stream = tmp_path / "stream"
    three.call("bundle", "open", *parts, "--out", stream)
    for node in nodes_:
        assert not _found(node.folder, hidden)
    assert not _found(folder, hidden[-1:])  # sealed, under names that say nothing
    assert not _found(stream, hidden)
    assert _found(one.folder, hidden)
    _verified(stream)


def _found(place: Path, hidden: list[str]) -> list[str]:
    """Which of these ids and words lie anywhere in files or their names, as bytes or as text."""
    wanted = [*map(bytes.fromhex, hidden), *(one.encode() for one in hidden)]
    files = [place] if place.is_file() else [one for one in place.rglob("*") if one.is_file()]
    data = [str(one).encode() + one.read_bytes() for one in files]
    return [one.hex() for one in wanted if any(one in part for part in data)]


def _verified(stream: Path) -> None:
    verifier = run.ROOT / "docs" / "verify_bundle.py"
    done = subprocess.run([sys.executable, verifier, stream], capture_output=True, text=True, check=False)
    assert (done.returncode, "everything is as it was signed" in done.stdout) == (0, True), done.stdout
