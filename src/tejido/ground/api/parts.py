"""Marks on operations, for the description and for the answers."""

from collections.abc import Callable
from typing import Any, TypeVar

Fn = TypeVar("Fn", bound=Callable[..., Any])


def gives(*types: str, ranges: bool = False) -> Callable[[Fn], Fn]:
    """An operation that answers with a file of one of these media types; `ranges`: it answers byte ranges."""

    def mark(fn: Fn) -> Fn:
        fn.__dict__["gives"], fn.__dict__["ranges"] = types, ranges
        return fn

    return mark


def makes(*statuses: int) -> Callable[[Fn], Fn]:
    """An operation that may fail with these statuses beside those that follow from its form."""

    def mark(fn: Fn) -> Fn:
        fn.__dict__["fails"] = statuses
        return fn

    return mark
