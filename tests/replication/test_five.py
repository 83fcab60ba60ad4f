"""The short form of `tests.replication.five`: ten minutes of it go by hand."""

import pytest

from tests.harness import clocks
from tests.harness.nodes import Nodes
from tests.replication.five import Story, fault

SECONDS, SEED = 120, 20261122


@pytest.mark.slow
def test_five_nodes_are_equal_in_the_end(nodes: Nodes) -> None:
    clocks.required()
    story = Story(nodes, SECONDS, SEED)
    assert fault(story.run()) == ""
    assert story.untold() == ""
    assert min(story.done[what] for what in ("wrote", "called", "moved")) > 0
