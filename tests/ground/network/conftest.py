"""Fixtures of these tests."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground.network.selectors import NetworkInfo
from tests.browser import site
from tests.ground.network.builders import a_network

__all__ = ["site"]


@pytest.fixture
def network(db: None, settings: Settings, tmp_path: Path) -> NetworkInfo:
    """A network of this node, in a data folder of its own."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    return a_network()
