"""A node with a chain that can be heard, published as a podcast."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.practices.relay.builders import Node
from tests.practices.relay.conftest import node  # noqa: F401
from tests.practices.relay.press.builders import Told, in_process, make, told


@pytest.fixture
def at_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The node's public address, and quick encoding."""
    settings.NODE = replace(settings.NODE, public_address="https://voices.example")
    in_process(monkeypatch)


@pytest.fixture
def each(node: Node, at_home: None, tmp_path: Path) -> Told:  # noqa: F811
    """An episode a voice, all made."""
    found = told(node, tmp_path)
    make()
    return found


@pytest.fixture
def whole(node: Node, at_home: None, tmp_path: Path) -> Told:  # noqa: F811
    """One episode, a chapter a voice, all made."""
    found = told(node, tmp_path, form="whole")
    make()
    return found
