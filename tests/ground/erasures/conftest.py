"""A founded node with a network in which bo, who exists in memory only, is a member and knows it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tejido.ground.network.families import PROFILE
from tejido.ground.store import logs
from tejido.log.writer import Head
from tests.replication.conftest import Shared, shared  # noqa: F401


@pytest.fixture
def network(shared: Shared) -> Shared:  # noqa: F811
    """bo has read who is in the space: what it writes stands after that in order."""
    row = logs.space_row(shared.network)
    seen = SimpleNamespace(hash=bytes(row.top_hash), head=Head(0, bytes(row.top_hash), row.top_lam))
    shared.world.written.append(cast("Any", seen))
    shared.world.spaces[seen.hash] = shared.network
    body = {"languages": [], "name": "bo", "place": ""}
    shared.put(shared.world.say(shared.bo, shared.room, PROFILE, body, deps=[seen.hash]))
    shared.exchange()
    return shared
