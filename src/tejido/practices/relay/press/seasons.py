"""Numbers that players know publications and episodes by: given once, never given again.

A publication is a season. Its number is its place among all of this node's, in the order in which they came; one that was
withdrawn keeps its own. An episode's number is the voice's place in the publication, which publishing never reuses.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Max

from tejido.practices.relay.press.models import Season
from tejido.practices.relay.publishing.public import Edition, history

WITHHELD = "withheld"


def of() -> dict[str, Season]:
    """By slug."""
    return {one.slug: one for one in Season.objects.all()}


def next_number() -> int:
    """The number that the next publication will have."""
    return (Season.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def give(editions: Iterable[Edition]) -> None:
    """Numbers to publications that have none, the earlier first."""
    known = of()
    new = sorted((one for one in editions if one.slug not in known), key=lambda one: (one.day, one.at or 0, one.slug))
    for one in new:
        with transaction.atomic():
            Season.objects.get_or_create(slug=one.slug, defaults={"number": next_number(), "day": _first_day(one)})


def _first_day(edition: Edition) -> date:
    first = edition if edition.number == 1 else history(edition.slug)[-1]
    return date.fromisoformat(first.day)


def days(edition: Edition, season: Season) -> dict[int, str]:
    """The day on which each place of a publication was first published: a correction does not make an episode new."""
    first = season.day.isoformat()
    if edition.number == 1:
        return dict.fromkeys((item.number for item in edition.items), first)
    found: dict[int, str] = {}
    for one in reversed(history(edition.slug)):
        for item in one.items:
            if item.status != WITHHELD:
                found.setdefault(item.number, one.day)
    return found
