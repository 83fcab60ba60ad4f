"""What stands on every line of a list is put together here: a template tag a count cost a third of the page."""

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from tejido.ground.ui.chain import span
from tejido.ground.ui.templatetags.ui import lang_attrs, person_text, when
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


@register.simple_tag
def chain_rows(chains: Iterable[ChainItem]) -> SafeString:
    """The items of the chain list: title, question, who asked, and counts."""
    return SafeString("".join(map(_row, chains)))


def _row(chain: ChainItem) -> str:
    address = reverse("relay_chain", args=[chain.key])
    circle = f"{person_text(chain.circle.name)}, " if chain.circle else ""
    facts = " · ".join((circle + person_text(chain.org_name), when(chain.day), escape(counts(chain))))
    return (
        f'<li><h2><a href="{address}">{person_text(chain.title, chain.lang)}</a></h2>'
        f'<p {lang_attrs(chain.lang)}>{escape(chain.question)}</p><p class="quiet">{facts}</p></li>'
    )
