"""What a caller will ask next, told by an answer before it is taken in: so one side makes the next while the other takes in.

A guess, and harmless: an answer that was got ahead counts only where the caller then asks for exactly this."""

from collections.abc import Iterable, Sequence

from tejido.log.admit import Incoming
from tejido.log.errors import Malformed
from tejido.log.header import event_hash
from tejido.replication import pages
from tejido.replication.messages import Events, Message, Placed, Run, WantPages
from tejido.replication.store import Point


def foreseeable(said: Sequence[Message]) -> bool:
    """Whether the answer to these words tells what is asked after it."""
    return len(said) == 1 and isinstance(said[0], WantPages)


def following(said: Sequence[Message], heard: Iterable[Message]) -> tuple[Message, ...]:
    """The words after `said` was answered by `heard`, if all that came is taken in: the runs from there on; none where that
    cannot be told."""
    want = said[0] if foreseeable(said) else None
    if not isinstance(want, WantPages):
        return ()
    last: dict[bytes, Incoming] = {}
    for one in heard:
        if isinstance(one, Placed):
            return ()
        if isinstance(one, Events) and one.page.events:
            last[one.page.log.id] = one.page.events[-1]
    try:
        runs = [Run(run.log, run.tip, _place(last[run.log])) if run.log in last else run for run in want.runs]
    except Malformed:
        return ()
    runs = [run for run in runs if run.after != run.tip]
    return (WantPages(want.space, tuple(runs)),) if last and runs else ()


def _place(event: Incoming) -> Point:
    return Point(pages.seq_of(event.header), event_hash(event.header))
