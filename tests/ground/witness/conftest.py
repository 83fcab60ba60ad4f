"""A founded node with a network in which bo is a member."""

from tests.replication.conftest import shared

__all__ = ["shared"]
