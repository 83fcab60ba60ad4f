"""One real node for this folder's tests: a keeper, a member, a chain to report to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.fixtures import speech
from tests.ground.uploads.wire import Browser
from tests.harness.nodes import NodeProc, Nodes

PASSWORD = "a long walk by the river"
QUOTA = Path(speech.__file__).with_name("quota_en.ogg")


@dataclass(frozen=True)
class Place:
    """A node that serves, and what a report there needs."""

    node: NodeProc
    circle: str
    chain: str

    def fields(self, **more: str) -> dict[str, str]:
        """A report's form, as the page would send it."""
        told = {"chain": self.chain, "circle": self.circle, "lang": "en", "day": "2026-11-20", "audio": "none"}
        return told | {"form": "spoken", "asked_in": "en", "command": str(uuid4())} | more

    def keeper(self) -> Browser:
        """The keeper's browser."""
        return Browser(self.node.port).sign_in("ana", PASSWORD)

    def reports(self) -> list[str]:
        """Keys of all reports."""
        return [one["key"] for one in self.node.json("report", "list")]


def a_place(nodes: Nodes) -> Place:
    """A fresh node with one circle and one chain, not yet serving."""
    node = nodes.create("Chicago", "--keeper", "ana", "--password", PASSWORD)
    node.call("network", "open", "Open ears")
    circle = node.call("circle", "open", "Shore").stdout.strip()
    chain = node.call("chain", "open", "What lies there?", "--circle", circle, "--title", "Sand").stdout.strip()
    return Place(node, circle, chain)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A node that all these tests share."""
    group = Nodes(tmp_path_factory.mktemp("uploads"), lambda: "")
    made = a_place(group)
    made.node.serve()
    yield made
    group.stop()


@pytest.fixture
def keeper(place: Place) -> Browser:
    """Signed in as the keeper."""
    return place.keeper()


@pytest.fixture
def recording() -> bytes:
    """A real recording."""
    return QUOTA.read_bytes()
