"""What must not lie here any longer: bundles made here that hold something erased, and everything after some days.

A bundle that was made is closed to other devices, but it holds payloads: so it goes when anything in it is erased. What is in
a bundle that arrives is not known before it is whole; while parts of one lie here no receipt is written for what was erased
after the first of them came. For what was erased before, it is as any file that comes tomorrow: what it holds of that is not
taken in. So nobody can put a receipt off for longer than parts are kept, however many they make up.
"""

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from tejido.ground.bundles import making, planning, reading, shelf
from tejido.ground.bundles.models import Arriving, Made, Taken

KEEP_MADE = timedelta(days=7)
KEEP_TAKEN = timedelta(days=365)


def erased() -> int:
    """Delete the bundles made here that hold something that was erased since; how many."""
    rows = Made.objects.filter(state=Made.State.READY)
    going = [row.id for row in rows if planning.erased_within(row.spans) != row.erased]
    making.forget(going)
    return len(going)


def tidy() -> None:
    """Everything that has to go by now; repeating it changes nothing."""
    erased()
    now = timezone.now()
    making.forget(list(Made.objects.filter(at__lt=now - KEEP_MADE).values_list("id", flat=True)))
    for name in Arriving.objects.filter(begun__lt=now - reading.KEEP).values_list("id", flat=True):
        reading.discard(name)
    Taken.objects.filter(at__lt=now - KEEP_TAKEN).delete()
    known = {
        "in": set(Arriving.objects.filter(error="").values_list("id", flat=True)),
        "out": set(Made.objects.exclude(state=Made.State.FAILED).values_list("id", flat=True)),
    }
    for path in shelf.strays(known):
        shelf.remove(path)


def unknown_since() -> int | None:
    """The last redaction that was known when the first part came of those that lie here; None where none do."""
    last: int | None = Arriving.objects.filter(error="").aggregate(last=Min("erasures"))["last"]
    return last
