"""What waits on the home page about one's own account."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tejido.ground import slots
from tejido.ground.people.selectors import lacks_factor
from tejido.ground.people.viewer import Viewer

URGENCY = 35


def second_factor(viewer: Viewer) -> Iterator[slots.Step]:
    """A keeper without a second factor is asked for one."""
    if lacks_factor(viewer):
        required = settings.NODE.keeper_factor == "require"
        note = _("Until then you can do what members do.") if required else ""
        yield slots.Step(_("Protect your account with a second factor"), reverse("mfa_index"), URGENCY, note=note)


def register() -> None:
    """Make it known."""
    slots.next_step(second_factor)
