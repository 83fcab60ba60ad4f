"""Fixtures of these tests."""

import pytest

from tejido.ground.ui.statics import ensure_static
from tests.browser import site

__all__ = ["collected", "site"]


@pytest.fixture(scope="session", autouse=True)
def collected() -> None:
    """Static files under their hashed names: a template that is drawn without a request has no middleware to do it."""
    ensure_static()
