"""Keys of spaces in the background."""

import time
from datetime import UTC, date, datetime

from tejido.ground import work
from tejido.ground.devices import renewing
from tejido.ground.store import retiring
from tejido.ground.store.erasing import after_erasing
from tejido.ground.store.models import Own

CLAIM, OLD = "devices:keys", "devices:old-keys"
EVERY_S = 3600.0
_looked: dict[str, float] = {}


def _today() -> date:
    return datetime.now(UTC).date()


@work.sweeper
def owed() -> None:
    """Queue the wrapping of keys where something is due."""
    if Own.objects.exists() and renewing.due(_today()) and work.due([CLAIM]):
        work.enqueue_once(wrap, "keys")


@work.task()
def wrap(which: str) -> None:
    """Renew and wrap the keys of spaces."""
    del which
    with work.claim(CLAIM):
        renewing.carry_out(_today())


@work.sweeper
def outlived() -> None:
    """Queue a look for keys that may go: each hour, and after something was erased."""
    now = time.monotonic()
    if now - _looked.get(OLD, -EVERY_S) >= EVERY_S and Own.objects.exists() and work.due([OLD]):
        _looked[OLD] = now
        work.enqueue_once(retire, "old")


@work.task()
def retire(which: str) -> None:
    """Let old keys of spaces go."""
    del which
    with work.claim(OLD):
        retiring.carry_out(_today())


@after_erasing
def _soon() -> None:
    """Boxes of keys may have gone."""
    _looked.clear()
