"""The charter's part of a network's page, and where its members go on elsewhere."""

from django.utils.translation import gettext_lazy as _

from tejido.ground.charter import policies, selectors, successions
from tejido.ground.charter.domain import OPEN
from tejido.ground.network import desk, papers
from tejido.ground.network import selectors as networks
from tejido.ground.people import Viewer, may
from tejido.ground.slots import Panel
from tejido.ground.ui.qr import fits


def network_panel(viewer: Viewer, subject: str) -> Panel | None:
    """Which charter is in force, and where to read on."""
    info = networks.network(subject)
    if info is None or not may(viewer, policies.SEE):
        return None
    made = selectors.course_of(info)
    if not made.members:
        return None
    speaks = may(viewer, policies.SPEAK)
    context = {
        "key": info.key,
        "number": made.in_force.number if made.in_force else 0,
        "waiting": speaks
        and not selectors.onward(info)
        and any(one.status == OPEN and selectors.has_say(one) is False for one in made.standings),
        "may_leave": speaks and info.owner != networks.org_id(),
        "may_succeed": speaks and info.admitted and not selectors.onward(info) and info.owner != networks.org_id(),
        "came_from": successions.came_from(viewer=viewer, network=info),
    }
    return Panel(_("Charter"), "charter/panel.html", context)


def onward_panel(viewer: Viewer, subject: str) -> Panel | None:
    """Above everything else: that members of this network go on in another one."""
    info = networks.network(subject)
    if info is None or not may(viewer, policies.SEE):
        return None
    found = [one for one in successions.successors(viewer=viewer, network=info) if one.founded]
    found.sort(key=lambda one: not one.joined)
    gone = any(one.joined for one in found)
    context = {"network": info, "found": found, "gone": gone, "may_go": may(viewer, policies.SPEAK) and info.admitted}
    return Panel(_("It goes on elsewhere"), "charter/onward.html", context) if found else None


def invite_panel(viewer: Viewer, subject: str) -> Panel | None:
    """Other ways to hand an invitation on."""
    info = networks.network(subject)
    if info is None or not info.admitted or not may(viewer, policies.SPEAK):
        return None
    whole = fits(papers.compact(desk.invitation(viewer=viewer, network=info)))
    return Panel(_("By link or QR code"), "charter/invite_panel.html", {"key": info.key, "whole": whole})
