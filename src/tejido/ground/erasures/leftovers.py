"""Who keeps something made of others' words registers here, so that no receipt is written while any of it is left."""

from collections.abc import Callable, Sequence

Finish = Callable[[Sequence[str]], None]
_known: list[Finish] = []


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
