"""Which files make up a bundle, where several say that they are the same part: tried in turn, from where reading broke off.

Each byte of a bundle proves those before it (age's chunks, then the signed digest), so a part at which reading breaks off
rules out this choice for it and for those before it, whatever would follow."""

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_TRIES = 200


class Choosing(Generic[T]):
    """`listed`: for each part, in order, the files that say that they are it; at least one each."""

    def __init__(self, listed: Sequence[Sequence[T]]) -> None:
        self.listed, self._picked = listed, [0] * len(listed)
        self._tries = 0

    @property
    def chosen(self) -> list[T]:
        """One file a part."""
        return [files[place] for files, place in zip(self.listed, self._picked, strict=True)]

    def others(self) -> list[T]:
        """Those that were not chosen."""
        return [
            file
            for files, picked in zip(self.listed, self._picked, strict=True)
            for place, file in enumerate(files)
            if place != picked
        ]

    def wrong_at(self, number: int) -> bool:
        """Reading broke off within this part (from 1); whether there is another choice."""
        self._tries += 1
        for part in range(max(1, number) - 1, -1, -1):
            if self._picked[part] + 1 < len(self.listed[part]):
                self._picked[part] += 1
                self._picked[part + 1 :] = [0] * (len(self.listed) - part - 1)
                return self._tries < MOST_TRIES
        return False
