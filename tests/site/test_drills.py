"""Rehearsals are run whole: what people are told to type on a bad day works."""

import subprocess
from pathlib import Path

import pytest

from tejido.site.drills import DRILLS, Failed, Rehearsal
from tests.harness import nodes, run, zygote

TOLD = Path("docs/how-to/rehearse-bad-days.md")


def tejido(*words: str) -> "subprocess.CompletedProcess[str]":
    """The command, as on a terminal."""
    return zygote.call("tejido", list(words), nodes.environment(""))


def test_every_drill_is_listed_and_told_of() -> None:
    listed, told = tejido("drill").stdout, (run.ROOT / TOLD).read_text()
    for name in DRILLS:
        assert name in listed
        assert f"| `{name}` |" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["cloned-disk", "lying-node", "left-and-returned"]
)  # the others' days: tests/ground/devices
def test_a_drill_ends_well(name: str, tmp_path: Path) -> None:
    done = tejido("drill", name, "--keep", str(tmp_path / "kept"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "It ended well" in done.stdout
    assert (tmp_path / "kept" / "chicago" / "node.json").exists()
    assert "exists already" in tejido("drill", name, "--keep", str(tmp_path / "kept")).stderr


def test_what_does_not_hold_is_a_failure(tmp_path: Path) -> None:
    told: list[str] = []
    day = Rehearsal(tmp_path, told.append)
    with pytest.raises(Failed, match="status 2"):
        day.run("nowhere", "node", "show")
    day.run("nowhere", "node", "show", fails=True)
    with pytest.raises(Failed, match="no words"):
        day.expect(what=False, otherwise="no words")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "file").write_text("some words")
    day.holds("here", "some words")
    day.holds("here", "other words", not_=True)
    with pytest.raises(Failed, match="can be read on here"):
        day.holds("here", "some words", not_=True)
    with pytest.raises(Failed, match="cannot be read on here"):
        day.holds("here", "other words")
    assert any("no node" in line for line in told)


def test_an_unknown_drill_is_refused() -> None:
    done = tejido("drill", "picnic")
    assert (done.returncode, "lists them" in done.stderr) == (2, True)
