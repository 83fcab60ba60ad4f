"""Nodes as processes: the real command on a real folder."""

from collections.abc import Callable

import pytest

from tests.harness.nodes import CommandFailed, Nodes


def test_a_node_is_created_and_says_who_it_is(nodes: Nodes) -> None:
    node = nodes.create("Chicago")
    assert (node.folder / "node.json").exists()
    shown = node.call("node", "show").stdout
    assert "organisation" in shown
    assert node.call("node", "show").stdout == shown


def test_two_nodes_are_apart(nodes: Nodes) -> None:
    first, second = nodes.create("Chicago"), nodes.create("Lagos")
    assert first.port != second.port
    assert first.call("node", "show").stdout != second.call("node", "show").stdout


def test_another_exit_status_than_expected_shows_the_output(nodes: Nodes) -> None:
    node = nodes.create("Chicago")
    with pytest.raises(CommandFailed, match="There is a node in"):
        node.call("node", "create", "Chicago")
    assert "There is a node in" in node.call("node", "create", "Chicago", status=2).stderr


@pytest.mark.postgres
def test_a_node_on_postgres(nodes: Nodes, postgres_database: Callable[[], str]) -> None:
    node = nodes.create("Gaziantep", database=postgres_database())
    assert "organisation" in node.call("node", "show").stdout
    assert not (node.folder / "db.sqlite3").exists()
