"""Losses as people live through them, with real nodes: a laptop, all devices, a seizure."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from tests.ground.keeping.nodes import Pair, faults, pair
from tests.harness import postgres
from tests.harness.nodes import NodeProc, Nodes
from tests.replication.test_nodes import hashes

pytestmark = pytest.mark.slow


@pytest.fixture
def two(nodes: Nodes, tmp_path: Path) -> Pair:
    return pair(nodes, tmp_path)


def device_of(node: NodeProc, state: str = "this node") -> str:
    """The first device that the list shows in this state."""
    lines = node.call("device", "list").stdout.splitlines()
    return next(a.split()[1] for a, b in pairwise(lines) if a.startswith("device") and state in b)


def sheet(two: Pair, name: str, *files: str) -> list[Path]:
    return [two.carrier.parent / f"sheets-{name}" / f"{file}.txt" for file in files]


def returned(two: Pair, nodes: Nodes, helper: NodeProc, who: str, name: str, *how: str | Path) -> NodeProc:
    """A new node in place of a lost one, by the paper that `helper` writes."""
    way, made = two.carrier.parent / f"way-{name}", nodes.at(name)
    helper.call("device", "paper", who, way)
    url = made.env.get(postgres.URL_VARIABLE, "")
    made.call(*how[:2], "--from", way, "--name", name, *(["--database", url] if url else []), *how[2:])
    return made


def comes_to_know(two: Pair, node: NodeProc, other: NodeProc) -> None:
    """The other hears of the node's new device, and its worker gives it keys."""
    two.exchange(node, other)
    other.call("worker", "--once")
    two.exchange(other, node)


def test_all_devices_lost_recovery_sheets_bring_the_organisation_back_and_the_seized_node_gets_nothing_new(
    two: Pair, nodes: Nodes
) -> None:
    """The organisation that owns the network loses everything; then the lost node turns up in other hands."""
    seized, lagos = two.chicago, two.lagos
    two.exchange()
    lost, words = device_of(seized), seized.call("node", "show").stdout.splitlines()[1].strip()
    new_sheets = two.carrier.parent / "sheets-new"
    recovery = sheet(two, "chicago", "recovery-1", "recovery-3")
    back = returned(two, nodes, lagos, words, "back", "key", "recover", "--sheets", new_sheets, *recovery)
    comes_to_know(two, back, lagos)
    assert hashes(back) == hashes(lagos) != {}
    too_old = back.call("key", "revoke", lost[:12], *sheet(two, "chicago", "admin-1", "admin-2"), status=2)
    assert "Older sheets" in too_old.stderr
    back.call("key", "revoke", lost[:12], new_sheets / "admin-1.txt", new_sheets / "admin-2.txt")
    back.call("worker", "--once")
    back.call("network", "profile", "Back again")
    two.exchange(back, lagos)
    seized.call("network", "profile", "The thief")
    two.exchange(seized, lagos, back)
    assert hashes(back) == hashes(lagos)
    assert "Back again" not in seized.call("network", "list").stdout
    pending = next(one for one in faults_and_warnings(seized) if one["check"] == "pending")
    assert pending
    assert faults(back) == []


def faults_and_warnings(node: NodeProc) -> list[dict[str, str]]:
    import json

    found: list[dict[str, str]] = json.loads(node.call("check", "--json", status=None).stdout)
    return found


def test_a_lost_laptop(two: Pair, nodes: Nodes) -> None:
    """Lagos takes a second device, loses the first, and ends it."""
    lagos, chicago = two.lagos, two.chicago
    two.exchange()
    admin = sheet(two, "lagos", "admin-1", "admin-3")
    second = returned(two, nodes, lagos, "own", "second", "device", "add", *admin)
    comes_to_know(two, second, chicago)
    assert hashes(second) == hashes(chicago) != {}
    first = device_of(lagos)
    shutil.rmtree(lagos.folder)
    second.call("key", "revoke", first, *admin)
    comes_to_know(two, second, chicago)
    assert "revoked" in second.call("device", "list").stdout
    assert hashes(second) == hashes(chicago)
    assert faults(chicago) == []
