"""An exchange between two nodes as a function: `step(state, message, now, rng) -> (state, messages, effects)`.

Reads go through a small protocol in the state (`store.Reads`), writes come out as effects, which whoever drives carries out
before the next step (`driving.turn` does both). So a step is a function of its arguments and of what the store holds, and
can be tested against a store of dictionaries, while 4 MiB of events need no message of their own to ask what is held.
Reads as effects answered by messages were turned down: as pure, but every rule would be cut in two at each question.

Both sides work in turns. While the other speaks, a state is given its messages one by one, then `End`, or `Cut` where the
line broke; these give effects. `Turn` then asks it to speak, and gives messages.

    Caller   asks for heads, pages, payloads and blobs; then offers the same the other way; `Done` at its end
    Server   answers; keeps nothing from one turn to the next
    Reader   only takes in (a bundle)
"""

from dataclasses import replace
from random import Random
from typing import Any, overload

from tejido.replication import calling, caps, messages, serving, taking, wanting
from tejido.replication.effects import Effect
from tejido.replication.lots import PayloadsOf
from tejido.replication.messages import (
    EVENTS,
    PAYLOADS,
    AskHeads,
    AskWants,
    End,
    Events,
    Heads,
    Message,
    Placed,
    Probe,
    Want,
)  # fmt: skip
from tejido.replication.states import Caller, Cut, Heard, Reader, S, Server, State, Turn
from tejido.replication.store import SharedSpace
from tejido.replication.taking import Intake

__all__ = ["Caller", "Cut", "Reader", "Server", "State", "Turn", "step"]

Step = tuple[S, tuple[Message, ...], tuple[Effect, ...]]


@overload
def step(state: Caller, message: Heard, now: int, rng: Random) -> Step[Caller]: ...
@overload
def step(state: Server, message: Heard, now: int, rng: Random) -> Step[Server]: ...
@overload
def step(state: Reader, message: Heard, now: int, rng: Random) -> Step[Reader]: ...
def step(state: State, message: Heard, now: int, rng: Random) -> Step[Any]:
    """One step; `now` in seconds since 1970 renews what a peer may bring, `rng` chooses among too many branches."""
    if not isinstance(message, Turn):
        state, effects = _hear(state, message, now)
        return state, (), effects
    if isinstance(state, Caller):
        return calling.call(_closed(state), rng)
    if isinstance(state, Server):
        return _serve(state, rng)
    return replace(state, allowance=state.intake.allowance if state.intake else state.allowance, intake=None), (), ()


# --- hearing


def _hear(state: State, message: Message | PayloadsOf | Cut, now: int) -> tuple[State, tuple[Effect, ...]]:
    intake = state.intake or Intake(state.reads, _open_to(state), state.allowance.at(now), giver=_giver(state))
    if isinstance(message, End | Cut):
        intake, effects = taking.flush(intake)
        state = replace(state, intake=intake)
        return (_cut(state) if isinstance(state, Caller) and isinstance(message, Cut) else state), effects
    if isinstance(state, Reader) or not isinstance(message, Heads | Placed | Want):
        intake, effects = taking.receive(intake, message)
        state = taking.changed(state, intake=intake)
        return (_marked(state, message) if isinstance(state, Caller) else state), effects
    if getattr(message, "space", None) not in (*intake.spaces, None):
        return replace(state, intake=intake), ()
    return _noted(replace(state, intake=intake), message), ()


def _giver(state: State) -> bytes:
    return b"" if isinstance(state, Reader) else state.peer.org


def _open_to(state: State) -> serving.Spaces:
    if isinstance(state, Reader):
        return {one.space.id: one for one in state.reads.spaces()}
    rule = serving.offered if isinstance(state, Caller) else serving.common
    return rule(state.reads, state.peer)


def _marked(state: Caller, message: Message | PayloadsOf) -> Caller:
    """What came shows that the line holds, and that a pass brings something."""
    events = isinstance(message, Events)
    if not state.cuts and state.moved >= events and state.events >= events:
        return state
    return replace(state, cuts=0, events=state.events or events, moved=state.moved or events)


def _noted(state: Caller | Server, message: Heads | Placed | Want) -> Caller | Server:
    """Heads count when a caller has asked for them, and when they are offered to a server."""
    if isinstance(message, Heads):
        asked = isinstance(state, Server) or isinstance(state.awaiting, AskHeads)
        return replace(state, told=(*state.told, message)) if asked else state
    if isinstance(message, Placed):
        return replace(state, placed=(*state.placed, message))
    return replace(state, wants=(*state.wants, message)) if _is_due(message, state.wants) else state


def _is_due(want: Want, before: tuple[Want, ...]) -> bool:
    """A turn asks for each kind of thing once, and for so many places: a small question has no long answer many times over."""
    if isinstance(want, Probe):
        return len(before) <= caps.RUNS + len(messages.WHAT)
    key = (type(want), getattr(want, "what", ""))
    return all((type(one), getattr(one, "what", "")) != key for one in before)


def _cut(state: Caller) -> Caller:
    """What was asked for may be asked for again; a caller gives up after some cuts with nothing in between."""
    told = () if isinstance(state.awaiting, AskHeads) else state.told
    tasks = state.tasks
    if tasks:
        tasks = (replace(tasks[0], asked=frozenset(), before=tasks[0].asked), *tasks[1:])
    return replace(state, told=told, tasks=tasks, awaiting=None, wants=(), cuts=state.cuts + 1)


def _closed(state: Caller) -> Caller:
    """The turn's intake is done with, but for what it has left of the allowance and what it saw."""
    if state.intake is None:
        return state
    return replace(state, allowance=state.intake.allowance, answered=state.intake.answered, intake=None)


# --- serving


def _serve(state: Server, rng: Random) -> tuple[Server, tuple[Message, ...], tuple[Effect, ...]]:
    spaces, budget = serving.common(state.reads, state.peer), serving.budget(state.most)
    said: list[Message] = []
    for want in state.wants:
        if isinstance(want, AskWants):
            said += _wanted(state, spaces.get(want.space), want)
        else:
            said += serving.answer(state.reads, spaces, want, budget, rng)
    fresh = Server(state.reads, state.peer, state.intake.allowance if state.intake else state.allowance)
    return fresh, tuple(said), ()


def _wanted(state: Server, space: SharedSpace | None, ask: AskWants) -> list[Message]:
    allowance = state.intake.allowance if state.intake else state.allowance
    if space is None or not allowance.left(state.reads.waiting()):
        return []
    if ask.what == EVENTS:
        told = [heads for heads in state.told if heads.space == ask.space]
        return [*wanting.wanted_events(state.reads, space, told, state.placed)]
    want = (wanting.wanted_payloads if ask.what == PAYLOADS else wanting.wanted_chunks)(
        state.reads, space, ask.skip, state.peer.org
    )
    return [want] if want else []
