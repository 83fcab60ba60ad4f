"""What waits for a keeper: somebody asks to join, a charter is proposed, a suspension is asked for."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tejido.ground.charter import policies, selectors
from tejido.ground.charter.domain import OPEN
from tejido.ground.people import Viewer, may
from tejido.ground.slots import Step


def keepers_steps(viewer: Viewer) -> Iterable[Step]:
    """One step for each matter in which this organisation has a say and has not used it."""
    if not may(viewer, policies.SPEAK):
        return
    for info in selectors.with_charter():
        made = selectors.course_of(info)
        waiting = [one for one in made.standings if one.status == OPEN and selectors.has_say(one) is False]
        called = selectors.names(made) if waiting else None
        for one in waiting:
            if called is None:
                continue
            said = {"name": called(one.matter.about or one.matter.org), "network": info.name}
            label = {
                "admit": _("%(name)s asks to join %(network)s: what do you say?"),
                "suspend": _("%(name)s is to be suspended from %(network)s: what do you say?"),
                "charter": _("%(name)s proposes a charter for %(network)s: what do you say?"),
            }[one.matter.what] % said
            yield Step(label, reverse("charter_matter", args=[info.key, selectors.key_of(one.matter)]), urgency=6)
