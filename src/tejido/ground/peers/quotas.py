"""What each organisation may bring in a day. What is beyond is not refused: it is asked for tomorrow."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from tejido.ground.peers.models import Brought
from tejido.replication.quotas import Allowance

A_DAY = Allowance()
KEPT = timedelta(days=2)


def left(org: bytes, waiting: int = 0) -> Allowance:
    """What is left of today's, with so many events that wait here already."""
    row = Brought.objects.filter(org=org.hex(), day=timezone.now().date()).first()
    return replace(A_DAY.spend(row.events, row.bytes) if row else A_DAY, waited=waiting)


def spent(org: bytes, before: Allowance, after: Allowance) -> None:
    """Note what came."""
    events, size = before.events - after.events, before.bytes - after.bytes
    if not events and not size:
        return
    today = timezone.now().date()
    Brought.objects.filter(day__lt=today - KEPT).delete()
    Brought.objects.get_or_create(org=org.hex(), day=today)
    Brought.objects.filter(org=org.hex(), day=today).update(events=F("events") + events, bytes=F("bytes") + size)
