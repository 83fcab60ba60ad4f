"""Counting wrong receipts: against one locator, used or not, and against the node. Nobody's address is needed for it."""

from django.db import transaction
from django.utils import timezone

from tejido.practices.relay.drops.domain import GUESSES, WINDOW
from tejido.practices.relay.drops.errors import TooManyGuesses
from tejido.practices.relay.drops.models import Guess

NODE = "node"


def spend(locator: str) -> None:
    """Count a guess before it is tried; raises `TooManyGuesses`, alike whether anything has that locator or not."""
    with transaction.atomic():
        Guess.objects.filter(since__lt=timezone.now() - WINDOW).delete()
        limits = {NODE: GUESSES["node"], locator: GUESSES["receipt"]}
        for place, most in limits.items():
            found, _ = Guess.objects.get_or_create(place=place, defaults={"since": timezone.now(), "count": 0})
            found = Guess.objects.select_for_update().get(pk=found.pk)
            if found.count >= most:
                raise TooManyGuesses
            found.count += 1
            found.save(update_fields=["count"])


def give_back(locator: str) -> None:
    """A guess was right: it does not count."""
    with transaction.atomic():
        for place in (NODE, locator):
            found = Guess.objects.select_for_update().filter(pk=place, count__gt=0).first()
            if found:
                found.count -= 1
                found.save(update_fields=["count"])
