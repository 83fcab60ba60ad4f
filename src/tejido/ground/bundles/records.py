"""What pages, the API and commands show of bundles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Member:
    """An organisation that a bundle can be for. `said`: day of its last word about what it holds, or empty; `sent`: when a
    bundle was last made for it; `reachable`: whether a device of it is known."""

    org: str
    name: str
    words: str
    networks: tuple[str, ...]
    said: str
    sent: datetime | None
    reachable: bool


@dataclass(frozen=True)
class MadeGlance:
    """A bundle made here. `percent`: how far it is, None where it is done; `until`: when it is deleted."""

    id: str
    at: datetime
    until: datetime
    names: tuple[str, ...]
    state: str
    error: str
    events: int
    recordings: int
    size: int
    parts: tuple["PartGlance", ...]
    percent: int | None


@dataclass(frozen=True)
class PartGlance:
    """One file of it."""

    number: int
    name: str
    size: int


@dataclass(frozen=True)
class SpaceGlance:
    """What a bundle holds of one space: purpose and name as they are known here, empty where the space is not."""

    purpose: str
    network: str
    logs: int
    events: int


@dataclass(frozen=True)
class ArrivingGlance:
    """A bundle that is arriving, or was taken in (`report`). `missing`: parts that have not come; `looked`: whether all of it
    came and was compared with its signed digest; `agreed`: whether it is to be taken in."""

    id: str
    at: datetime
    parts: int
    missing: tuple[int, ...]
    size: int
    looked: bool = False
    agreed: bool = False
    error: str = ""
    percent: int | None = None
    org: str = ""
    name: str = ""
    words: str = ""
    day: str = ""
    events: int = 0
    recordings: int = 0
    spaces: tuple[SpaceGlance, ...] = ()
    report: dict[str, Any] | None = None
    gaps: tuple["GapGlance", ...] = ()

    @property
    def there(self) -> int:
        """How many parts are here."""
        return self.parts - len(self.missing)


@dataclass(frozen=True)
class GapGlance:
    """Events of an organisation that did not find what comes before them: `events` of them wait."""

    name: str
    events: int
