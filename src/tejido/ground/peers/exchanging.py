"""One exchange with one partner: called, pulled, offered, given; how it went is kept with the partner.

Nothing is held open in the database while the line is waited for: each batch that came is one short transaction of its own.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.utils import timezone

from tejido.ground import work
from tejido.ground.network.replica import NodeStore
from tejido.ground.peers import addresses, proxying, quotas
from tejido.ground.peers.calling import Call
from tejido.ground.peers.connecting import Line, Reach
from tejido.ground.peers.course import Course
from tejido.ground.peers.errors import Full, NoAnswer, PeerProblem, TooSlow, UnderWay
from tejido.ground.peers.models import Peer
from tejido.ground.store import erasing
from tejido.replication import driving
from tejido.replication.messages import Events, Message, Part, PayloadOf
from tejido.replication.states import Caller

Tell = Callable[[int], None]
SLICE_S = 120.0
AGAIN_S = (1.0, 3.0, 10.0)
LONGEST = timedelta(days=1)
FAULT = "fault"


@dataclass
class Went:
    """How an exchange went: `taken` came in, `given` went out, `came` and `went` are bytes on the line. `over`: whether there is
    nothing more to do; else the next exchange goes on."""

    taken: driving.Report = field(default_factory=driving.Report)
    given: Counter[str] = field(default_factory=Counter)
    came: int = 0
    went: int = 0
    over: bool = False

    def value(self) -> dict[str, Any]:
        """As the partner's row keeps it."""
        counts = ("accepted", "filled", "waiting", "blobs_in")
        numbers = {name: getattr(self.taken, name) for name in counts} | {"came": self.came, "went": self.went}
        given = {name: self.given[name] for name in ("events_out", "payloads_out", "chunks_out")}
        return {**numbers, **given, "deferred": self.taken.deferred, "problems": self.taken.problems[:50]}


def reach(patience_s: float = proxying.TOR_S) -> Reach:
    """What this node may call."""
    return Reach(settings.NODE.exchange_lan, settings.NODE.exchange_proxy, patience_s)


def claim_key(peer: str) -> str:
    """The name of the work on a partner."""
    return f"peer:{peer}"


def exchange(peer: Peer, *, slice_s: float = SLICE_S, tell: Tell | None = None) -> Went:
    """Exchange with a partner now; raises `UnderWay`, or the `PeerProblem` that is kept with it as well."""
    work.retry(claim_key(peer.id))  # when to call again is told by the partner's own row
    problem: PeerProblem | None = None
    went = Went()
    try:
        with work.claim(claim_key(peer.id), stale_after_s=300) as held:
            problem = _recorded(peer, went, slice_s, tell or held.beat)
    except work.Busy as error:
        raise UnderWay from error
    if problem is not None:
        raise problem
    return went


def _recorded(peer: Peer, went: Went, slice_s: float, tell: Tell) -> PeerProblem | None:
    """What kept it from going on, which is no fault of this work; how it went is kept with the partner."""
    Peer.objects.filter(id=peer.id).update(tried_at=timezone.now())
    try:
        _exchange(peer, went, slice_s, tell)
    except PeerProblem as problem:
        _failed(peer, problem.code, went, problem.after_s if isinstance(problem, Full) else 0)
        return problem
    except Exception:
        _failed(peer, FAULT, went, 0)
        raise
    finally:
        if erasing.unscrubbed():
            erasing.scrub()
    now = timezone.now()
    after = next_after(now, peer.every_min, 0) if went.over else now
    done = {"heard_at": now, "problem": "", "failures": 0, "next_at": after if peer.every_min else None}
    Peer.objects.filter(id=peer.id).update(**done, report=went.value())
    return None


def _failed(peer: Peer, code: str, went: Went, after_s: int) -> None:
    now, failures = (
        timezone.now(),
        0 if went.taken.came else peer.failures + 1,
    )  # a bad line that brings something is good
    after = now + timedelta(seconds=after_s) if after_s else next_after(now, peer.every_min, failures)
    after = min(after, latest(now, peer.every_min))
    said = {"failed_at": now, "problem": code, "failures": failures, "next_at": after if peer.every_min else None}
    if went.came:
        said["report"] = went.value()
    Peer.objects.filter(id=peer.id).update(**said)


def next_after(now: datetime, every_min: int, failures: int) -> datetime:
    """When to call again: twice as late after each failure in a row, a day at most unless people asked for less often."""
    often = timedelta(minutes=every_min)
    return now + max(often, min(LONGEST, often * (1 << min(failures, 11))))


def latest(now: datetime, every_min: int) -> datetime:
    """No call is put off further than this."""
    return now + max(timedelta(minutes=every_min), LONGEST)


def _exchange(peer: Peer, went: Went, slice_s: float, tell: Tell) -> None:
    line, store = Line(addresses.parse(peer.address), reach(slice_s)), NodeStore()
    course = Course(store)
    call = Call(line, bytes.fromhex(peer.org))
    try:
        _turns(call, store, lambda moved: tell(course.moves(moved)), course, went, slice_s)
    finally:
        went.came, went.went = call.came, call.went
        call.hang_up()


def _turns(call: Call, store: NodeStore, tell: Tell, course: Course, went: Went, slice_s: float) -> None:
    rng = SystemRandom()
    before = quotas.left(call.org, store.waiting())
    state, said = driving.begin(Caller(store, call.greet(), before), _now(), rng)
    call.until = time.monotonic() + slice_s  # not before they answered: Tor may take the time of a whole slice for that
    cuts = came = 0
    try:
        while said and time.monotonic() < call.until:
            course.begins(state, went.taken, call.came + call.went)
            _count(went.given, said)
            heard = course.wanted(call.turn(said, tell))
            state, said = driving.turn(replace(state, most=call.most), store, heard, _now(), rng, went.taken)
            call.pace()
            cuts, came = _after(call.problem, 0 if went.taken.came > came else cuts), went.taken.came
    finally:
        quotas.spent(call.org, before, state.allowance)
    if went.taken.cut and call.problem:
        raise call.problem
    went.over = not said


def _after(problem: PeerProblem | None, cuts: int) -> int:
    """After a cut the line is tried again a few times, each time later; then it is given up for now."""
    if problem is None:
        return 0
    if cuts >= len(AGAIN_S) or not isinstance(problem, TooSlow | NoAnswer):
        raise problem
    time.sleep(AGAIN_S[cuts])
    return cuts + 1


def _now() -> int:
    return int(timezone.now().timestamp())


def _count(given: Counter[str], said: Sequence[Message]) -> None:
    for one in said:
        if isinstance(one, Events):
            given["events_out"] += len(one.page.events)
        given["payloads_out"] += isinstance(one, PayloadOf)
        given["chunks_out"] += isinstance(one, Part) and one.start == 0
