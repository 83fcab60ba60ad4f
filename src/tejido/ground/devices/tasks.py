"""Keys of spaces in the background."""

from datetime import UTC, datetime

from tejido.ground import work
from tejido.ground.devices import renewing
from tejido.ground.store.models import Own

CLAIM = "devices:keys"


@work.sweeper
def owed() -> None:
    """Queue the wrapping of keys where something is due."""
    if Own.objects.exists() and renewing.due(datetime.now(UTC).date()) and work.due([CLAIM]):
        work.enqueue_once(wrap, "keys")


@work.task()
def wrap(which: str) -> None:
    """Renew and wrap the keys of spaces."""
    del which
    with work.claim(CLAIM):
        renewing.carry_out(datetime.now(UTC).date())
