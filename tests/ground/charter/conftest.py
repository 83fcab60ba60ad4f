"""Fixtures of these tests."""

from tests.browser import site
from tests.ground.network.conftest import network

__all__ = ["network", "site"]
