"""What reasons, kinds and ways of erasing are called."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS = {
    "withdrawn": gettext_lazy("taken back"),
    "erased": gettext_lazy("erased"),
    "redacted": gettext_lazy("words taken out"),
    "replaced": gettext_lazy("earlier wording"),
}
GRAVITY = ("erased", "withdrawn", "redacted", "replaced")


def reason(reasons: Iterable[str]) -> str:
    """What was done, in a word: the gravest of several."""
    known = set(reasons)
    return next((str(REASONS[one]) for one in GRAVITY if one in known), _("erased"))
