"""The two sides of an exchange, and who only reads: frozen, so that a step can be taken again."""

from dataclasses import dataclass, field
from typing import TypeVar

from tejido.replication import caps
from tejido.replication.access import Peer
from tejido.replication.lots import PayloadsOf
from tejido.replication.messages import Heads, Message, Placed, Want
from tejido.replication.quotas import Allowance
from tejido.replication.store import Reads
from tejido.replication.taking import Intake, Pile

PULL, FILL, OFFER, GIVE, OVER = range(5)
"""The stages of a call: their events, then their payloads and blobs; our events, then our payloads and blobs."""


@dataclass(frozen=True)
class Turn:
    """Said to a state by whoever drives it: speak."""


@dataclass(frozen=True)
class Cut:
    """The line broke before the other's `End`; what came whole came."""


Heard = Message | PayloadsOf | Turn | Cut


@dataclass(frozen=True)
class Task:
    """What is fetched or offered of one space, and how far that is. `skip`: things that the giver does not have;
    `asked`: the same is not asked for, or given, twice, since nothing came of it."""

    what: str
    space: bytes
    skip: int = 0
    asked: frozenset[int] = frozenset()
    before: frozenset[int] = frozenset()  # what was `asked` when the line was last cut
    dry: int = 0  # turns since events came


@dataclass(frozen=True)
class Caller:
    """Whoever calls: the course of the whole exchange lies here."""

    reads: Reads
    peer: Peer
    allowance: Allowance = field(default_factory=Allowance)
    intake: Intake | None = None
    answered: Pile = ()  # of this turn: events whose payloads, blobs whose descriptors came
    events: bool = False  # whether any came in this turn
    stage: int = PULL
    tasks: tuple[Task, ...] | None = None  # None: the stage has not begun
    awaiting: Message | None = None
    told: tuple[Heads, ...] = ()
    placed: tuple[Placed, ...] = ()  # of this turn
    wants: tuple[Want, ...] = ()  # of this turn
    moved: bool = False  # whether events came, or went, in this pass
    stuck: bool = False  # whether some were wanted in vain
    passes: int = 0
    cuts: int = 0
    deferred: bool = False
    most: int = caps.TURN  # bytes that we give in one turn: less where the line is slow


@dataclass(frozen=True)
class Server:
    """Whoever is called, for one turn."""

    reads: Reads
    peer: Peer
    allowance: Allowance = field(default_factory=Allowance)
    intake: Intake | None = None
    told: tuple[Heads, ...] = ()
    placed: tuple[Placed, ...] = ()
    wants: tuple[Want, ...] = ()
    most: int = caps.TURN  # bytes that the caller would hear in one turn


@dataclass(frozen=True)
class Reader:
    """Takes in what a carrier holds, for the spaces that this node shares; says nothing."""

    reads: Reads
    allowance: Allowance = field(default_factory=Allowance)
    intake: Intake | None = None


State = Caller | Server | Reader
S = TypeVar("S", Caller, Server, Reader)
