"""Who keeps something made of others' words registers here, so that no receipt is written while any of it is left."""

from collections.abc import Callable, Sequence

Finish = Callable[[Sequence[str]], None]
_known: list[Finish] = []
Unknown = Callable[[], bool]
_unknown: list[Unknown] = []


def before_receipts(function: Finish) -> Finish:
    """Let `function` drop whatever it still has of these aggregates (row keys) that something was erased from.

    It is called outside of transactions, in the worker, before each receipt; repeating it must change nothing. Where it
    fails, no receipt is written."""
    if function not in _known:
        _known.append(function)
    return function


def finish(keys: Sequence[str]) -> None:
    """Let everybody drop what is left of these."""
    for function in _known:
        function(keys)


def no_receipts_while(function: Unknown) -> Unknown:
    """Let no receipt be written while `function` says that something lies here of which it is not known what it holds."""
    if function not in _unknown:
        _unknown.append(function)
    return function


def anything_unknown() -> bool:
    """Whether receipts wait."""
    return any(function() for function in _unknown)
