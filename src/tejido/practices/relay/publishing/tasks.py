"""Background work of publishing: what a kill left behind."""

import time
from collections.abc import Collection

from tejido.ground import work
from tejido.ground.store.models import Own
from tejido.practices.relay.publishing import actions, proofs, standing

SETTLE_EVERY_S = 300
_settled_at: float = -SETTLE_EVERY_S


@work.sweeper
def left_behind() -> None:
    """Take back what was withdrawn, narrowed or cut meanwhile: normally it has followed at once. Old proofs go."""
    global _settled_at  # noqa: PLW0603 - once in a while is enough, in each worker
    if time.monotonic() - _settled_at >= SETTLE_EVERY_S and Own.objects.exists():
        _settled_at = time.monotonic()
        actions.settle_all()
        proofs.clear()


@work.task()
def look(slug: str) -> None:
    """Note whether a publication of ours (its address) is behind."""
    standing.note(slug)


def look_soon(hops: Collection[str]) -> None:
    """The same for all that hold one of these hops (row keys), once for all corrections that are saved until the worker looks."""
    for slug in standing.holding(hops):
        work.enqueue_once(look, slug)
