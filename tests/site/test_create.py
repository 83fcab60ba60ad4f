"""`tejido node create`: what was cut short is made whole by running it again; what is whole is left alone."""

from pathlib import Path

import pytest

from tejido.site import node as config
from tests.harness.nodes import Nodes

MAKE = ("node", "create", "Chicago", "--port", "8123")


@pytest.mark.sqlite
def test_a_node_whose_making_was_cut_short_is_made_by_running_it_again(nodes: Nodes, tmp_path: Path) -> None:
    chicago, sheets = nodes.at("chicago"), tmp_path / "sheets"
    config.save(config.NodeConfig(chicago.folder, name="Chi", port=1))  # killed before there was a database
    begun = config.load(chicago.folder)
    sheets.write_text("a file stands where the sheets should go")
    assert "cannot be written" in chicago.call(*MAKE, "--sheets", sheets, status=2).stderr
    assert "no organisation" in chicago.call("node", "show", status=2).stderr
    sheets.unlink()
    chicago.call(*MAKE, "--sheets", sheets)
    assert len(list(sheets.iterdir())) == 6
    made = config.load(chicago.folder)
    assert (made.name, made.port, made.secret) == ("Chicago", 8123, begun.secret)
    assert chicago.call("check", status=None).returncode == 0

    org = chicago.call("node", "show").stdout
    assert "password" in chicago.call(*MAKE, "--keeper", "ana").stdout  # killed before there was an account
    assert "There is a node" in chicago.call(*MAKE, "--keeper", "bo", status=2).stderr
    assert chicago.call("node", "show").stdout == org


@pytest.mark.sqlite
def test_a_node_that_was_begun_keeps_its_database(nodes: Nodes) -> None:
    chicago = nodes.at("chicago")
    config.save(config.NodeConfig(chicago.folder))
    assert "another database" in chicago.call(*MAKE, "--database", "postgresql:///other", status=2).stderr
