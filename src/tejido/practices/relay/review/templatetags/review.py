"""What the workbench's templates ask for."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tejido.ground.ui.templatetags.ui import badge
from tejido.practices.relay.review.events import Suspect
from tejido.practices.relay.review.reasons import sentence

register = template.Library()

STATES = {"draft": _("machine draft"), "review": _("in review"), "approved": _("approved")}


@register.filter
def reason(suspect: Suspect) -> str:
    """Why a machine's words are doubtful, as a sentence."""
    return sentence(suspect)


@register.filter
def at(who: object, segment: str) -> list[str]:
    """The names of those who are in a segment."""
    return list(who.get(segment, [])) if isinstance(who, dict) else []


@register.simple_tag
def state_badge(state: str, by: str = "machine") -> SafeString:
    """How far a segment or a text is; a draft that nobody has begun is no machine's."""
    if state == "draft" and by != "machine":
        return badge("waiting")
    return badge({"draft": "machine", "review": "review", "approved": "approved"}[state], STATES[state])
