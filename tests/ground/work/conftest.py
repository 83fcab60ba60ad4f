"""A database of its own for tests with worker processes: a file, or a fresh PostgreSQL database."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

Environment = dict[str, str]
Ask = Callable[[str], str]


def _fresh_database(url: str) -> tuple[str, Callable[[], None]]:
    import psycopg

    name = f"work_{secrets.token_hex(6)}"
    server = url.replace("postgres://", "postgresql://", 1)

    def run(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement.encode())

    run(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl(), lambda: run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    """For processes: a migrated node and an empty folder of jobs."""
    (tmp_path / "jobs").mkdir()
    paths = {"TEJIDO_NODE": str(tmp_path / "node"), "JOBS": str(tmp_path / "jobs")}
    (tmp_path / "node").mkdir()
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DJANGO_SETTINGS_MODULE": "tejido.site.settings",
        **paths,
    }
    drop: Callable[[], None] = lambda: None  # noqa: E731
    if url := env.get("TEJIDO_TEST_DATABASE"):
        env["TEJIDO_TEST_DATABASE"], drop = _fresh_database(url)
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity=0"], env=env, check=True)
    yield env
    drop()


@pytest.fixture
def ask(environment: Environment) -> Ask:
    """Evaluates an expression in a process on that node; `work`, `jobs`, `Claim` and `Rows` are at hand."""

    def evaluate(expression: str) -> str:
        script = (
            "import django; django.setup()\n"
            "from tejido.ground import work\nfrom tejido.ground.work.models import Claim\n"
            "from django_tasks_db.models import DBTaskResult as Rows\nfrom tests.ground.work import jobs\n"
            f"print({expression})"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout.strip()

    return evaluate
