"""Who may do what in the relay room. Whoever has a role other than guest is a member."""

from django.utils.translation import gettext_lazy as _

from tejido.ground.people import Viewer, permission, require
from tejido.ground.tokens import scope

READ = "relay.read"
REPORT = "relay.report"
CORRECT = "relay.correct"
OPEN = "relay.open"
PASS = "relay.pass"  # noqa: S105 - a permission, no password
WITHDRAW = "relay.withdraw"

ROLES = {
    READ: ("member",),
    REPORT: ("member",),
    CORRECT: ("member",),
    OPEN: ("facilitator", "keeper"),
    PASS: ("facilitator", "keeper"),
    WITHDRAW: ("member",),  # taking back must never wait for somebody with a role
}

SPEAKERS = frozenset({REPORT, WITHDRAW})  # what whoever proved that a report is theirs may do with it


def require_for(viewer: Viewer, name: str, report: str) -> None:
    """Raise NotAllowed unless the viewer may, or speaks for this very report."""
    if not (viewer.only and viewer.only == report and name in SPEAKERS):
        require(viewer, name)


def name_all() -> None:
    """Make the room's permissions known."""
    for name, roles in ROLES.items():
        permission(name, roles=roles)
    scope("relay.read", _("Read chains, voices and reports, and hear them"))
    scope("relay.write", _("Record, answer, correct, translate, ask others to answer"))
    scope("relay.erase", _("Take back and erase reports and voices for good"), grave=True)
    scope("publish", _("Publish, correct and withdraw what everybody may read"), grave=True)
