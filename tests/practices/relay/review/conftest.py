"""Fixtures of the review room's tests: a node with a report whose words are known to the memory in English."""

import pytest

from tejido.ground import memory
from tejido.ground.store.public import writing
from tests.practices.relay.builders import Node, a_report
from tests.practices.relay.conftest import node  # noqa: F401

KNOWN = [("Hace calor.", "It is hot."), ("Mucho.", "Very much so.")]


def remember(units: list[tuple[str, str]] = KNOWN, lang: str = "en") -> None:
    """Let the memory know these sentences, as if they had been imported."""
    with writing():
        memory.add("elsewhere", "elsewhere", "es", lang, units)


@pytest.fixture
def report(node: Node) -> str:  # noqa: F811
    """A typed report of two lines, everything allowed; the memory knows both in English."""
    remember()
    return a_report(node)
