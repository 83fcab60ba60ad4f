"""What waits for a keeper: to get into a network, to say in it who we are, and to hand a request over."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tejido.ground.network import gates, glance, policies
from tejido.ground.people import Viewer, may
from tejido.ground.slots import Step


def keepers_steps(viewer: Viewer) -> Iterable[Step]:
    """One step a network in which something is missing; where there is none, the way into one."""
    if not may(viewer, policies.MANAGE):
        return
    for one in glance.unstated(viewer=viewer):
        if gates.onward(one):
            continue
        label = _("Say in %(network)s who you are") % {"network": one.name}
        yield Step(label, reverse("network_profile", args=[one.key]), urgency=5)
    known = glance.networks(viewer=viewer)
    if not known:
        yield Step(_("Join a network with an invitation, or open one"), reverse("network"), urgency=5)
    for one in known:
        if not one.admitted and not gates.expected(one):
            label = _("Hand over the request to join %(network)s") % {"network": one.name}
            yield Step(label, reverse("network_one", args=[one.key]), urgency=5)
