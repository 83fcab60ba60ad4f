"""Thousands of requests within one process."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A response that is closed here does not close the database with it: opening it anew was a fifth of a crawl."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)
