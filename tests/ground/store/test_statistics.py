"""What PostgreSQL's planner keeps of a node's columns."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import psycopg
import pytest

from tests.harness import postgres
from tests.harness.nodes import Nodes

KEPT = "SELECT tablename, attname FROM pg_stats WHERE schemaname = current_schema()"
SAID = f"{KEPT} AND concat(most_common_vals::text, histogram_bounds::text, most_common_elems::text) ILIKE '%%' || %s || '%%'"


@pytest.mark.postgres
def test_the_planner_samples_no_words(nodes: Nodes, tmp_path: Path, postgres_database: object) -> None:
    node = nodes.create(
        "sampled", "--sheets", str(tmp_path / "s"), database=cast("Callable[[], str]", postgres_database)()
    )
    for number in range(3):
        node.call("network", "open", f"Heliotrope {number}")
    node.call("rebuild")
    with psycopg.connect(node.env[postgres.URL_VARIABLE], autocommit=True) as there:
        there.execute("ANALYZE")
        assert there.execute("SELECT count(*) FROM network_networkrow WHERE name LIKE 'Heliotrope%'").fetchone() == (3,)
        assert len(there.execute(KEPT).fetchall()) > 20
        assert there.execute(SAID, ["heliotrope"]).fetchall() == []
