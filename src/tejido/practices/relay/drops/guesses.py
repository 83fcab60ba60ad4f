"""Wrong receipts: counted against one locator, used or not; tried by so many at once. Nobody's address is needed for it.

What keeps a receipt safe is that each try costs a quarter of a second of one core: at most eight a second on a node, however
many try, against 10¹² possibilities. So nothing has to be closed to everybody because somebody guesses on purpose. What is
counted is what one locator takes in an hour, and whoever knows none would have to guess at ten thousand of them.
"""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tejido.practices.relay.drops import domain
from tejido.practices.relay.drops.errors import Crowded, TooManyGuesses
from tejido.practices.relay.drops.models import Guess


@contextmanager
def turn() -> Iterator[None]:
    """One of the few places in which a hash is computed; raises `Crowded` at once where all are taken.

    It does not wait: requests that wait would keep every other page of the node waiting with them."""
    with ExitStack() as stack:
        for number in range(domain.AT_ONCE):
            handle = stack.enter_context((Path(settings.NODE_DIR) / f"receipts-{number}.lock").open("a"))
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            break
        else:
            raise Crowded
        yield


def spend(locator: str) -> None:
    """Count a guess before it is tried; raises `TooManyGuesses`, alike whether anything has that locator or not."""
    with transaction.atomic():
        now = timezone.now()  # what began later was noted by a clock that has been set back since
        Guess.objects.exclude(since__gte=now - domain.WINDOW, since__lte=now).delete()
        found, _ = Guess.objects.get_or_create(place=locator, defaults={"since": now, "count": 0})
        found = Guess.objects.select_for_update().get(pk=found.pk)
        if found.count >= domain.GUESSES:
            raise TooManyGuesses
        found.count += 1
        found.save(update_fields=["count"])


def give_back(locator: str) -> None:
    """A guess was right: it does not count."""
    with transaction.atomic():
        found = Guess.objects.select_for_update().filter(pk=locator, count__gt=0).first()
        if found:
            found.count -= 1
            found.save(update_fields=["count"])
