"""A data folder of its own for files that wait."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The node's data folder."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    return Path(settings.NODE_DIR)
