"""Nodes as people run them, over HTTP on loopback."""

import pytest

from tests.harness.nodes import Nodes
from tests.replication import online


@pytest.mark.slow
def test_two_nodes_exchange_and_agree(nodes: Nodes) -> None:
    one, two = online.network_of(nodes, ["one", "two"])
    one.call("network", "profile", "one here")
    one.serve()
    address = online.befriend(two, online.org_of(one), one.port)
    print(online.exchange(two, address))
    two.call("network", "profile", "two here")
    print(online.exchange(two, address))
    assert online.hashes(one) == online.hashes(two)
    assert len(online.hashes(one)) == 2
