"""docs/protocol.md is enough: what was written from it alone joins a network of a node as people run it, reads and is read."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.harness.nodes import Nodes
from tests.replication.second import Second
from tests.story.federation import configure
from tests.support.authors import age_of


@pytest.mark.slow
def test_a_second_implementation_joins_reads_and_is_read(nodes: Nodes, tmp_path: Path) -> None:
    node, paper, asked = nodes.create("one"), tmp_path / "invitation", tmp_path / "request"
    node.call("network", "open", "Net")
    node.call("invite", paper)
    two = Second(str(age_of("second").to_public()))
    asked.write_bytes(two.request(paper.read_bytes()))
    node.call("admit", asked)
    configure(node, exchange_lan=True, processes=1)
    node.serve()
    two.meet(node.port)
    with closing(two.line):
        heads = two.heads()
        assert heads.keys() == two.spaces.keys()
        for one in heads.values():
            two.fetch(one)
        _, public = two.spaces
        said = [one["body"] for one in two.held.events.values() if one.get("kind") == "space.members"]
        assert two.org in said[-1]["members"]
        assert {one["space"] for one in two.held.events.values()} >= two.spaces.keys()
        log = two.give(public, "note.said", {"text": "from the text alone"})
        assert log in [one["log"] for one in two.heads()[public]["logs"]]
