"""What follows when a report's words or sound were taken away: who keeps something made of them drops it.

Rooms register here; nothing of the kind is left to a later sweep, though a sweep may find what a crash left.
"""

from collections.abc import Callable

Drop = Callable[[str], None]
_DROPS: list[Drop] = []


def changed(drop: Drop) -> None:
    """Call `drop` with a report's key, inside the transaction that erases it, or that cuts words out of it."""
    if drop not in _DROPS:
        _DROPS.append(drop)


def erased(report: str) -> None:
    """Let everybody drop what they made of this report's former words and sound."""
    for drop in _DROPS:
        drop(report)
