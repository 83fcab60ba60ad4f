"""An event as a fold sees it. No Django here: rooms' domain modules import it."""

from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One event as a fold sees it. `at` (Unix seconds) is None in public spaces, `day` is derived from it elsewhere."""

    hash: bytes
    org: bytes
    log: bytes
    seq: int
    lam: int
    kind: str
    schema: int
    aggregate: bytes
    day: str
    at: int | None
    body: dict[str, Any]
    blobs: tuple[str, ...]
    space: bytes

    @property
    def order(self) -> tuple[int, bytes, bytes, int, bytes]:
        """The order of folding; never a wall clock."""
        return (self.lam, self.org, self.log, self.seq, self.hash)


class BadBody(Exception):
    """The body of this event does not fit its kind."""
