"""What waits for a keeper: somebody asks to join, a charter is proposed, a suspension is asked for, members go on elsewhere."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tejido.ground.charter import policies, selectors, successions
from tejido.ground.charter.domain import DECIDED, OPEN, SUCCESSOR, Standing
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import Viewer, may
from tejido.ground.slots import Step


def keepers_steps(viewer: Viewer) -> Iterable[Step]:
    """One step for each matter in which this organisation has a say and has not used it, unless it goes on elsewhere; and
    what is to be done about networks in which members go on."""
    if not may(viewer, policies.SPEAK):
        return
    for info in selectors.with_charter():
        yield from _onward(viewer, info)
        if selectors.onward(info):
            continue
        made = selectors.course_of(info)
        waiting = [one for one in made.standings if _open(one) and selectors.has_say(one) is False]
        called = selectors.names(made) if waiting else None
        for one in waiting:
            if called is None:
                continue
            said = {"name": called(one.matter.about or one.matter.org), "network": info.name}
            label = {
                "admit": _("%(name)s asks to join %(network)s: what do you say?"),
                "suspend": _("%(name)s is to be suspended from %(network)s: what do you say?"),
                "charter": _("%(name)s proposes a charter for %(network)s: what do you say?"),
                "successor": _("%(name)s proposes to go on from %(network)s in a new network: what do you say?"),
            }[one.matter.what] % said
            yield Step(label, reverse("charter_matter", args=[info.key, selectors.key_of(one.matter)]), urgency=6)


def _open(one: Standing) -> bool:
    return one.status == OPEN or (one.matter.what == SUCCESSOR and one.status == DECIDED)


def _onward(viewer: Viewer, info: NetworkInfo) -> Iterable[Step]:
    gone = selectors.onward(info)
    for one in successions.successors(viewer=viewer, network=info):
        url, said = reverse("charter_matter", args=[info.key, one.key]), {"network": info.name, "name": one.name}
        if not one.founded and one.ours:
            yield Step(_("Enough members go on in “%(name)s”: found it") % said, url, urgency=7)
        if one.founded and not one.comes and gone is None:
            yield Step(_("%(counted)s: come along?") % {"counted": one.counted}, url, urgency=6)
        for other in one.coming:
            label = _("%(who)s asks to come over to “%(name)s”") % {**said, "who": other.name}
            yield Step(label, url, urgency=6)
