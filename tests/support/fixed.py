"""A node whose keys, salts and clock are known: what it publishes has the same names everywhere, each time."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, tzinfo
from types import SimpleNamespace
from unittest.mock import patch

from django.utils import timezone

from tejido.ground.store import appending, founding
from tejido.log import descriptors, keys, payload
from tests.support.authors import AT, seed

NOW = datetime.fromtimestamp(AT, UTC)


class Clock(datetime):
    """It stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """The moment at which everything here happens."""
        return NOW.astimezone(tz)


@contextmanager
def fixed_node() -> Iterator[None]:
    """Within this block whatever is drawn is drawn in a known order, and it is always the same second."""
    counter = iter(range(10_000_000))

    def drawn(size: int = 32) -> bytes:
        return seed(f"fixed {next(counter)}")[:size]

    with ExitStack() as stack:
        for module in (descriptors, keys, payload):
            stack.enter_context(patch.object(module, "random", drawn))
        stack.enter_context(patch.object(secrets, "token_bytes", drawn))
        stack.enter_context(patch.object(secrets, "token_hex", lambda size=16: drawn(size).hex()))
        stack.enter_context(patch.object(appending, "time", SimpleNamespace(time=lambda: AT)))
        stack.enter_context(patch.object(founding, "datetime", Clock))
        stack.enter_context(patch.object(timezone, "now", lambda: NOW))
        yield
