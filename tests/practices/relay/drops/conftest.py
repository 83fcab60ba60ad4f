"""Fixtures of the tests of drop links."""

import pytest
from argon2 import PasswordHasher

from tejido.ground.people import OPERATOR
from tejido.practices.relay.drops import actions, domain
from tejido.practices.relay.drops.actions import Made, Terms
from tests.browser import site  # noqa: F401
from tests.practices.relay.builders import Node
from tests.practices.relay.conftest import node, settings_without_model  # noqa: F401


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 that takes no time; what it costs in truth is tried in `test_domain`."""
    monkeypatch.setattr(domain, "ARGON2", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def link(node: Node) -> Made:  # noqa: F811
    """A drop link to the node's chain, with its page in Arabic."""
    terms = Terms("ar", most=3, minutes=1, megabytes=1, note="poster")
    return actions.make_link(viewer=OPERATOR, chain=node.chain, circle=node.circle, terms=terms)
