"""The erasures' part of a network's page: whose answer is missing."""

from django.utils.translation import gettext_lazy as _

from tejido.ground.erasures import selectors, wording
from tejido.ground.network import policies
from tejido.ground.network import selectors as networks
from tejido.ground.people import Viewer, may
from tejido.ground.slots import Panel

LOOKED_AT, SHOWN = 20, 5


def network_panel(viewer: Viewer, subject: str) -> Panel | None:
    """The latest erasures of ours in a network, and which nodes have not confirmed them; nothing where nothing was erased."""
    info = networks.network(subject)
    if info is None or not may(viewer, policies.SEE):
        return None
    found = [one for one in selectors.erasures(viewer=viewer)[0:LOOKED_AT] if one.network == info.name]
    if not found:
        return None
    open_ones = [one for one in found if not one.standing.whole]
    rows = [(wording.reason(one.standing.reasons), one.standing) for one in open_ones[:SHOWN]]
    return Panel(_("Who has erased it"), "erasures/network.html", {"rows": rows})
