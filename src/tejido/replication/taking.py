"""Taking in what comes: pages and payloads are gathered and handed on together, chunks one by one, each checked as far as
bytes alone tell. What is wrong is said, with its place, and never stops the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.header import event_hash
from tejido.log.payload import Payload
from tejido.replication import caps
from tejido.replication.blobs import Descriptor
from tejido.replication.effects import (
    DropPart,
    Effect,
    FinishBlob,
    Say,
    TakeCheckpoint,
    TakeChunk,
    TakeIn,
    TakePart,
    TakePayloads,
)
from tejido.replication.lots import PayloadsOf
from tejido.replication.messages import BlobIs, Checkpoint, Chunk, Events, Identity, Message, Part, PayloadOf
from tejido.replication.quotas import Allowance
from tejido.replication.store import Reads, SharedSpace

Pile = tuple[Any, ...]
"""A list that grows at its front without being copied: `()` or `(last, pile)`."""
R = TypeVar("R")
LAM, SEQ = b'"lam":', b'"seq":'


@dataclass(frozen=True)
class Intake:
    """What came and is not handed on yet. `spaces`: those whose events are taken from this peer."""

    reads: Reads
    spaces: Mapping[bytes, SharedSpace]
    allowance: Allowance = field(default_factory=Allowance)
    pages: Pile = ()
    payloads: Pile = ()
    events: int = 0
    size: int = 0
    blob: Descriptor | None = None
    missing: frozenset[int] = frozenset()
    giver: bytes = b""  # an organisation; none where nobody speaks
    part: tuple[int, int, Pile] = (-1, 0, ())  # of the chunk under way: its number, how much of it is here, its bytes
    answered: Pile = ()  # events whose payloads, and blobs whose descriptors, came


Taken = tuple[Intake, tuple[Effect, ...]]


def receive(intake: Intake, message: Message | PayloadsOf) -> Taken:
    """Take one message of data; anything else changes nothing."""
    if isinstance(message, Events):
        return _page(intake, message.page.log, message.page.space, message.page.events)
    if isinstance(message, Identity):
        return _page(intake, Log.of_identity(message.events[0].log), None, message.events)
    if isinstance(message, PayloadOf):
        return _payloads(intake, (message,))
    if isinstance(message, PayloadsOf):
        return _payloads(intake, message.listed)
    if isinstance(message, BlobIs):
        return _blob(intake, message.descriptor)
    if isinstance(message, Part):
        return _part(intake, message)
    if isinstance(message, Chunk):
        return _chunk(intake, message)
    if isinstance(message, Checkpoint) and message.space in intake.spaces:
        return intake, (TakeCheckpoint(message.space, message.data),)
    return intake, ()


def flush(intake: Intake) -> Taken:
    """Hand on what was gathered: payloads with their events, and those of events that are held already."""
    if not intake.pages and not intake.payloads:
        return intake, ()
    payloads = dict(listed(intake.payloads))
    pages = list(listed(intake.pages))
    events = tuple(_with(payloads, _in_order(pages)))
    effects: list[Effect] = []
    if events:
        spaces = {space.id: space for _, space, _ in pages if space is not None}
        logs = {log.id: log for log, _, _ in pages}
        effects.append(TakeIn(events, tuple(spaces.values()), tuple(logs.values())))
    if payloads:
        effects.append(TakePayloads(tuple(payloads.items())))
    allowance = intake.allowance.spend(len(events), intake.size)
    return replace(intake, pages=(), payloads=(), events=0, size=0, allowance=allowance), tuple(effects)


def _page(intake: Intake, log: Log, space: Space | None, events: tuple[Incoming, ...]) -> Taken:
    if (space.id if space else None) not in intake.spaces and not (space is None and intake.spaces):
        return intake, (Say(f"log {log.id.hex()[:16]}", "is of a space that this node does not share with its sender"),)
    if not events:
        return intake, ()
    if not intake.allowance.left(0):
        return intake, (Say(f"log {log.id.hex()[:16]}", "came beyond what its sender may bring for now"),)
    effects: tuple[Effect, ...] = ()
    if intake.events + len(events) > caps.BATCH or intake.size >= caps.BATCH_BYTES:
        intake, effects = flush(intake)
    size = intake.size + sum(len(one.header) + len(one.signature) for one in events)
    pages = ((log, space, events), intake.pages)
    return replace(intake, pages=pages, events=intake.events + len(events), size=size), effects


def _payloads(intake: Intake, messages: Iterable[PayloadOf]) -> Taken:
    effects: tuple[Effect, ...] = ()
    if intake.size >= caps.MOST_BATCH_BYTES:
        intake, effects = flush(intake)
    payloads, answered, size = intake.payloads, intake.answered, intake.size
    for one in messages:
        payloads, answered = ((one.event, one.payload), payloads), (one.event, answered)
        size += len(one.payload.data)
    return changed(intake, payloads=payloads, size=size, answered=answered), effects


def _blob(intake: Intake, blob: Descriptor) -> Taken:
    intake = replace(intake, blob=None, missing=frozenset(), part=(-1, 0, ()), answered=(blob.id, intake.answered))
    if not intake.reads.lacks_blob(blob.id):
        return intake, ()
    missing = frozenset(intake.reads.missing_chunks(blob))
    return replace(intake, blob=blob, missing=missing), () if missing else (FinishBlob(blob),)


def _part(intake: Intake, message: Part) -> Taken:
    """Bytes behind those that are here; the last of a chunk shows whether all of them are its own."""
    blob = intake.blob
    if blob is None or message.blob != blob.id or message.number not in intake.missing:
        return intake, ()
    number, there, pile = intake.part
    if number != message.number:
        begun = intake.reads.part(blob.id, message.number, intake.giver)
        number, there, pile = message.number, len(begun), (begun, ())
    after = there + len(message.data)
    if message.start != there or after > blob.length(number):
        return intake, ()
    intake = replace(intake, part=(number, after, (message.data, pile)))
    intake = replace(intake, allowance=intake.allowance.spend(0, len(message.data)))
    if after < blob.length(number):
        return intake, (TakePart(blob, number, intake.giver, there, message.data),)
    data = b"".join(reversed(list(listed(intake.part[2]))))
    intake, effects = _whole(replace(intake, part=(-1, 0, ())), blob, number, data)
    return intake, (*effects, DropPart(blob, number, intake.giver)) if there else effects


def _chunk(intake: Intake, message: Chunk) -> Taken:
    blob = intake.blob
    if blob is None or message.blob != blob.id or message.number not in intake.missing:
        return intake, ()
    intake = replace(intake, allowance=intake.allowance.spend(0, len(message.data)))
    return _whole(intake, blob, message.number, message.data)


def _whole(intake: Intake, blob: Descriptor, number: int, data: bytes) -> Taken:
    if not blob.matches(number, data):
        return intake, (Say(f"blob {blob.id[:16]}", f"chunk {number} has other bytes than its descriptor says"),)
    missing = intake.missing - {number}
    effects: tuple[Effect, ...] = (TakeChunk(blob, number, data),)
    return replace(intake, missing=missing), effects if missing else (*effects, FinishBlob(blob))


def changed(record: R, **fields: object) -> R:
    """As `dataclasses.replace`, without running `__init__` once a payload: that took a third of a turn's time."""
    fresh = object.__new__(type(record))
    fresh.__dict__.update(record.__dict__, **fields)
    return fresh


def listed(pile: Pile) -> Iterator[Any]:
    """What lies on a pile, the last first."""
    while pile:
        last, pile = pile
        yield last


def _in_order(pages: Iterable[tuple[Log, Space | None, tuple[Incoming, ...]]]) -> list[Incoming]:
    """Identities first, then by `lam`: what an event names has a smaller one, or lies in another space."""
    ranked = [(space is not None, lam(one.header), one) for _, space, events in pages for one in events]
    return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])]


def _with(payloads: dict[bytes, Payload], events: Iterable[Incoming]) -> Iterator[Incoming]:
    for one in events:
        payload = payloads.pop(event_hash(one.header), None) if payloads else None
        yield one._replace(payload=payload) if payload else one


def lam(header: bytes) -> int:
    """The `lam` of a header that nobody has checked; 0 where it has none."""
    return max(0, _number(header, LAM))


def seq(header: bytes) -> int:
    """The `seq` of a header that nobody has checked; -1 where it has none."""
    return _number(header, SEQ)


def _number(header: bytes, name: bytes) -> int:
    """In a header that turns out to be canonical, a name followed by a colon stands nowhere but at its field."""
    start = header.find(name)
    digits = header[start + len(name) : start + len(name) + 17].partition(b",")[0] if start >= 0 else b""
    return int(digits) if digits.isdigit() else -1
