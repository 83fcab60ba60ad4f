"""What an exchange asks its node to do; the carrier carries it out before the next step."""

from dataclasses import dataclass

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.payload import Payload
from tejido.replication.blobs import Descriptor


@dataclass(frozen=True)
class TakeIn:
    """Events with the payloads that came along, in an order in which none need wait for another of them."""

    events: tuple[Incoming, ...]
    spaces: tuple[Space, ...]
    logs: tuple[Log, ...]


@dataclass(frozen=True)
class TakePayloads:
    """Payloads of events that are held."""

    payloads: tuple[tuple[bytes, Payload], ...]


@dataclass(frozen=True)
class TakeChunk:
    """A chunk that its descriptor confirms, of a blob that is lacking."""

    descriptor: Descriptor
    number: int
    data: bytes


@dataclass(frozen=True)
class TakePart:
    """Bytes of a chunk that is not whole yet, behind the `start` bytes of it that came from `giver` before."""

    descriptor: Descriptor
    number: int
    giver: bytes
    start: int
    data: bytes


@dataclass(frozen=True)
class DropPart:
    """What came of a chunk from `giver` is not needed any more: it is whole, or not what the descriptor says."""

    descriptor: Descriptor
    number: int
    giver: bytes


@dataclass(frozen=True)
class FinishBlob:
    """All chunks of this blob are here."""

    descriptor: Descriptor


@dataclass(frozen=True)
class TakeCheckpoint:
    """Somebody's checkpoint, still to be verified."""

    space: bytes
    data: bytes


@dataclass(frozen=True)
class Say:
    """Something was passed over: where it stood, and what is wrong with it."""

    where: str
    what: str


@dataclass(frozen=True)
class Done:
    """The exchange is over. `deferred`: a quota keeps the rest for another time; `cut`: the line does."""

    deferred: bool = False
    cut: bool = False


Effect = TakeIn | TakePayloads | TakeChunk | TakePart | DropPart | FinishBlob | TakeCheckpoint | Say | Done
