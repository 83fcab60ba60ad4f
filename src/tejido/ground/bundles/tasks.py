"""Making and reading in the background: a button asks, the page shows how far it is, what was cut short begins again."""

from collections.abc import Callable

from tejido.ground import work
from tejido.ground.bundles import holding, making, reading
from tejido.ground.bundles.models import Arriving, Made


@work.task()
def make(name: str) -> None:
    """Make one bundle that was asked for."""
    make_now(name)


@work.task()
def read(name: str) -> None:
    """Look at one bundle that is whole, and take it in where somebody has agreed."""
    read_now(name)


def make_now(name: str) -> None:
    """The same in this process; whoever does it already is left to it."""
    work.alone(making.claim_key(name), lambda held: making.carry_out(name, held.now_and_then()))


def read_now(name: str) -> None:
    """The same in this process; whoever does it already is left to it."""
    work.alone(reading.claim_key(name), lambda held: reading.carry_out(name, held.now_and_then()))


def soon(task: "work.Task[..., None]", now: Callable[[str], None], name: str) -> None:
    """By the worker where one is free, else here."""
    if work.worker_is_free():
        work.enqueue_once(task, name)
    else:
        now(name)


@work.sweeper
def unfinished() -> None:
    """Queue what was asked for and is not done; delete what has lain here long enough, and what holds something erased."""
    holding.tidy()
    asked = Made.objects.filter(state=Made.State.WAITING).values_list("id", flat=True)
    names = {making.claim_key(name): name for name in asked}
    for key in work.due(list(names)):
        work.enqueue_once(make, names[key])
    whole = [row for row in Arriving.objects.filter(error="") if not reading.missing(row)]
    names = {reading.claim_key(row.id): row.id for row in whole if row.agreed or not row.said}
    for key in work.due(list(names)):
        work.enqueue_once(read, names[key])
