"""A skip is a failure where everything is required; seen from outside, in a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import postgres, run

SKIPPING = """
import pytest

def test_needs_something():
    pytest.skip("no such thing here")

def test_fine():
    assert True

@pytest.mark.xfail(raises=ZeroDivisionError)
def test_known():
    1 / 0
"""
SKIPPED_MODULE = "import pytest\npytest.skip('not on this machine', allow_module_level=True)\n"

BOTH = """
import pytest

def test_adds_up():
    assert True

@pytest.mark.django_db
def test_asks_the_database():
    assert True

@pytest.fixture
def full(db):
    return True

def test_asks_through_a_fixture(full):
    assert full

def test_starts_nodes(nodes):
    assert nodes
"""


def _pytest(folder: Path, require: str = "", *args: str, database: str = "") -> "subprocess.CompletedProcess[str]":
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_") and k != run.FOLDER_VARIABLE}
    environment = {**kept, "TEJIDO_REQUIRE": require, postgres.URL_VARIABLE: database}
    command = [sys.executable, "-m", "pytest", "-c", str(run.ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", *args, str(folder)],
        capture_output=True,
        text=True,
        cwd=run.ROOT,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize(("require", "status", "counted"), [("", 0, "1 skipped"), ("all", 1, "1 failed")])
def test_a_skipped_test(tmp_path: Path, require: str, status: int, counted: str) -> None:
    (tmp_path / "test_one.py").write_text(SKIPPING)
    done = _pytest(tmp_path, require)
    assert done.returncode == status, done.stdout + done.stderr
    assert counted in done.stdout.splitlines()[-1]
    assert "1 xfailed" in done.stdout.splitlines()[-1]
    assert "no such thing here" in done.stdout


@pytest.mark.parametrize(("require", "counted"), [("", "1 skipped"), ("all", "1 error")])
def test_a_skipped_module(tmp_path: Path, require: str, counted: str) -> None:
    (tmp_path / "test_two.py").write_text(SKIPPED_MODULE)
    done = _pytest(tmp_path, require)
    assert counted in done.stdout, done.stdout + done.stderr
    assert "not on this machine" in done.stdout


@pytest.mark.parametrize(("database", "left"), [("", 4), ("postgresql:///nothing-is-asked-of-it", 3)])
def test_the_postgresql_pass_leaves_out_what_asks_no_database(tmp_path: Path, database: str, left: int) -> None:
    (tmp_path / "test_three.py").write_text(BOTH)
    done = _pytest(tmp_path, "", "--collect-only", "-q", database=database)
    names = [line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line]
    assert len(names) == left, done.stdout + done.stderr
    assert ("test_adds_up" in names) == (left == 4)
