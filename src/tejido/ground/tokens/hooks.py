"""What other pages say about tokens."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from tejido.ground import slots
from tejido.ground.people import Viewer, may
from tejido.ground.people.selectors import Held, holder
from tejido.ground.tokens import selectors


def held_tokens(viewer: Viewer) -> Iterable[Held]:
    """What is held about somebody's tokens."""
    for one in selectors.own_tokens(viewer=viewer):
        until = _("until %(day)s; only a fingerprint from which it cannot be read") % {"day": one.expires.isoformat()}
        yield Held(_("Token for programs"), f"{one.name}: {'; '.join(one.may)}", until)


def of_person(viewer: Viewer, subject: str) -> slots.Panel | None:
    """Somebody's tokens on the keepers' page about them."""
    if not may(viewer, "people.manage"):
        return None
    found = selectors.tokens(viewer=viewer, account_id=int(subject))
    return slots.Panel(_("Tokens for programs"), "tokens/list.html", {"rows": found}) if found else None


def register() -> None:
    """Make it known."""
    holder(held_tokens)
    slots.panel("people.person", of_person)
