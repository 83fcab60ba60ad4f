"""The caller's course: what is asked next, and what is offered, after what came of the last turn."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from tejido.replication import caps, serving, wanting
from tejido.replication.effects import Done, Effect
from tejido.replication.messages import (
    BLOBS,
    EVENTS,
    PAYLOADS,
    AskHeads,
    AskWants,
    Events,
    Message,
    Probe,
    Want,
    WantChunks,
    WantPages,
    WantPayloads,
)  # fmt: skip
from tejido.replication.states import FILL, GIVE, OFFER, OVER, PULL, Caller, Task
from tejido.replication.store import SharedSpace
from tejido.replication.taking import listed

Said = tuple[Caller, tuple[Message, ...]]
DRY = 40
"""Turns without events in which two nodes look for the place where a log parts."""


def call(state: Caller, rng: Random) -> tuple[Caller, tuple[Message, ...], tuple[Effect, ...]]:
    if state.cuts > caps.CUTS:
        return replace(state, stage=OVER), (), (Done(state.deferred, cut=True),)
    messages: tuple[Message, ...] = ()
    while not messages and state.stage != OVER:
        if state.tasks is None:
            state, messages = _begin(state)
        elif state.tasks:
            state, messages = _work(state, state.tasks[0], rng)
        else:
            state = _next_stage(state)
    awaiting = next((one for one in reversed(messages) if isinstance(one, Want)), None)
    state = replace(state, answered=(), events=False, placed=(), wants=(), awaiting=awaiting)
    return state, messages, () if messages else (Done(state.deferred),)


def _begin(state: Caller) -> Said:
    if state.stage == PULL and not isinstance(state.awaiting, AskHeads):
        return replace(state, told=()), (AskHeads(),)
    rule = serving.offered if state.stage in (PULL, FILL) else serving.common
    open_to = rule(state.reads, state.peer)
    if state.stage in (PULL, FILL):
        there = {heads.space for heads in state.told}
        spaces = [space for space in open_to if space in there]
    else:
        spaces = list(open_to)
    kinds = (EVENTS,) if state.stage in (PULL, OFFER) else (PAYLOADS, BLOBS)
    tasks = tuple(Task(what, space) for what in kinds for space in spaces)
    return replace(state, tasks=tasks, awaiting=None, moved=False, stuck=False), ()


def _next_stage(state: Caller) -> Caller:
    """Events that waited for those of another space are worth a second pass, as long as anything moves."""
    if state.stage in (PULL, OFFER) and state.stuck and state.moved and state.passes < caps.PASSES:
        return replace(state, tasks=None, awaiting=None, passes=state.passes + 1)
    return replace(state, stage=state.stage + 1, tasks=None, awaiting=None, passes=0)


def _work(state: Caller, task: Task, rng: Random) -> Said:
    """The next messages for a task; none where it is finished."""
    rule = serving.offered if state.stage in (PULL, FILL) else serving.common
    space = rule(state.reads, state.peer).get(task.space)  # asked anew: it may have been revoked meanwhile
    if space is None:
        return _finish(state)
    work = {PULL: _pull, FILL: _fill, OFFER: _offer, GIVE: _give}[state.stage]
    return work(state, task, space, rng)


def _finish(state: Caller, *, stuck: bool = False, deferred: bool = False) -> Said:
    state = replace(state, stuck=state.stuck or stuck, deferred=state.deferred or deferred)
    return replace(state, tasks=(state.tasks or ())[1:], awaiting=None, wants=(), placed=()), ()


def _go_on(state: Caller, task: Task, *messages: Message) -> Said:
    return replace(state, tasks=(task, *(state.tasks or ())[1:])), messages


def _stuck(task: Task, wants: Sequence[Want]) -> bool:
    return wanting.sameness(wants) in task.asked or task.dry > DRY


def _noting(task: Task, wants: Sequence[Want], *, events: bool, skip: int = 0) -> Task:
    asked = task.asked | {wanting.sameness(wants)}
    return replace(task, asked=asked, skip=task.skip + skip, dry=0 if events else task.dry + 1)


# --- from them


def _pull(state: Caller, task: Task, space: SharedSpace, _rng: Random) -> Said:
    told = [heads for heads in state.told if heads.space == task.space]
    wants = wanting.wanted_events(state.reads, space, told, state.placed)
    if not wants:
        return _finish(state)
    if not state.allowance.left(state.reads.waiting()):
        return _finish(state, deferred=True)
    if _stuck(task, wants):
        return _finish(state, stuck=True)
    return _go_on(state, _noting(task, wants, events=state.events), *wants)


def _fill(state: Caller, task: Task, space: SharedSpace, _rng: Random) -> Said:
    task = replace(task, skip=task.skip + _in_vain(state, task, space))
    make = wanting.wanted_payloads if task.what == PAYLOADS else wanting.wanted_chunks
    want = make(state.reads, space, task.skip, state.peer.org)
    if want is None:
        return _finish(state)
    if not state.allowance.left(0):
        return _finish(state, deferred=True)
    return _go_on(state, task, want)


def _in_vain(state: Caller, task: Task, space: SharedSpace) -> int:
    """How many of what was asked for are no nearer, up to the last that was answered (or all, where none was)."""
    want, answered = state.awaiting, set(listed(state.answered))
    if isinstance(want, WantPayloads):
        asked = _upto(want.events, answered)
        return len(set(asked) & set(state.reads.pending(space, task.skip, caps.ITEMS)))
    if isinstance(want, WantChunks):
        names = _upto([one.blob for one in want.chunks], answered)
        lacking = set(state.reads.lacking_blobs(space))
        before = {one.blob: one for one in want.chunks}
        now = {name: wanting.wanted_from(state.reads, name, state.peer.org) for name in names if name in lacking}
        return sum((one.first, one.held) <= (before[name].first, before[name].held) for name, one in now.items())
    return 0


def _upto(names: Sequence[object], answered: set[object]) -> Sequence[object]:
    last = max((place for place, name in enumerate(names) if name in answered), default=len(names) - 1)
    return names[: last + 1]


# --- to them


def _given_before(state: Caller, task: Task, wants: Sequence[Want]) -> Caller:
    """Where something of what was given arrived before the line broke, that cut counts for nothing."""
    return state if wanting.sameness(wants) in task.before else replace(state, cuts=0)


def _offer(state: Caller, task: Task, space: SharedSpace, rng: Random) -> Said:
    ask: tuple[Message, ...] = (AskWants(task.space, EVENTS), *serving.heads(state.reads, space, rng))
    if not isinstance(state.awaiting, AskWants):
        return _go_on(state, task, AskWants(task.space, EVENTS), *serving.told_of(state.reads, space, rng))
    wants = [want for want in state.wants if isinstance(want, WantPages | Probe) and want.space == task.space]
    if not wants:
        return _finish(state)
    budget = serving.budget(state.most)
    told = [m for want in wants for m in serving.answer(state.reads, {task.space: space}, want, budget, rng)]
    if not told or _stuck(task, wants):
        return _finish(state, stuck=True)
    events = any(isinstance(one, Events) for one in told)
    moved = replace(_given_before(state, task, wants), moved=state.moved or events)
    return _go_on(moved, _noting(task, wants, events=events), *told, *ask)


def _give(state: Caller, task: Task, space: SharedSpace, rng: Random) -> Said:
    if not isinstance(state.awaiting, AskWants):
        return _go_on(state, task, AskWants(task.space, task.what, task.skip))
    kind = WantPayloads if task.what == PAYLOADS else WantChunks
    want = next((one for one in state.wants if isinstance(one, kind) and one.space == task.space), None)
    if want is None:
        return _finish(state)
    state = _given_before(state, task, [want])
    told = serving.answer(state.reads, {task.space: space}, want, serving.budget(state.most), rng)
    count, missing = serving.couldnt(want, told)
    again = _stuck(task, [want])
    task = _noting(task, [want], events=True, skip=count if again else missing)
    return _go_on(state, task, *(() if again else told), AskWants(task.space, task.what, task.skip))
