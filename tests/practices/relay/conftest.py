"""Fixtures of the relay room's tests."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.browser import site  # noqa: F401
from tests.practices.relay.builders import Node, a_node


@pytest.fixture
def node(db: None, settings: Settings, tmp_path: Path) -> Node:
    """A node in a network, with a circle and a chain, in a data folder of its own."""
    settings.NODE_DIR = tmp_path
    return a_node()


@pytest.fixture
def settings_without_model(settings: Settings, tmp_path: Path) -> None:
    """A node whose configured model folder is not there."""
    settings.NODE = replace(settings.NODE, speech_model=str(tmp_path / "no-model"))
