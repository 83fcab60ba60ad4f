"""Three nodes as people run them, and one folder between them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.harness import run
from tests.harness.nodes import NodeProc, Nodes


def hashes(node: NodeProc) -> dict[str, str]:
    """State hash of each space that is shared."""
    code = (
        "import django, json; django.setup()\n"
        "from tejido.ground.store.hashing import state_hashes\n"
        "from tejido.ground.network.selectors import own_space\n"
        "own = own_space().hex()\n"
        "print(json.dumps({k: v for k, v in state_hashes().items() if k != own}))"
    )
    env = {**node.env, "TEJIDO_NODE": str(node.folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=run.ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def exchange(node: NodeProc, folder: Path, *, status: int = 0) -> str:
    return node.call("exchange", "folder", folder, status=status).stdout


def profile(node: NodeProc, name: str) -> None:
    node.call("network", "profile", name, "--place", "here")


def joined(nodes: Nodes, tmp_path: Path) -> list[NodeProc]:
    one, *others = [nodes.create(name) for name in ("one", "two", "three")]
    one.call("network", "open", "Net")
    one.call("invite", tmp_path / "invitation")
    for node in others:
        request = tmp_path / f"{node.name}-request"
        node.call("join", tmp_path / "invitation", "--request", request)
        one.call("admit", request)
    return [one, *others]


def pages_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/pages/*.page"))


@pytest.mark.slow
def test_three_nodes_agree_whatever_befalls_the_folder(nodes: Nodes, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    one, two, three = joined(nodes, tmp_path)
    exchange(one, folder)
    for node in (three, two):  # three learns of two only by the folder
        exchange(node, folder)
        profile(node, f"{node.name} there")
        exchange(node, folder)
    profile(one, "one here")
    for node in (one, two, three, one):
        exchange(node, folder)
    assert hashes(one) == hashes(two) == hashes(three)
    assert len(hashes(one)) == 2
    _again_nothing(one, folder)
    _damaged_and_repaired(one, two, folder, tmp_path)
    _wiped(one, two, three, folder)


def _again_nothing(one: NodeProc, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    exchange(one, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def _damaged_and_repaired(one: NodeProc, two: NodeProc, folder: Path, tmp_path: Path) -> None:
    """A newcomer's half page: exit status 1, a want, and good bytes after the next exchange of one that has them."""
    profile(one, "one again")
    known = set(pages_in(folder))
    exchange(one, folder)
    page = (set(pages_in(folder)) - known).pop()
    whole = page.read_bytes()
    page.write_bytes(whole[: len(whole) // 2])
    before: dict[str, Any] = hashes(two)
    said = exchange(two, folder, status=1)
    assert page.name in said
    assert hashes(two) == before
    exchange(one, folder)
    assert page.read_bytes() == whole
    exchange(two, folder)
    assert hashes(one) == hashes(two)


def _wiped(one: NodeProc, two: NodeProc, three: NodeProc, folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    profile(two, "two after the flood")
    for node in (two, three, one):
        exchange(node, folder)
    assert hashes(one) == hashes(two) == hashes(three)
