"""A node that has published a chain of two voices, in Spanish and English."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.practices.relay.builders import Node, a_node
from tests.practices.relay.publishing.builders import Chain, a_chain, published, translate

__all__ = ["chain", "node", "slug"]


@pytest.fixture
def node(db: None, settings: Settings, tmp_path: Path) -> Node:
    """A node in a network, with a circle and a chain, in a data folder of its own."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    return a_node()


@pytest.fixture
def chain(node: Node) -> Chain:
    """Two voices, approved and translated into English."""
    made = a_chain(node)
    translate(made.report, "en", ["It is hot.", "Very."])
    return made


@pytest.fixture
def slug(chain: Chain) -> str:
    """The address of the publication of both."""
    return published(chain, langs=("es", "en"), titles={"en": "Heat"}, questions={"en": "How hot is it?"})
