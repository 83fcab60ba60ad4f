"""The throw-away server."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.harness import postgres, run

pytestmark = pytest.mark.postgres


def test_databases_are_fresh_and_apart(postgres_database: Callable[[], str]) -> None:
    first, second = postgres_database(), postgres_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE only_here (n int)")
    with psycopg.connect(second) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert first != second
    assert tables == []


def test_a_command_runs_beside_a_server_that_ends_with_it(postgres_server: str) -> None:
    connect = "c = psycopg.connect(os.environ['TEJIDO_TEST_DATABASE'])"
    code = f"import os, psycopg; {connect}; print(c.info.backend_pid, c.info.host)"
    done = subprocess.run(
        [sys.executable, "-m", "tests.harness.postgres", "--", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=run.ROOT,
        env={k: v for k, v in os.environ.items() if k != postgres.URL_VARIABLE},
    )
    backend, folder = done.stdout.split()
    assert not psutil.pid_exists(int(backend))
    assert not Path(folder).exists()


def test_its_exit_status_is_the_commands() -> None:
    assert postgres.main(["--", sys.executable, "-c", "raise SystemExit(3)"]) == 3
