"""What an exchange asks of a node's store, so that carriers need to know nothing else about it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.payload import Payload
from tejido.replication.blobs import Descriptor


@dataclass(frozen=True)
class SharedSpace:
    """A space that is exchanged: its directory's name is random and known to its members alone."""

    space: Space
    folder: str


class Point(NamedTuple):
    """A place in a log: `seq` alone would not tell branches apart."""

    seq: int
    hash: bytes


BEFORE = Point(-1, b"")
"""The place before a log's first event."""


class Head(NamedTuple):
    """A log's last event; of a forked log the last of each branch, first two whose ways part at the first fork."""

    log: bytes
    tips: tuple[Point, ...]


@dataclass(frozen=True)
class Held:
    """An event as the store holds it: payload packed, None where there is none."""

    hash: bytes
    seq: int
    incoming: Incoming


class Rewrapped(NamedTuple):
    """An event's payload key was wrapped anew, since the epoch key with the id `before` went."""

    number: int
    event: bytes
    before: bytes


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
    """A node's side of an exchange through a folder."""

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

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these events are here."""

    def lacking_payloads(self, space: SharedSpace) -> Sequence[Held]:
        """Events of the space, and of its members' identities, that cannot be read for want of a good payload."""

    def payload(self, space: SharedSpace, event: bytes) -> bytes | None:
        """A readable event's packed payload; None where the event belongs to another space."""

    def rewrapped(self, space: SharedSpace, after: int, most: int) -> Sequence["Rewrapped"]:
        """Payloads that were wrapped anew, in rising order of their numbers."""

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

    def mark_seen(self, carrier: str, names: Collection[str]) -> None:
        """These pages were taken in whole, or written."""

    def forget_seen(self, carrier: str, name: str) -> None:
        """A page was found damaged."""

    def checkpoints(self, space: SharedSpace) -> Sequence[bytes]:
        """The latest checkpoint of each device."""

    def take_checkpoint(self, space: bytes, data: bytes) -> str:
        """Verify and keep a checkpoint; what is wrong with it, or nothing."""


class Reads(Protocol):
    """What `replication.core` asks of a store while it decides; nothing here changes anything.

    Two calls with nothing taken in between give the same answer: so `step` stays a function of what it is given."""

    def spaces(self) -> Sequence[SharedSpace]:
        """Spaces to exchange; never the organisation's own."""

    def members(self, space: SharedSpace) -> Collection[bytes]:
        """Organisations in a space's folded member list; none where no list has come yet."""

    def devices(self, org: bytes) -> Collection[bytes]:
        """Keys of the devices that an organisation's folded identity names now."""

    def logs(self, space: SharedSpace) -> Sequence[Log]:
        """Logs known in a space, and the identity logs of everybody in it, these first."""

    def heads(self, space: SharedSpace) -> Sequence[Head]:
        """Of each of `logs` that has an event."""

    def kept_out(self, space: SharedSpace) -> Collection[bytes]:
        """Logs, and identities, that are not asked for: there is no room for more of their organisation now."""

    def tips(self, log: bytes) -> Sequence[Point]:
        """The last event of each branch of any log, whether it is one of a space's `logs` yet or not; none of an unknown one."""

    def held(self, events: Collection[bytes]) -> Collection[bytes]:
        """Which of these events are here."""

    def hashes(self, log: bytes, tip: Point, seqs: Sequence[int]) -> Sequence[Point]:
        """The events at those of `seqs` that exist on the way to `tip`; none where `tip` is not held."""

    def run(self, log: bytes, tip: Point, after: int) -> Iterator[Held]:
        """Events on the way to `tip` (itself included) with a seq above `after`, in order, with payloads."""

    def pending(self, space: SharedSpace, skip: int, most: int) -> Sequence[bytes]:
        """Events whose payload is lacking (see `lacking_payloads`), in a lasting order, without the first `skip`."""

    def payload(self, space: SharedSpace, event: bytes) -> bytes | None:
        """A readable event's packed payload; None where the event belongs to another space or was redacted."""

    def lacking_blobs(self, space: SharedSpace) -> Sequence[str]:
        """Blobs that a held payload of the space names and that are not here, the most urgent first."""

    def lacks_blob(self, blob: str) -> bool:
        """Whether a held payload of any shared space names it, it is not here, and it was not erased."""

    def shares_blob(self, space: SharedSpace, blob: str) -> bool:
        """Whether the whole blob is here and a held payload of this space names it."""

    def descriptor(self, blob: str) -> bytes | None:
        """A whole blob's descriptor."""

    def chunk(self, blob: str, number: int) -> bytes | None:
        """One stored chunk of a whole blob."""

    def missing_chunks(self, descriptor: Descriptor) -> Sequence[int]:
        """Numbers of the chunks that are not here yet."""

    def next_chunk(self, blob: str) -> int:
        """The first chunk that is not here, of a blob whose descriptor nobody has told yet."""

    def part(self, blob: str, number: int, giver: bytes) -> bytes:
        """What came of a chunk from that organisation, if it is not whole yet."""

    def checkpoints(self, space: SharedSpace) -> Sequence[bytes]:
        """The latest checkpoint of each device."""

    def waiting(self) -> int:
        """How many events wait here for others."""


class Writes(Protocol):
    """What the effects of an exchange do to a store. Each is idempotent and verifies what it is given."""

    def ingest(self, incoming: Sequence[Incoming], spaces: Sequence[Space], logs: Sequence[Log]) -> Taken:
        """The ordinary way in."""

    def fill(self, payloads: Sequence[tuple[bytes, Payload]]) -> Taken:
        """Payloads of events that are held; those that are not lacking are passed over."""

    def take_chunk(self, descriptor: Descriptor, number: int, data: bytes) -> None:
        """Keep a verified chunk of a blob that is lacking; raises `BlobProblem`."""

    def take_part(self, descriptor: Descriptor, number: int, giver: bytes, start: int, data: bytes) -> None:
        """Keep bytes of a chunk that nobody can verify yet, behind the first `start` of them; raises `BlobProblem`."""

    def drop_part(self, descriptor: Descriptor, number: int, giver: bytes) -> None:
        """Forget them."""

    def finish_blob(self, descriptor: Descriptor) -> bool:
        """Make a blob whole whose chunks are all here; whether it is now. Raises `BlobProblem`."""

    def take_checkpoint(self, space: bytes, data: bytes) -> str:
        """Verify and keep a checkpoint; what is wrong with it, or nothing."""


class ExchangeStore(Reads, Writes, Protocol):
    """A node's side of an exchange with another node."""


class BlobProblem(Exception):
    """A blob file could not be taken in; the message says why."""
