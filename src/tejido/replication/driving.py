"""Driving a state: its messages in, its effects into the store, its answer out. All that carriers share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from tejido.log.errors import Malformed
from tejido.replication import caps
from tejido.replication.core import step
from tejido.replication.effects import (
    Done,
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
from tejido.replication.lots import in_lots
from tejido.replication.messages import End, Message
from tejido.replication.states import Cut, S, Turn
from tejido.replication.store import BlobProblem, Taken, Writes


@dataclass
class Report:
    """What an exchange has done so far; `problems` say what was passed over, where and why."""

    accepted: int = 0
    held: int = 0
    filled: int = 0
    waiting: int = 0
    chunks_in: int = 0
    parts_in: int = 0  # of chunks that are not whole yet, too
    blobs_in: int = 0
    checkpoints_in: int = 0
    problems: list[str] = field(default_factory=list)
    done: bool = False
    deferred: bool = False
    cut: bool = False

    def say(self, where: str, what: str) -> None:
        """Note a problem once."""
        problem = f"{where}: {what}" if where else what
        if problem not in self.problems and len(self.problems) < caps.PROBLEMS:
            self.problems.append(problem)

    @property
    def came(self) -> int:
        """How many things came in."""
        return self.accepted + self.filled + self.parts_in + self.chunks_in

    @property
    def changed(self) -> bool:
        """Whether anything came in; checkpoints come again each time."""
        return any((self.accepted, self.filled, self.parts_in, self.chunks_in, self.blobs_in))


def turn(
    state: S, store: Writes, heard: Iterable[Message], now: int, rng: Random, report: Report
) -> tuple[S, tuple[Message, ...]]:
    """Hear one turn, then speak. A turn that does not end, or turns malformed, counts as cut; raises nothing for it."""
    state = hear(state, store, heard, now, rng, report)
    state, messages, effects = step(state, Turn(), now, rng)
    apply(effects, store, report)
    return state, messages


def hear(state: S, store: Writes, heard: Iterable[Message], now: int, rng: Random, report: Report) -> S:
    """Hear one turn."""
    ended = False
    try:
        for message in in_lots(heard):
            state, _, effects = step(state, message, now, rng)
            apply(effects, store, report)
            ended = isinstance(message, End)
            if ended:
                break
    except Malformed as error:
        report.say("", f"the other side's words end in something malformed: {error}")
    if not ended:
        state, _, effects = step(state, Cut(), now, rng)
        apply(effects, store, report)
    return state


def begin(state: S, now: int, rng: Random) -> tuple[S, tuple[Message, ...]]:
    """A caller's first words."""
    state, messages, _ = step(state, Turn(), now, rng)
    return state, messages


def apply(effects: Iterable[Effect], store: Writes, report: Report) -> None:
    """Carry effects out; what a store refuses is noted."""
    for effect in effects:
        try:
            _apply(effect, store, report)
        except BlobProblem as error:
            report.say("", str(error))


def _apply(effect: Effect, store: Writes, report: Report) -> None:
    if isinstance(effect, TakeIn):
        _add(report, store.ingest(effect.events, effect.spaces, effect.logs))
    elif isinstance(effect, TakePayloads):
        _add(report, store.fill(effect.payloads))
    elif isinstance(effect, TakeChunk | TakePart | DropPart | FinishBlob):
        _apply_to_blob(effect, store, report)
    elif isinstance(effect, TakeCheckpoint):
        problem = store.take_checkpoint(effect.space, effect.data)
        report.checkpoints_in += not problem
        if problem:
            report.say("checkpoint", problem)
    elif isinstance(effect, Say):
        report.say(effect.where, effect.what)
    elif isinstance(effect, Done):
        report.done, report.deferred, report.cut = True, effect.deferred, effect.cut


def _apply_to_blob(effect: TakeChunk | TakePart | DropPart | FinishBlob, store: Writes, report: Report) -> None:
    if isinstance(effect, TakeChunk):
        store.take_chunk(effect.descriptor, effect.number, effect.data)
        report.chunks_in += 1
    elif isinstance(effect, TakePart):
        store.take_part(effect.descriptor, effect.number, effect.giver, effect.start, effect.data)
        report.parts_in += 1
    elif isinstance(effect, DropPart):
        store.drop_part(effect.descriptor, effect.number, effect.giver)
    else:
        report.blobs_in += store.finish_blob(effect.descriptor)


def _add(report: Report, taken: Taken) -> None:
    report.accepted += taken.accepted
    report.held += taken.held
    report.filled += taken.filled
    report.waiting = taken.waiting
    for problem in (*taken.refused, *taken.bad_payloads):
        report.say("", problem)
