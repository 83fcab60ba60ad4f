"""A node that only reads: no organisation of its own, but an age identity to which spaces' keys are boxed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tejido.ground.store import boot, keyring
from tests.ground.store import notes
from tests.support.authors import age_of


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The node's folder, with the age identity of "node" in it."""
    settings.NODE_DIR = tmp_path / "node"
    boot.forget()
    keyring.folder().mkdir(parents=True)
    (keyring.folder() / keyring.AGE).write_text(str(age_of("node")))
    return tmp_path / "node"


@pytest.fixture
def reader(db: None, folder: Path) -> Iterator[Path]:
    """A node in one transaction, rolled back at the end."""
    with notes.registered():
        yield folder


@pytest.fixture
def keeper(transactional_db: None, folder: Path) -> Iterator[Path]:
    """A node whose transactions are real."""
    from tejido.ground.store import tables

    tables.ensure()
    with notes.registered():
        yield folder
