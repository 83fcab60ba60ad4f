"""In the background: uploads that were complete when a process died are finished, forgotten ones removed."""

from contextlib import suppress

from tejido.ground import work
from tejido.ground.errors import Problem
from tejido.ground.uploads import actions, errors, shelf


def claim_key(name: str) -> str:
    """The name of the work on an upload."""
    return f"upload:{name}"


@work.task()
def finish(name: str) -> None:
    """Finish one complete upload. What its purpose refuses is kept with it and shown to its sender."""
    work.alone(claim_key(name), lambda _: _finish(name))


def _finish(name: str) -> None:
    with suppress(errors.InUse, errors.NoSuchUpload, Problem):
        actions.finish(shelf.named(name))


@work.sweeper
def left_behind() -> None:
    """Queue what only waits to be finished."""
    for key in work.due([claim_key(name) for name in actions.sweep()]):
        work.enqueue_once(finish, key.partition(":")[2])
