"""What an exchange asks of a node's store, so that carriers need to know nothing else about it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space


@dataclass(frozen=True)
class SharedSpace:
    """A space that is exchanged: its directory's name is random and known to its members alone."""

    space: Space
    folder: str


@dataclass(frozen=True)
class Held:
    """An event as the store holds it: payload packed, None where there is none."""

    hash: bytes
    seq: int
    incoming: Incoming


@dataclass
class Taken:
    """What an ingest did."""

    accepted: int = 0
    held: int = 0
    filled: int = 0
    waiting: int = 0
    refused: list[str] = field(default_factory=list)
    bad_payloads: list[str] = field(default_factory=list)


class ReplicaStore(Protocol):
    """A node's side of an exchange."""

    def spaces(self) -> Sequence[SharedSpace]:
        """Spaces to exchange; never the organisation's own."""

    def logs(self, space: SharedSpace) -> Sequence[Log]:
        """Logs held in a space, and the identity logs of everybody in it."""

    def events(self, log: Log, after: int) -> Iterable[Held]:
        """Events of a log with a seq above `after`, by (seq, hash), with payloads; of a forked log both branches."""

    def forked(self, log: Log) -> int | None:
        """The seq at which a log forks."""

    def ingest(self, incoming: Sequence[Incoming], spaces: Sequence[Space], logs: Sequence[Log]) -> Taken:
        """The ordinary way in."""

    def lacking_payloads(self, space: SharedSpace) -> Sequence[Held]:
        """Events of the space, and of its members' identities, that cannot be read for want of a good payload."""

    def payload(self, space: SharedSpace, event: bytes) -> bytes | None:
        """A readable event's packed payload; None where the event belongs to another space."""

    def erased_events(self, space: SharedSpace) -> Sequence[bytes]:
        """Events whose redaction counts."""

    def lacking_blobs(self, space: SharedSpace) -> Sequence[str]:
        """Blobs that a held payload names and that are not here."""

    def named_blobs(self, event: bytes) -> Sequence[str]:
        """Blobs that a held event's payload names."""

    def has_blob(self, blob: str) -> bool:
        """Whether the whole blob is here."""

    def shares_blob(self, space: SharedSpace, blob: str) -> bool:
        """Whether the whole blob is here and a held payload of this space names it."""

    def export_blob(self, blob: str, path: Path) -> None:
        """Write it as one file."""

    def import_blob(self, blob: str, path: Path) -> None:
        """Take it in, verified chunk by chunk; raises `ValueError` subclasses' messages as `BlobProblem`."""

    def erased_blobs(self) -> Collection[str]:
        """Blobs that were erased here."""

    def seen(self, carrier: str) -> set[str]:
        """Names of the pages of a carrier that were taken in."""

    def mark_seen(self, carrier: str, name: str) -> None:
        """A page was taken in whole, or written."""

    def forget_seen(self, carrier: str, name: str) -> None:
        """A page was found damaged."""


class BlobProblem(Exception):
    """A blob file could not be taken in; the message says why."""
