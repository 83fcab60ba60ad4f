"""`tejido key …` as people run it: learn the sheets, hand out a sealed original, open it where no node is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.speech.sounds import tone, write
from tests.harness.nodes import NodeProc, Nodes


@pytest.fixture
def node(nodes: Nodes, tmp_path: Path) -> NodeProc:
    """A node whose six sheets lie in `sheets`."""
    return nodes.create("chicago", "--sheets", str(tmp_path / "sheets"))


def report(node: NodeProc, sound: Path) -> str:
    """A recorded report whose speaker left the original to the archive; its key."""
    node.call("network", "open", "Open ears")
    circle = node.call("circle", "open", "Shore").stdout.strip()
    chain = node.call("chain", "open", "What lies there?", "--circle", circle, "--title", "Sand").stdout.strip()
    asked = ("--chain", chain, "--circle", circle, "--lang", "en", "--consent", "archive")
    return node.call("report", "add", sound, *asked).stdout.strip()


def test_an_original_is_handed_out_closed_and_opened_on_a_machine_without_a_node(
    node: NodeProc, tmp_path: Path
) -> None:
    sound = write(tmp_path / "sound.wav", tone(1), {"title": "PLANTED"})
    key = report(node, sound)
    closed, opened = tmp_path / "closed.age", tmp_path / "opened.wav"
    node.call("key", "take-original", key, closed)
    sheet = tmp_path / "sheets" / "recovery-2.txt"
    elsewhere = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "tejido", "key", "open-original", str(closed), str(opened), "--sheet", str(sheet)]
    subprocess.run(command, check=True, env=elsewhere, cwd=tmp_path, capture_output=True)
    assert opened.read_bytes() == sound.read_bytes()
    typed = sheet.read_text().split("key   ")[1].split()[0]
    node.call("key", "open-original", key, tmp_path / "again.wav", stdin=typed + "\n")
    assert (tmp_path / "again.wav").read_bytes() == sound.read_bytes()
    refused = node.call("key", "open-original", key, opened, "--sheet", sheet, status=2)
    assert "exists already" in refused.stderr
    other = tmp_path / "sheets" / "admin-1.txt"
    assert (
        "no recovery sheet" in node.call("key", "open-original", key, tmp_path / "x", "--sheet", other, status=2).stderr
    )


def test_a_node_that_does_not_know_the_sheets_learns_them(node: NodeProc, tmp_path: Path) -> None:
    assert node.call("key", "recipients", tmp_path / "sheets" / "recovery-1.txt").stdout.split()[1:] == [
        "3",
        "(0",
        "new)",
    ]
    assert node.call("key", "recipients", tmp_path / "sheets" / "admin-1.txt", status=2).stderr
    assert node.call("key", "recipients", status=2, stdin="ab" * 32 + "\n").stderr
