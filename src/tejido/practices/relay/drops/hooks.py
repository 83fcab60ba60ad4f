"""What drop links show elsewhere: what came in waits on the home page, and is marked on the report's own page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tejido.ground import slots
from tejido.ground.people import Viewer, may
from tejido.practices.relay import after, own
from tejido.practices.relay.drops import actions, policies, selectors

URGENCY = 55


def waiting(viewer: Viewer) -> Iterator[slots.Step]:
    """Reports that came by link and that nobody has looked at."""
    if may(viewer, policies.MANAGE) and (count := selectors.unseen(viewer=viewer)):
        text = ngettext("%(count)d report came in by a drop link", "%(count)d reports came in by drop links", count)
        yield slots.Step(text % {"count": count}, reverse("relay_drops"), URGENCY)


def given_by_link(viewer: Viewer, subject: str) -> slots.Panel | None:
    """On a report's page: that it was given by link, for those who look after links."""
    if not may(viewer, policies.MANAGE) or (drop := selectors.came_by_link(subject)) is None:
        return None
    return slots.Panel(_("Given by link"), "relay_drops/panel.html", {"drop": drop})


def register() -> None:
    """Make all of it known."""
    after.changed(actions.follow)
    own.hider(selectors.hidden_reports)
    own.unreachable(selectors.given_among)
    slots.next_step(waiting)
    slots.panel("relay.report", given_by_link, order=20)
