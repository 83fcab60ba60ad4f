"""Which events of a log the pages of a folder hold, by the pages' names alone."""

from collections.abc import Iterable
from itertools import pairwise

from tejido.replication.pages import PageName


class Ranges:
    """Which seqs the pages of one log hold, by their names."""

    def __init__(self, names: Iterable[PageName]) -> None:
        self.merged: list[tuple[int, int]] = []
        for name in sorted(names, key=lambda one: (one.first, one.last)):
            if self.merged and name.first <= self.merged[-1][1] + 1:
                self.merged[-1] = (self.merged[-1][0], max(self.merged[-1][1], name.last))
            else:
                self.merged.append((name.first, name.last))
        assert all(a[1] + 1 < b[0] for a, b in pairwise(self.merged))  # noqa: S101

    def __contains__(self, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self.merged)

    def end_of_first(self) -> int:
        """The last seq of the run that begins at 0; -1 if there is none."""
        return self.merged[0][1] if self.merged and self.merged[0][0] == 0 else -1
