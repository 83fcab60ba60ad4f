"""Data of every released version opens with today's code: restored, migrated, checked, rebuilt to the same states."""

import json
import lzma
from pathlib import Path

import pytest

from tests.fixtures.upgrade import make
from tests.ground.keeping.nodes import faults
from tests.harness.nodes import Nodes

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
VERSIONS = sorted(path.parent for path in make.HERE.glob("*/node.backup.xz"))


def test_there_is_data_of_each_released_version() -> None:
    assert "0.1" in {folder.name for folder in VERSIONS}


@pytest.mark.parametrize("version", VERSIONS, ids=lambda folder: folder.name)
def test_old_data_opens_and_folds_to_the_same(version: Path, nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.at("old", database="")
    make.restore(version / "node.backup.xz", node.folder)
    expected = json.loads((version / "expected.json").read_text())
    assert json.loads(make.held(node.folder)) == expected
    assert {one["check"] for one in faults(node)} == {"forks"}  # the one that was put there
    node.call("rebuild")
    assert json.loads(make.held(node.folder)) == expected
    assert {one["check"] for one in faults(node)} == {"forks"}


@pytest.mark.parametrize("version", VERSIONS, ids=lambda folder: folder.name)
def test_stored_data_is_small_and_holds_nothing_erased(version: Path) -> None:
    packed = (version / "node.backup.xz").read_bytes()
    assert len(packed) <= make.MOST
    assert b"Eleanor" not in lzma.decompress(packed)
