"""A node that has published: a chain of two typed voices, or one that can be heard and read in three languages."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.practices.relay.press import books
from tejido.practices.relay.publishing.public import edition
from tests.browser import site  # noqa: F401
from tests.practices.relay.builders import Node, a_node
from tests.practices.relay.press.builders import in_process, make
from tests.practices.relay.publishing.builders import Chain, a_chain, published, translate
from tests.web.public import builders


def founded(settings: Settings, folder: Path) -> Node:
    """A node in a network, with a circle and a chain, in a data folder of its own."""
    settings.NODE_DIR = folder / "node"
    settings.NODE_DIR.mkdir()
    settings.NODE = replace(settings.NODE, name="Warehouse Workers")
    return a_node()


@pytest.fixture
def node(db: None, settings: Settings, tmp_path: Path) -> Node:
    """A node without publications."""
    return founded(settings, tmp_path)


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


@pytest.fixture
def heard(node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a publication with everything, all files made."""
    slug = with_everything(node, tmp_path, monkeypatch)
    books.make.call(edition(slug).key)
    return slug


@pytest.fixture
def served(site: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    """The same on a node that is served, its words as many as one page carries."""
    return with_everything(founded(settings, tmp_path), tmp_path, monkeypatch, letters=1040)


def with_everything(node: Node, folder: Path, monkeypatch: pytest.MonkeyPatch, *, letters: int = 0) -> str:
    """Three voices with sound, in three languages; published, and made into files."""
    in_process(monkeypatch)
    builders.hops(node, folder, letters)
    slug = builders.publish(node)
    make()
    return slug
