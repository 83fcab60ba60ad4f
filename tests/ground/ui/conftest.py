"""Fixtures of these tests."""

from tests.browser import site

__all__ = ["site"]
