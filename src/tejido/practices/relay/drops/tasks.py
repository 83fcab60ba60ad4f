"""In the background: receipts of what was erased go in the end."""

from tejido.ground import work
from tejido.practices.relay.drops import actions


@work.sweeper
def forget_old() -> None:
    """Receipts of what was erased say who has confirmed it, and go in the end."""
    actions.forget_old()
