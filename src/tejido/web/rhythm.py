"""Home: what the charters of our networks ask for next, and until when."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tejido.ground.charter import policies, selectors
from tejido.ground.network import selectors as networks
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, may
from tejido.ground.slots import Panel
from tejido.practices.relay.public import has_spoken

MONTHS = 12
What = Literal["chain", "lab", "action"]


@dataclass(frozen=True)
class Due:
    """Something that a charter asks for until a day; `a_year`: how often, 0 for what is due once."""

    what: What
    until: date
    a_year: int = 0
    late: bool = False


@dataclass(frozen=True)
class Asked:
    """What one network's charter asks for next."""

    key: str
    name: str
    due: tuple[Due, ...]


def panel(viewer: Viewer, _subject: str) -> Panel | None:
    """What is due next in each network that has a charter; nothing where none has."""
    if not may(viewer, policies.SEE):
        return None
    found = [one for info in selectors.with_charter() if (one := _asked(viewer, info)) and one.due]
    context = {"asked": found, "unkept": any(due.a_year for one in found for due in one.due)}
    return Panel(_("What the charter asks for next"), "web/rhythm.html", context) if found else None


def _asked(viewer: Viewer, info: NetworkInfo) -> Asked | None:
    made = selectors.course_of(info)
    if made.in_force is None or selectors.onward(info):
        return None
    joined = made.since(networks.org_id().hex())
    rhythm: dict[str, Any] = made.in_force.matter.body.get("rules", {}).get("rhythm", {})
    first = None
    if joined and joined.came and not has_spoken(viewer=viewer, network=info.key):
        first = date.fromisoformat(joined.day)
    return Asked(info.key, info.name, tuple(due(rhythm, first, timezone.localdate())))


def due(rhythm: dict[str, Any], joined: date | None, today: date) -> Iterator[Due]:
    """What a rhythm asks for. `joined`: when an organisation came in that has not been heard in a chain yet."""
    if joined and (days := rhythm.get("first_chain_days", 0)):
        until = joined + timedelta(days=days)
        yield Due("chain", until, late=until < today)
    if labs := rhythm.get("labs_a_year", 0):
        yield Due("lab", period_end(today, labs), labs)
    if actions := rhythm.get("actions_a_year", 0):
        yield Due("action", period_end(today, actions), actions)


def period_end(today: date, a_year: int) -> date:
    """The last day of the present part of the year, where it has `a_year` equal ones: months where that comes out even."""
    if MONTHS % a_year == 0:
        length = MONTHS // a_year
        month = ((today.month - 1) // length + 1) * length
        return date(today.year, month, calendar.monthrange(today.year, month)[1])
    first, days = date(today.year, 1, 1), 366 if calendar.isleap(today.year) else 365
    part = (today - first).days * a_year // days
    return first + timedelta(days=-(-(part + 1) * days // a_year) - 1)
