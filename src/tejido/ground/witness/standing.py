"""What the statements tell: who holds what, whether those who hold the same agree, and forks whose second branch is not here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from tejido.ground.store import db
from tejido.ground.store.models import Own, Space
from tejido.ground.witness import holding, keeping
from tejido.ground.witness.models import Checkpoint as Row
from tejido.ground.witness.models import Past
from tejido.log import checkpoint
from tejido.log.checkpoint import Checkpoint, HeadAt


@dataclass(frozen=True)
class Standing:
    """One device of an organisation in one space, by its own word.

    `behind`: events that this node holds and it did not; `ahead`: that it held and this node does not; `agrees`: whether its
    state on the same heads is ours, None where heads were never the same or a state was not told.
    """

    org: bytes
    device: bytes
    own: bool
    day: str
    heard: str
    events: int
    behind: int
    ahead: int
    agrees: bool | None


@dataclass(frozen=True)
class Doubt:
    """Two different events are said to stand at one place of a log, and at least one of them is not here."""

    log: bytes
    org: bytes | None
    seq: int
    hashes: tuple[bytes, bytes]


def standings(space: bytes) -> list[Standing]:
    """The last statement of every device that counts in a space, our own first."""
    row = Space.objects.filter(hash=space).first()
    if row is None:
        return []
    mine, me = holding.heads(row), Own.objects.first()
    past = dict(Past.objects.filter(space=space).values_list("heads", "state"))
    found = [
        _standing(checkpoint.parse(bytes(one.data)), one.heard.isoformat(), mine, past, bytes(me.device) if me else b"")
        for one in _counting(row)
    ]
    return sorted(found, key=lambda one: (not one.own, one.org, one.device))


def _counting(space: Space) -> list[Row]:
    rows = Row.objects.filter(space=space.hash).order_by("device")
    return [one for one in rows if keeping.counts(space, bytes(one.org), bytes(one.device))]


def _standing(said: Checkpoint, heard: str, mine: Sequence[HeadAt], past: Mapping[str, str], own: bytes) -> Standing:
    state = past.get(said.digest, "")
    return Standing(
        said.org, said.device, said.device == own, said.day, heard, said.events,
        sum(checkpoint.ahead(mine, said.heads).values()), sum(checkpoint.ahead(said.heads, mine).values()),
        state == said.state if state and said.state else None,
    )  # fmt: skip


def doubts(space: bytes) -> list[Doubt]:
    """Forks that statements prove although the events are not all here, by log and place."""
    row = Space.objects.filter(hash=space).first()
    if row is None:
        return []
    said = [checkpoint.parse(bytes(one.data)) for one in _counting(row)]
    pairs = {pair for a, b in combinations(said, 2) if (pair := checkpoint.contradict(a, b))}
    pairs |= set(_against_ours(said))
    held = _held(head.hash for pair in pairs for head in pair)
    unknown = [pair for pair in pairs if not {head.hash for head in pair} <= held]
    orgs = {bytes(log): bytes(org) for log, org in db.rows_in(ORGS, {pair[0].log for pair in unknown})}
    found = {(a.log, a.seq): Doubt(a.log, orgs.get(a.log), a.seq, _sorted(a.hash, b.hash)) for a, b in unknown}
    return [found[place] for place in sorted(found)]


ORGS = "SELECT hash, org FROM store_log WHERE hash IN ({})"
AT = "SELECT e.hash FROM store_event e JOIN store_log l ON l.id = e.log_id WHERE l.hash = %s AND e.seq = %s ORDER BY e.hash"


def _against_ours(said: Iterable[Checkpoint]) -> Iterable[tuple[HeadAt, HeadAt]]:
    """Heads that are not here, at places where something else is."""
    heads = {head for one in said for head in one.heads}
    held = _held(head.hash for head in heads)
    for head in sorted(heads):
        if head.hash not in held and (other := db.value(AT, [head.log, head.seq])) is not None:
            yield HeadAt(head.log, head.seq, bytes(other)), head


def _held(events: Iterable[bytes]) -> set[bytes]:
    return {bytes(one) for (one,) in db.rows_in("SELECT hash FROM store_event WHERE hash IN ({})", set(events))}


def _sorted(first: bytes, second: bytes) -> tuple[bytes, bytes]:
    return (first, second) if first < second else (second, first)
