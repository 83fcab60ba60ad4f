"""Every committed input, without the fuzzer: good ones are read, and what once was a finding is none any more."""

import base64
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, seeds
from tests.harness import run

REPLAY = """
import sys
from tests.fuzz.targets import TARGETS, seeds
one_input = TARGETS[sys.argv[1]].start()
for path in seeds(sys.argv[1]):
    print(path.name, flush=True)
    one_input(path.read_bytes())
"""


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_seed_is_survived(name: str) -> None:
    assert len(seeds(name)) >= 3
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, name],
        cwd=run.ROOT,
        env={**os.environ, "PYTHONPATH": f"{run.ROOT / 'src'}{os.pathsep}{run.ROOT}", "TEJIDO_TEST_DATABASE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def drive(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The driver, as the Makefile calls it."""
    environment = {**os.environ, "PYTHONPATH": f"{run.ROOT / 'src'}{os.pathsep}{run.ROOT}"}
    command = [sys.executable, "-m", "tests.fuzz", *arguments]
    return subprocess.run(command, cwd=run.ROOT, env=environment, capture_output=True, text=True, check=False)


def test_an_unknown_target_is_refused() -> None:
    assert drive("--seconds", "2", "rumour").returncode == 2


@pytest.mark.parametrize(("fault", "told"), [("crash", "planted"), ("hang", "timeout"), ("memory", "out-of-memory")])
def test_what_breaks_is_told(fault: str, told: str, tmp_path: Path) -> None:
    """A reader with a planted fault: the exit status is 1, the input is kept and printed."""
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris has no wheel for this Python or machine")
    done = drive("--seconds", "5", "--keep", str(tmp_path), f"planted-{fault}")
    assert done.returncode == 1, done.stdout
    assert told in done.stdout
    (kept,) = tmp_path.iterdir()
    assert base64.b64encode(kept.read_bytes()).decode() in done.stdout
