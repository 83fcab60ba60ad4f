"""What uploads say elsewhere: what this node holds about somebody."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tejido.ground.people import Viewer
from tejido.ground.people.selectors import Held, holder
from tejido.ground.uploads import actions, registry


@holder
def held_by_uploads(viewer: Viewer) -> Iterable[Held]:
    """Recordings that the account is sending, each as far as it came."""
    if viewer.user_id is None:
        return
    for length, offset in actions.under_way(registry.owner_of_account(viewer.user_id)):
        value = _("%(here)s of %(whole)s KB, with its form") % {"here": offset >> 10, "whole": (length >> 10) or 1}
        yield Held(_("Recording being sent"), value, _("until it is whole, or seven days after the last byte"))
