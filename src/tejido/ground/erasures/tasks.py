"""Receipts in the background, after what they speak of: never while events come in or fold."""

from tejido.ground import work
from tejido.ground.erasures import actions, selectors
from tejido.ground.network.selectors import org_id
from tejido.ground.store.db import row_key
from tejido.ground.store.models import Own


def claim_key(space: str) -> str:
    """The name of the work in a space."""
    return f"erasures:{space}"


@work.sweeper
def owed() -> None:
    """Queue the spaces in which this node has erased something and has not said so."""
    if not Own.objects.exists():
        return
    keys = [row_key(bytes(space.hash)) for space in actions.due()]
    for claim in work.due([claim_key(key) for key in keys]):
        work.enqueue_once(confirm, claim.partition(":")[2])


@work.task()
def confirm(space: str) -> None:
    """Confirm what was erased in one space."""
    with work.claim(claim_key(space)):
        for row in selectors.shared_spaces(org_id()):
            if row_key(bytes(row.hash)) == space:
                actions.confirm(row)
