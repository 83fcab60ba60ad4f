"""What `bench disguise` measured of each voice tier, for pages that offer them: figures, their day, no promise."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("measured.json")


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: shares of wrong words in permille, pitch in tenths of Hz, likeness to the original voice in permille.

    `informed`: the likeness that somebody reaches who knows the method and tries every inverse; None where nothing of the
    voice is left to compute back (it is somebody else's).
    """

    name: str
    method: str
    wrong_words: int
    wrong_words_before: int
    pitch: int
    pitch_before: int
    likeness: int
    informed: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """All tiers, the day (YYYY-MM-DD), what was measured on, and how alike two different readers are (permille)."""

    day: str
    on: str
    strangers: int
    tiers: tuple[Tier, ...]

    def tier(self, name: str) -> Tier | None:
        """The figures of a tier as pages name it: own, disguised, revoiced."""
        return next((one for one in self.tiers if one.name == name), None)


@lru_cache(maxsize=1)
def measured() -> Measured:
    """The figures that came with this version."""
    found = json.loads(FILE.read_bytes())
    tiers = tuple(Tier(**one) for one in found.pop("tiers"))
    return Measured(tiers=tiers, **found)
