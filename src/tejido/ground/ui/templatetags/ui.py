"""The components that every room's pages are made of. Loaded everywhere: no `{% load %}` is needed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_timedelta
from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tejido.engines.speech.records import Limits
from tejido.ground import slots
from tejido.ground.people import viewer_of
from tejido.ground.people.models import ROLE_NAMES
from tejido.ground.ui import chain as chains
from tejido.ground.ui.languages import comma as between
from tejido.ground.ui.languages import day, direction, name_of, own_name
from tejido.ground.ui.paging import Page, address

register = template.Library()
NEAR = timedelta(days=2)

BADGES = {
    "machine": _("machine draft"),
    "corrected": _("corrected by a person"),
    "suspect": _("machine draft, doubtful"),
    "review": _("not approved yet"),
    "approved": _("approved"),
    "original": _("not translated"),
    "synthetic": _("synthetic voice"),
    "disguised": _("disguised voice"),
    "withdrawn": _("withdrawn"),
    "draft": _("draft"),
    "public": _("public"),
    "sealed": _("sealed"),
    "waiting": _("waiting"),
    "working": _("in progress"),
    "failed": _("failed"),
    "late": _("late"),
    "off": _("off"),
    "new": _("new"),
    "mine": _("yours"),
}


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """A block of the page once more: the heading repeats the title."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return SafeString(block.nodelist.render(context))


@register.simple_tag
def person_text(value: object, lang: str = "") -> SafeString:
    """What a person wrote, kept from turning the page's direction; `lang` is the language it is in, where known."""
    if lang:
        return format_html('<bdi lang="{}" dir="{}">{}</bdi>', lang, direction(lang), value)
    return format_html('<bdi dir="auto">{}</bdi>', value)


@register.simple_tag
def comma() -> str:
    """What separates entries in a line: `{{ a }}{% if not forloop.last %}{% comma %}{% endif %}`."""
    return between()


@register.simple_tag
def lang_attrs(lang: str = "") -> SafeString:
    """`lang` and `dir` for an element that holds what a person said or wrote: `<p {% lang_attrs report.lang %}>`."""
    if not lang:
        return SafeString('dir="auto"')
    return format_html('lang="{}" dir="{}"', lang, direction(lang))


@register.simple_tag
def language_name(code: str) -> str:
    """A language's name in the language of the page."""
    return name_of(code)


@register.simple_tag
def language_badge(code: str) -> SafeString:
    """A language's name as a tag, with its own name for whoever reads only that."""
    named, own = name_of(code), own_name(code)
    if named == own:
        return format_html('<span class="tag">{}</span>', named)
    return format_html('<span class="tag">{} <bdi lang="{}">{}</bdi></span>', named, code, own)


@register.simple_tag
def badge(kind: str, text: object = "") -> SafeString:
    """A tag for a state (`machine`, `synthetic`, `withdrawn`, …); `text` replaces its words."""
    return format_html('<span class="tag is-{}">{}</span>', kind, text or BADGES[kind])


@register.simple_tag
def roles(names: Iterable[str]) -> SafeString:
    """Roles of a person as tags."""
    return format_html_join(" ", '<span class="tag">{}</span>', ((ROLE_NAMES.get(name, name),) for name in names))


register.filter("day", day)


@register.simple_tag
def when(value: date | datetime | str | None) -> SafeString:
    """A day, in the page's language, with the exact value for machines."""
    if not value:
        return SafeString("")
    moment = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    shown = day(moment)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), shown)


@register.simple_tag
def from_now(moment: datetime) -> SafeString:
    """How long ago something was, or in how long it will be; its day where that is more than two days."""
    span = moment - timezone.now()
    if abs(span) > NEAR:
        return when(moment)
    shown = format_timedelta(span, granularity="minute", add_direction=True, locale=_locale())
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="minutes"), shown)


@register.simple_tag
def duration(seconds: float | None) -> SafeString:
    """Minutes and seconds, `4:07`."""
    return chains.duration(seconds)


@register.simple_tag
def hours(value: float | None) -> str:
    """A span of time in words a person would use: `3 hours`, `2 days`."""
    return chains.span(value)


@register.simple_tag
def chain(nodes: Sequence[chains.ChainNode]) -> SafeString:
    """The chain picture: who spoke, where, in which language, answered by whom."""
    return chains.render(nodes)


@register.inclusion_tag("ui/player.html")
def player(
    src: str,
    segments: Sequence[Mapping[str, Any]] = (),
    lang: str = "",
    label: str = "",
    mime: str = "",
    synthetic: bool = False,
    preload: str = "",
) -> dict[str, Any]:
    """Sound with its transcript; a segment is `{start, end, text, lang?, machine?, url?}`, seconds, played from
    its start. With `preload="none"` nothing is fetched before somebody plays it.
    """
    return {
        "src": src,
        "segments": segments,
        "lang": lang,
        "label": label or gettext("Recording"),
        "mime": mime,
        "synthetic": synthetic,
        "preload": preload or "metadata",
    }


@register.inclusion_tag("ui/recorder.html")
def recorder() -> dict[str, int]:
    """What a `<form data-recorder data-purpose="…" data-title="…">` needs to record in the page: the words, for the script."""
    return {"longest": Limits().seconds}


@register.simple_tag(takes_context=True)
def phone_owner(context: Context) -> str:
    """Whose recordings these are, for the phone they lie on: a word that names nobody; empty for guests."""
    user_id = viewer_of(context["request"]).user_id
    return "" if user_id is None else salted_hmac("tejido.phone", str(user_id)).hexdigest()[:16]


@register.inclusion_tag("ui/empty.html")
def empty_state(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """What stands where a list would: why it is empty, and the one thing to do about it."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("ui/notice.html")
def notice(text: object, kind: str = "info", title: str = "", *, first: bool = False) -> dict[str, object]:
    """A message in the page; `kind`: info, success, warning, error; the `first` of a page has the focus when it opens."""
    return {"text": text, "kind": kind, "title": title, "first": first}


@register.inclusion_tag("ui/progress.html")
def progress(done: float, total: float, label: object = "") -> dict[str, object]:
    """How far a long work is."""
    percent = round(100 * done / total) if total else 0
    return {"percent": max(0, min(100, percent)), "label": label or gettext("Progress")}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the other pages of a list."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("ui/export_links.html", takes_context=True)
def export_links(context: Context) -> dict[str, Any]:
    """The whole list as CSV and JSON."""
    request = context["request"]
    return {"csv": address(request, export="csv"), "json": address(request, export="json")}


@register.inclusion_tag("ui/search_form.html", takes_context=True)
def search_form(context: Context, query: str = "", name: str = "q") -> dict[str, Any]:
    """A search field over a list; what else the address says stays."""
    request = context["request"]
    kept = [(key, value) for key, value in request.GET.items() if key not in {name, "page", "export"}]
    return {"query": query, "name": name, "kept": kept}


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, subject: str = "") -> SafeString:
    """What other rooms have to say at this place of the page: each panel as a section with its heading."""
    request = context["request"]
    found = slots.panels(place, viewer_of(request), subject)
    return SafeString("".join(_panel(panel, request) for panel in found))


def _panel(panel: slots.Panel, request: HttpRequest) -> str:
    content = {"title": panel.title, "inside": panel.template, **panel.context}
    return render_to_string("ui/panel.html", content, request)


@register.filter
def count(number: int) -> str:
    """A number with a thin space between thousands."""
    return f"{number:,}".replace(",", "\u202f")


@register.simple_tag
def total(number: int) -> str:
    """How many entries a list has, in words."""
    return ngettext("%(number)s entry", "%(number)s entries", number) % {"number": count(number)}


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
