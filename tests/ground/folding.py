"""Entries for tests of folds, and strategies that break them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@dataclass(frozen=True, eq=False)
class E:
    """An event as folding sees it."""

    kind: str
    body: Any
    name: str = ""
    owner: str = "org"
    aggregate: bytes = b""
    lam: int = 1
    schema: int = 1
    day: str = "2026-11-20"
    at: int | None = 1_790_000_000
    hash: bytes = field(init=False)
    org: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "org", sha256(self.owner.encode()).digest())
        object.__setattr__(self, "hash", sha256(f"{self.name}{self.kind}{self.lam}".encode()).digest())


def hexes(name: str) -> str:
    """A hash-like name."""
    return sha256(name.encode()).hexdigest()


def ordered(entries: Sequence[E]) -> list[E]:
    """The log's order."""
    return sorted(entries, key=lambda e: (e.lam, e.org, e.hash))


@st.composite
def broken(draw: st.DrawFn, body: dict[str, Any]) -> Any:
    """A body with some fields missing, replaced or added; or something else altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    made = {key: draw(JSON) if draw(st.booleans()) else value for key, value in body.items()}
    for key in draw(st.sets(st.sampled_from(sorted(body)), max_size=2)) if body else ():
        made.pop(key)
    return {**made, **draw(st.dictionaries(st.text(max_size=6), JSON, max_size=2))}
