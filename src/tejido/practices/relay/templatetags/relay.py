"""What stands on every line of a list is put together here: a template tag a count cost a third of the page."""

from django import template
from django.utils.translation import gettext, ngettext

from tejido.ground.ui.chain import span
from tejido.practices.relay.records import ChainItem

register = template.Library()


@register.simple_tag
def counts(chain: ChainItem) -> str:
    """How many voices, languages, organisations, places; how soon the first answer came."""
    voices, languages, organisations, places = chain.voices, chain.languages, chain.organisations, chain.places
    parts = [
        ngettext("%(number)s voice", "%(number)s voices", voices) % {"number": voices},
        ngettext("%(number)s language", "%(number)s languages", languages) % {"number": languages},
        ngettext("%(number)s organisation", "%(number)s organisations", organisations) % {"number": organisations},
    ]
    if places:
        parts.append(ngettext("%(number)s place", "%(number)s places", places) % {"number": places})
    if chain.hours is not None:
        parts.append(f"{gettext('first answer after')} {span(chain.hours)}")
    return " · ".join(parts)
