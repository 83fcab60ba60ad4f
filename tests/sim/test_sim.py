"""A short run of the simulator, and that a seed which fails can be repeated by the one command that it prints."""

import subprocess
import sys
from unittest.mock import patch

import pytest

from tests.harness import run as harness
from tests.sim import __main__ as command
from tests.sim import run
from tests.sim.auditor import Wrong
from tests.sim.play import Play
from tests.sim.remember import remembered

SEEDS = 200
REAL = 111


@pytest.mark.parametrize("first", [0, 100_000])
def test_seeds(first: int) -> None:
    failures = run.chunk(first, first + SEEDS // 2)
    assert not failures, failures[0]


def test_a_seed_plays_the_same_again() -> None:
    with remembered():
        stories = []
        for _ in range(2):
            play = Play(7)
            play.run()
            stories.append((play.story, sorted(play.ledger.events)))
    assert stories[0] == stories[1]


def test_a_failing_seed_says_what_was_wrong_and_how_to_see_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    with patch.object(Play, "_heal", side_effect=Wrong("planted")):
        assert command.main(["--seed", "7"]) == 1
    said = capsys.readouterr().out
    assert "seed 7: Wrong: planted" in said
    assert "python -m tests.sim --seed 7" in said
    assert "say: " in said
    assert "1 seeds, 1 failed" in said


@pytest.mark.slow
def test_the_command_runs() -> None:
    done = subprocess.run(
        [sys.executable, *run.repeat(7).split()[1:]], cwd=harness.ROOT, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": "src:."},
    )  # fmt: skip
    assert "1 seeds, 0 failed" in done.stdout


def on_real_stores(*arguments: str) -> str:
    """What the command says."""
    command = [sys.executable, "-m", "tests.sim", "--real", *arguments]
    done = subprocess.run(
        command, cwd=harness.ROOT, capture_output=True, text=True, env={"PYTHONPATH": "src:."}, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_seeds_on_real_stores() -> None:
    """Chosen: a copied disk forks a log in the one, members are removed and admitted again, devices revoked in the other."""
    said = on_real_stores("--first", str(REAL), "--seeds", "2")
    assert "2 seeds on real stores, 0 failed" in said, said
    assert "forks" in said
    assert "lists without somebody" in said


PLANTED = {
    "serves-removed": ("remove,admit,midway", "which is not in that space"),
    "purge-keeps-epoch": ("leave", "signs twice at one place"),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_of_a_real_node_is_noticed(fault: str) -> None:
    """The others of `tests/sim/real/planted.py` by hand: a seed takes some seconds."""
    only, what = PLANTED[fault]
    assert what in on_real_stores("--seed", "0", "--plant", fault, "--only", only)
