"""Entries for tests of folds, and strategies that break them."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from tejido.ground.store.entry import Entry

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def entry(
    kind: str, body: Any, name: str = "", owner: str = "org", aggregate: bytes = b"", lam: int = 1, schema: int = 1
) -> Entry:
    """An event; without an aggregate it creates its own."""
    org, digest = sha256(owner.encode()).digest(), sha256(f"{name}{kind}{lam}".encode()).digest()
    day, at = "2026-11-20", 1_790_000_000
    return Entry(digest, org, org, lam, lam, kind, schema, aggregate or digest, day, at, body, (), b"s")


def hexes(name: str) -> str:
    """A hash-like name."""
    return sha256(name.encode()).hexdigest()


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """The log's order."""
    return sorted(entries, key=lambda one: one.order)


@st.composite
def broken(draw: st.DrawFn, body: dict[str, Any]) -> Any:
    """A body with some fields missing, replaced or added; or something else altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    made = {key: draw(JSON) if draw(st.booleans()) else value for key, value in body.items()}
    for key in draw(st.sets(st.sampled_from(sorted(body)), max_size=2)) if body else ():
        made.pop(key)
    return {**made, **draw(st.dictionaries(st.text(max_size=6), JSON, max_size=2))}
