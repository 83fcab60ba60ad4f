"""Who keeps something made of others' words registers here, so that no receipt is written while any of it is left."""

from collections.abc import Callable, Sequence

Finish = Callable[[Sequence[str]], None]
_known: list[Finish] = []
Unknown = Callable[[], int | None]
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


def no_receipts_after(function: Unknown) -> Unknown:
    """Let no receipt be written for redactions that came after the one whose number `function` gives: something has lain here
    since, of which it is not known what it holds. None where nothing does."""
    if function not in _unknown:
        _unknown.append(function)
    return function


def receipts_until() -> int | None:
    """The last redaction for which a receipt may be written now; None where none has to wait."""
    return min((last for function in _unknown if (last := function()) is not None), default=None)
