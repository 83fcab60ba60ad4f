"""The short form of `tests.replication.five`: ten minutes of it go by hand."""

import pytest

from tests.harness.nodes import Nodes
from tests.replication.five import Story, fault

SECONDS, SEED = 15, 20261122


@pytest.mark.slow
def test_five_nodes_are_equal_in_the_end(nodes: Nodes) -> None:
    story = Story(nodes, SECONDS, SEED)
    assert fault(story.run()) == ""
    assert story.done["wrote"] + story.done["called"] > 0
