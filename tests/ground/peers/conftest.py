"""Fixtures of these tests."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground.network import desk
from tejido.ground.network.papers import REQUEST
from tejido.ground.people import OPERATOR
from tests.ground.network.builders import Stranger, a_network


@pytest.fixture
def org(db: None, settings: Settings, tmp_path: Path) -> str:
    """Another organisation, a member of this node's network; its id."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    settings.NODE = replace(settings.NODE, exchange_lan=True)
    network, other = a_network(), Stranger()
    desk.admit(viewer=OPERATOR, request=other.paper(REQUEST, {"network": network.space.hex()}))
    return other.org.hex()
