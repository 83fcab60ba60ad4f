"""For programs: the Atom feed of editions (RFC 4287), the map of the site, what crawlers may fetch."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from uuid import NAMESPACE_OID, uuid5
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tejido.ground.slots.everybody import Shown
from tejido.practices.relay.press.public import addresses
from tejido.practices.relay.publishing.public import Edition
from tejido.web.public import answers, framing, pages, selectors, views

ENTRIES = 50
MOST = 50_000
XML = '<?xml version="1.0" encoding="utf-8"?>\n'
MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
ATOM = "http://www.w3.org/2005/Atom"


@require_safe
def atom(request: HttpRequest) -> HttpResponseBase:
    """Editions, the latest first; one that was taken back stays for a while and says so."""
    found = selectors.shelf()
    if not found.open:
        return views.nowhere(request)
    latest = sorted(found.editions, key=lambda one: (selectors.moment(one), one.key), reverse=True)[:ENTRIES]
    when = max(map(selectors.moment, latest), default=datetime.fromtimestamp(0, UTC))
    body = "".join(_feed(latest, found.told.first, when))
    return answers.answer(request, body.encode(), "application/atom+xml; charset=utf-8", when=when)


def _feed(editions: Iterable[Edition], first: str, when: datetime) -> Iterator[str]:
    index, own = addresses.absolute(addresses.index()), addresses.absolute(addresses.atom())
    yield f"{XML}<feed xmlns={quoteattr(ATOM)}>\n<id>{escape(_urn(own))}</id>\n<title>{escape(settings.NODE.name)}</title>\n"
    yield f"<updated>{_time(when)}</updated>\n<author><name>{escape(settings.NODE.name)}</name></author>\n"
    yield f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>\n'
    yield f'<link rel="alternate" type="text/html" href={quoteattr(index)}/>\n'
    for one in editions:
        yield from _entry(one, first)
    yield "</feed>\n"


def _entry(edition: Edition, first: str) -> Iterator[str]:
    lang = pages.best([first], edition.langs)
    title, title_lang = pages.text_in(edition.titles, lang, edition.langs)
    said = f"{edition.questions.get(title_lang, '')}\n\n{edition.summaries.get(title_lang, '')}".strip()
    if edition.withdrawn:
        with translation.override(framing.frame_of(first)):
            title, title_lang, said = _("Withdrawn"), framing.frame_of(first), ""
    when = _time(selectors.moment(edition))
    yield f"<entry xml:lang={quoteattr(title_lang)}>\n<id>{_urn(edition.slug)}</id>\n<title>{escape(title)}</title>\n"
    yield f"<updated>{when}</updated>\n<author><name>{escape(edition.org_name)}</name></author>\n"
    for tag, path in [
        ("", addresses.publication(edition.slug)),
        *((tag, addresses.publication(edition.slug, tag)) for tag in edition.langs),
    ]:
        yield f'<link rel="alternate" type="text/html"{_tagged(tag)} href={quoteattr(addresses.absolute(path))}/>\n'
    if said:
        yield f"<summary>{escape(said)}</summary>\n"
    if edition.licence and not edition.withdrawn:
        yield f"<rights>{escape(f'{edition.licence} {edition.licence_url}'.strip())}</rights>\n"
    yield "</entry>\n"


def _tagged(lang: str) -> str:
    return f" hreflang={quoteattr(lang)}" if lang else ""


def _urn(name: str) -> str:
    """An id that never changes, whatever the address of the node becomes: an entry's is made from the publication's number."""
    return uuid5(NAMESPACE_OID, name).urn


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """The pages of every room that shows something to everybody, with their other languages."""
    if not selectors.is_open():
        return views.nowhere(request)
    body = "".join(_map(islice(selectors.mapped(), MOST)))
    return answers.answer(request, body.encode(), "application/xml; charset=utf-8")


def _map(shown: Iterable[Shown]) -> Iterator[str]:
    yield f"{XML}<urlset xmlns={quoteattr(MAP)} xmlns:xhtml={quoteattr(XHTML)}>\n"
    for one in shown:
        yield f"<url><loc>{escape(addresses.absolute(one.path))}</loc>"
        if one.modified:
            yield f"<lastmod>{_time(one.modified)}</lastmod>"
        for tag, path in sorted(one.alternates.items()):
            address = quoteattr(addresses.absolute(path))
            yield f'<xhtml:link rel="alternate" hreflang={quoteattr(tag)} href={address}/>'
        yield "</url>\n"
    yield "</urlset>\n"


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """What crawlers may fetch: what is published, and nothing else; nothing at all before something is."""
    lines = ["User-agent: *"]
    if selectors.is_open():
        lines += [f"Allow: {addresses.ROOT}", "Allow: /static/", f"Sitemap: {addresses.absolute('/sitemap.xml')}"]
    if not answers.exporting(request):
        lines.append("Disallow: /")
    return answers.answer(request, ("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8")
