"""Nodes as people run them, over HTTP on loopback."""

import re
from pathlib import Path

import pytest

from tests.harness.nodes import NodeProc, Nodes
from tests.replication import online, say

EVENTS, MIB, CUTS = 800, 4, 4
A_CUT = 1 << 18  # a part of a chunk, and what was compressed with it or on its way when the line broke
SHORT = 250_000  # bytes after which a line breaks that never holds for long


@pytest.mark.slow
def test_a_line_that_never_holds_for_a_megabyte_brings_everything(nodes: Nodes) -> None:
    one, two = online.network_of(nodes, ["one", "two"])
    org = online.org_of(one)
    one.serve()
    for at, name in ((one, "from the server"), (two, "from the caller")):
        say.say(at, 300, 2)
        proxy = online.CuttingProxy(one.port, iter(lambda: SHORT, 0))
        address = online.befriend(two, org, proxy.port)
        while "taken in" not in online.exchange(two, address, status=None):
            assert proxy.made < 40, name
        assert proxy.made > (2 << 20) // SHORT
        assert max(proxy.to_caller, proxy.to_server) < 1.5 * ((2 << 20) + 300 * 1000)
        assert say.look(one) == say.look(two)
        assert say.look(two)["lacking"] == []
        two.call("partner", "remove", address)
        proxy.close()


def given(said: str) -> tuple[int, int]:
    """Bytes on the line, here and there, as the command says."""
    found = re.search(r"(\d+) bytes here, (\d+) bytes there", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


@pytest.mark.slow
def test_three_nodes_agree_over_a_line_that_breaks(nodes: Nodes, tmp_path: Path) -> None:
    one, two, three = online.network_of(nodes, ["one", "two", "three"])
    org = online.org_of(one)
    one.serve()
    say.say(one, EVENTS, MIB)
    first = _newcomer_over_a_broken_line(two, org, one)
    say.say(two, EVENTS, MIB)
    _gives_over_a_broken_line(two, org, one)
    _a_third_takes_all_at_once(three, org, one, first)
    assert say.look(one) == say.look(two) == say.look(three)
    assert len(say.look(one)["states"]) == 2
    assert say.look(one)["lacking"] == []
    _a_folder_brings_nothing_more(one, two, tmp_path)


def _newcomer_over_a_broken_line(two: NodeProc, org: str, one: NodeProc) -> int:
    """Takes everything in, each byte once but for what was under way when the line broke; bytes that came."""
    proxy = online.CuttingProxy(one.port, online.random_cuts(7, CUTS, 20_000, 3 << 20))
    address = online.befriend(two, org, proxy.port)
    said = _until_done(two, address)
    assert proxy.made > 1
    assert say.look(two)["events"] >= EVENTS
    assert say.look(two)["lacking"] == []
    assert proxy.to_caller < MIB * (1 << 20) + EVENTS * 1000 + CUTS * A_CUT
    two.call("partner", "remove", address)
    proxy.close()
    assert "waiting 0" in said
    return proxy.to_caller


def _gives_over_a_broken_line(two: NodeProc, org: str, one: NodeProc) -> None:
    proxy = online.CuttingProxy(one.port, online.random_cuts(11, CUTS, 20_000, 3 << 20))
    address = online.befriend(two, org, proxy.port)
    _until_done(two, address)
    assert proxy.to_server < MIB * (1 << 20) + EVENTS * 1000 + CUTS * A_CUT
    proxy.close()


def _until_done(node: NodeProc, address: str) -> str:
    """As a keeper presses the button again when the line was too bad."""
    for _ in range(CUTS):
        said = online.exchange(node, address, status=None)
        if "taken in" in said:
            return said
    raise AssertionError(said)


def _a_third_takes_all_at_once(three: NodeProc, org: str, one: NodeProc, first: int) -> None:
    said = online.exchange(three, online.befriend(three, org, one.port))
    came, _ = given(said)
    assert came > first / 2
    again, went = given(online.exchange(three, f"http://localhost:{one.port}"))
    assert again + went < 100_000  # nothing new: heads alone


def _a_folder_brings_nothing_more(one: NodeProc, two: NodeProc, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    one.call("exchange", "folder", stick)
    before = say.look(two)
    said = two.call("exchange", "folder", stick).stdout
    assert "taken in      0 events, 0 payloads, 0 recordings" in said
    assert say.look(two) == before
