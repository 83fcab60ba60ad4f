"""A chain of approved voices of one node, to be published."""

import pytest

from tests.browser import site  # noqa: F401
from tests.practices.relay.conftest import node  # noqa: F401
from tests.practices.relay.publishing.builders import Chain, a_chain


@pytest.fixture
def chain(node: object) -> Chain:  # noqa: F811
    """Two voices, approved, everything allowed: a report and an answer to it."""
    return a_chain(node)  # type: ignore[arg-type]
