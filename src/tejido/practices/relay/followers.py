"""Who has to follow when a report's words, copies or consent change: within the same transaction, by its row key.

Inner rooms keep things made from a report (translations); they register here, so that the relay need not know them.
"""

from collections.abc import Callable

Follower = Callable[[str], None]
_known: list[Follower] = []


def follow(function: Follower) -> Follower:
    """Let `function` hear the row key of every report that changed, after the change; the report may be gone by then."""
    if function not in _known:
        _known.append(function)
    return function


def tell(report: str) -> None:
    """A report has changed."""
    for function in _known:
        function(report)
