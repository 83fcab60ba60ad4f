"""What a node wants of what another says it holds: a function of both, computed anew at each turn, so that whoever serves
need remember nothing.

Where a log has a tip that is not held, its events are wanted from the last common one on. That is our own head where it
lies on the way to that tip; where it does not, the two find the place where the log parts by asking for ever closer places.
"""

from collections.abc import Collection, Iterable, Sequence

from tejido.replication import caps
from tejido.replication.messages import From, Heads, Placed, Probe, Run, Want, WantChunks, WantPages, WantPayloads
from tejido.replication.store import BEFORE, Head, Point, Reads, SharedSpace


def wanted_events(
    reads: Reads, space: SharedSpace, told: Iterable[Heads], placed: Iterable[Placed] = ()
) -> list[WantPages | Probe]:
    """Runs and probes that bring us closer to what `told` says is there; one a log."""
    told, known = list(told), [one for one in placed if one.space == space.space.id]
    heads = [head for part in told for head in (*part.identities, *part.logs)]
    tips = {tip.hash for head in heads for tip in head.tips}
    held = reads.held(tips | {point.hash for one in known for point in one.points})
    mine = {head.log: head.tips for head in reads.heads(space)}
    runs: list[Run] = []
    probes: list[WantPages | Probe] = []
    kept_out = reads.kept_out(space)
    for log, tip in _lacking((head for head in heads if head.log not in kept_out), held):
        points = [point for one in known if (one.log, one.tip) == (log, tip) for point in one.points]
        own = mine[log] if log in mine else reads.tips(log)  # a newcomer holds identities before it knows the members
        found = _approach(log, tip, own, points, held)
        if isinstance(found, Run):
            runs.append(found)
        else:
            probes.append(Probe(space.space.id, log, tip, found))
    pages = [WantPages(space.space.id, tuple(runs[: caps.RUNS]))] if runs else []
    return [*pages, *probes[: caps.RUNS]]


def _lacking(heads: Iterable[Head], held: Collection[bytes]) -> Iterable[tuple[bytes, Point]]:
    """Of each log the first tip that is not held; the others' turn comes when that is."""
    done: set[bytes] = set()
    for head in heads:
        tip = next((tip for tip in sorted(head.tips) if tip.hash not in held), None)
        if tip is not None and head.log not in done:
            done.add(head.log)
            yield head.log, tip


def _approach(
    log: bytes, tip: Point, mine: Sequence[Point], points: Sequence[Point], held: Collection[bytes]
) -> Run | tuple[int, ...]:
    """A run where the last common event is known or can be guessed, else the places to ask for."""
    if not mine or tip.seq == 0:
        return Run(log, tip, BEFORE)
    if not points:
        first = mine[0]
        if len(mine) == 1 and first.seq < tip.seq:
            return Run(log, tip, first)
        own = {one.seq for one in mine[: caps.SEQS - caps.SPREAD - 1] if one.seq < tip.seq}
        return tuple(sorted(own.union(spread(0, min(tip.seq, max(one.seq for one in mine))))))
    strange = min((point for point in (*points, tip) if point.hash not in held), key=lambda point: point.seq)
    common = max(p for p in (BEFORE, *points) if p == BEFORE or (p.hash in held and p.seq < strange.seq))
    if strange.seq - common.seq == 1:
        return Run(log, tip, common)
    return spread(max(0, common.seq), strange.seq)


def spread(first: int, last: int, count: int = caps.SPREAD) -> tuple[int, ...]:
    """At most `count` + 1 numbers from `first` to `last`, both among them, evenly."""
    gap = last - first
    return tuple(sorted({first + gap * step // count for step in range(count + 1)}))


def wanted_payloads(reads: Reads, space: SharedSpace, skip: int, _giver: bytes = b"") -> WantPayloads | None:
    """The next payloads that are lacking, without the first `skip`."""
    events = tuple(reads.pending(space, skip, caps.ITEMS))
    return WantPayloads(space.space.id, events) if events else None


def wanted_chunks(reads: Reads, space: SharedSpace, skip: int, giver: bytes) -> WantChunks | None:
    """The next chunks of the blobs that are lacking, the most urgent first, without the first `skip` blobs."""
    blobs = reads.lacking_blobs(space)[skip : skip + caps.SEQS]
    return WantChunks(space.space.id, tuple(wanted_from(reads, blob, giver) for blob in blobs)) if blobs else None


def wanted_from(reads: Reads, blob: str, giver: bytes) -> From:
    """From which byte on a blob is wanted of an organisation; what another gave of the same chunk is not mixed with it."""
    first = reads.next_chunk(blob)
    return From(blob, first, len(reads.part(blob, first, giver)))


def sameness(wants: Iterable[Want]) -> int:
    """Tells whether the same is wanted again: then nothing has come of it, and nothing will."""
    return hash(tuple(wants))
