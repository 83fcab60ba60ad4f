"""Answering what another node asks, from the store alone and only within the spaces that it may have."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice
from random import Random
from typing import Any

from tejido.log.descriptors import Log
from tejido.log.errors import Malformed
from tejido.log.payload import Payload
from tejido.replication import caps, pages
from tejido.replication.access import Peer, may_have, may_offer
from tejido.replication.blobs import Descriptor
from tejido.replication.messages import (
    AskHeads,
    BlobIs,
    Checkpoint,
    Events,
    Heads,
    Message,
    Part,
    PayloadOf,
    Placed,
    Probe,
    Run,
    WantChunks,
    WantPages,
    WantPayloads,
)
from tejido.replication.store import BEFORE, Head, Held, Point, Reads, SharedSpace
from tejido.replication.taking import lam
from tejido.replication.wanting import spread

Spaces = Mapping[bytes, SharedSpace]


def common(reads: Reads, peer: Peer) -> Spaces:
    """The spaces of which `peer` may have everything."""
    return _spaces(reads, peer, may_have)


def offered(reads: Reads, peer: Peer) -> Spaces:
    """The spaces that we ask `peer` about."""
    return _spaces(reads, peer, may_offer)


def _spaces(reads: Reads, peer: Peer, rule: Callable[..., bool]) -> Spaces:
    devices = reads.devices(peer.org)
    shared = ((one, reads.members(one)) for one in reads.spaces())
    return {one.space.id: one for one, members in shared if rule(one.space.owner, members, devices, peer)}


Logs = dict[bytes, frozenset[bytes]]


@dataclass
class Budget:
    """What one turn may still carry; the last thing may reach beyond."""

    bytes: int = caps.TURN
    events: int = caps.TURN_EVENTS

    def __post_init__(self) -> None:
        self.logs: Logs = {}  # of each space, looked up once a turn

    def spend(self, size: int) -> None:
        """So much was put in."""
        self.bytes -= size
        self.events -= 1

    @property
    def left(self) -> bool:
        """Whether anything more fits."""
        return self.bytes > 0 and self.events > 0


def budget(most: int) -> Budget:
    """Of one turn in which so many bytes are wished for."""
    return Budget() if most >= caps.TURN else Budget(max(caps.LEAST_TURN, most))


def answer(reads: Reads, spaces: Spaces, want: Message, budget: Budget, rng: Random) -> list[Message]:
    """What is said to one want; nothing where there is nothing, or where it may not be had."""
    if isinstance(want, AskHeads):
        return list(chain.from_iterable(told_of(reads, space, rng) for space in spaces.values()))

    served = SERVED.get(type(want))
    space = spaces.get(getattr(want, "space", b""))
    return list(served(reads, space, want, budget)) if served and space else []


def told_of(reads: Reads, space: SharedSpace, rng: Random) -> list[Message]:
    """Heads and checkpoints of a space."""
    return [*heads(reads, space, rng), *checkpoints(reads, space)]


def heads(reads: Reads, space: SharedSpace, rng: Random) -> list[Heads]:
    """What we hold of a space, in one message or, of very many logs, in several."""
    listed, identities = reads.heads(space), {log.id for log in reads.logs(space) if log.identity}
    told = [Head(head.log, _some(head.tips, rng)) for head in listed]
    found = []
    for start in range(0, max(1, len(told)), caps.HEADS):
        part = told[start : start + caps.HEADS]
        own = tuple(head for head in part if head.log in identities)
        found.append(Heads(space.space.id, own, tuple(head for head in part if head.log not in identities)))
    return found


def _some(tips: tuple[Point, ...], rng: Random) -> tuple[Point, ...]:
    """All of them; of too many others each time. The first two prove the first fork."""
    return tips if len(tips) <= caps.TIPS else (*tips[:2], *rng.sample(tips[2:], caps.TIPS - 2))


def checkpoints(reads: Reads, space: SharedSpace) -> list[Checkpoint]:
    """The latest that we hold of each device."""
    return [Checkpoint(space.space.id, data) for data in reads.checkpoints(space)]


def _places(reads: Reads, space: SharedSpace, probe: Probe, budget: Budget) -> Iterator[Message]:
    if space.space.id not in budget.logs:
        budget.logs[space.space.id] = frozenset(log.id for log in reads.logs(space))
    if probe.log in budget.logs[space.space.id]:
        points = tuple(reads.hashes(probe.log, probe.tip, probe.seqs))
        yield Placed(space.space.id, probe.log, probe.tip, points)


def _pages(reads: Reads, space: SharedSpace, want: WantPages, budget: Budget) -> Iterator[Message]:
    logs = {log.id: log for log in reads.logs(space)}
    runs: dict[bytes, Run] = {}
    for run in want.runs:
        if run.log in logs and run.log not in runs:
            parted = _parted(reads, space, run)
            if parted:
                yield parted
            else:
                runs[run.log] = run
    queues = [_ranked(logs[run.log], reads.run(run.log, run.tip, run.after.seq)) for run in runs.values()]
    merged = merge(*queues, key=lambda item: item[:2])
    while budget.left and (batch := list(islice(_within(merged, budget), caps.BATCH))):
        yield from batch_pages(space, ((log, held) for _, _, log, held in batch))


def _parted(reads: Reads, space: SharedSpace, run: Run) -> Placed | None:
    """Where the run does not begin on the way to its tip: places on that way, for whoever asked to compare."""
    if run.after == BEFORE or list(reads.hashes(run.log, run.tip, [run.after.seq])) == [run.after]:
        return None
    seqs = spread(0, min(run.after.seq, run.tip.seq))
    return Placed(space.space.id, run.log, run.tip, tuple(reads.hashes(run.log, run.tip, seqs)))


def _ranked(log: Log, events: Iterable[Held]) -> Iterator[tuple[bool, int, Log, Held]]:
    for held in events:
        yield not log.identity, lam(held.incoming.header), log, held


def _within(merged: Iterator[tuple[Any, ...]], budget: Budget) -> Iterator[tuple[Any, ...]]:
    while budget.left and (item := next(merged, None)):
        one = item[3].incoming
        budget.spend(len(one.header) + 2 * len(one.signature) + (len(one.payload.data) if one.payload else 0))
        yield item


def batch_pages(space: SharedSpace, events: Iterable[tuple[Log, Held]]) -> Iterator[Message]:
    """Pages of a batch, identities first, each followed by the payloads of its events."""
    by_log: dict[bytes, tuple[Log, list[Held]]] = {}
    for log, held in events:
        by_log.setdefault(log.id, (log, []))[1].append(held)
    for log, listed in by_log.values():
        place = 0
        within = None if log.identity else space.space
        for page in pages.split(log, within, (held.incoming for held in listed), caps.PART):
            yield Events(page)
            for held in listed[place : place + len(page.events)]:
                if held.incoming.payload is not None:
                    yield PayloadOf(held.hash, held.incoming.payload)
            place += len(page.events)


def _payloads(reads: Reads, space: SharedSpace, want: WantPayloads, budget: Budget) -> Iterator[Message]:
    for event in want.events:
        packed = reads.payload(space, event) if budget.left else None
        if packed is not None:
            budget.spend(len(packed))
            yield PayloadOf(event, Payload.unpack(packed))


def _chunks(reads: Reads, space: SharedSpace, want: WantChunks, budget: Budget) -> Iterator[Message]:
    for blob, first, held in want.chunks:
        if not budget.left:
            return
        descriptor = _descriptor(reads, blob) if reads.shares_blob(space, blob) else None
        if descriptor is not None:
            yield BlobIs(descriptor)
            budget.spend(len(descriptor.data))
            yield from _parts_of(reads, descriptor, first, held, budget)


def _descriptor(reads: Reads, blob: str) -> Descriptor | None:
    data = reads.descriptor(blob)
    try:
        return Descriptor.parse(data) if data is not None else None
    except Malformed:
        return None  # larger than others take


def _parts_of(reads: Reads, descriptor: Descriptor, first: int, held: int, budget: Budget) -> Iterator[Message]:
    """Chunks in parts: whole ones would never come over a line that breaks within each megabyte."""
    for number in range(min(first, len(descriptor.chunks)), len(descriptor.chunks)):
        data = reads.chunk(descriptor.id, number) if budget.left else None
        if data is None:
            return
        for start in range(held if number == first else 0, len(data), caps.PART):
            if not budget.left:
                return
            part = data[start : start + caps.PART]
            budget.spend(len(part))
            yield Part(descriptor.id, number, start, part)


SERVED: Mapping[type, Callable[[Reads, SharedSpace, Any, Budget], Iterator[Message]]] = {
    Probe: _places,
    WantPages: _pages,
    WantPayloads: _payloads,
    WantChunks: _chunks,
}


def couldnt(want: WantPayloads | WantChunks, told: Sequence[Message]) -> tuple[int, int]:
    """(how many of the things wanted were looked for: all up to the last that was told, or all; how many of them we lack)."""
    given = [m.event for m in told if isinstance(m, PayloadOf)]
    blobs = [m.descriptor.id for m in told if isinstance(m, BlobIs)]
    names = list(want.events) if isinstance(want, WantPayloads) else [one.blob for one in want.chunks]
    found: list[object] = [*given, *blobs]
    upto = max((place + 1 for place, name in enumerate(names) if name in found), default=len(names))
    return upto, upto - len(set(found))
