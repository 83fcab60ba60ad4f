"""Proofs: pages of an edition that is not published yet, for whoever may publish it. The same functions and templates make
them as make the public ones; they are marked, kept by no cache and found by no crawler.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tejido.engines.faults import catalogued
from tejido.engines.press.errors import PressError
from tejido.ground import blobs
from tejido.ground.errors import NotFound, Problem
from tejido.ground.people import Viewer, viewer_of
from tejido.ground.slots import Panel
from tejido.ground.ui.languages import name_of
from tejido.practices.relay.press import public as press
from tejido.practices.relay.press.public import addresses
from tejido.practices.relay.publishing.public import Edition, Proofed, PublicVoice, proof
from tejido.web.public import answers, views

TYPES = {"vtt": "text/vtt; charset=utf-8", "srt": "application/x-subrip; charset=utf-8", "json": "application/json"}


class NotPrinted(Problem):
    """This cannot be printed: %(reason)s"""

    status = 409
    code = "not-printed"


def beneath(key: str) -> str:
    """What stands before the paths of a proof's pages."""
    return reverse("publishing_proof", args=[key]).rstrip("/")


@contextmanager
def shown(request: HttpRequest, key: str, lang: str = "") -> Iterator[Proofed]:
    """The proof, for whoever may publish; within the block its addresses stand below its own, and pages are marked."""
    found = proof(viewer=viewer_of(request), key=key)
    if lang and lang not in found.edition.langs:
        raise NotFound
    request.META[answers.PROOF] = _marked(key)
    with addresses.beneath(beneath(key)):
        yield found


def _marked(key: str) -> Mapping[str, str]:
    """In the language of whoever looks, not in that of the page."""
    return {
        "mark": _("Preview, not published."),
        "said": _("Only keepers see this page."),
        "back": _("Back to the preview"),
        "url": reverse("publishing_proof", args=[key]),
        "lang": get_language() or "en",
    }


def kept_by_nobody(response: HttpResponseBase) -> HttpResponseBase:
    """An answer that no cache keeps and no crawler lists."""
    for name in ("ETag", "Last-Modified"):
        response.headers.pop(name, None)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def chain(request: HttpRequest, key: str, slug: str, lang: str) -> HttpResponseBase:
    """The page of the whole edition."""
    with shown(request, key, lang) as found:
        return kept_by_nobody(views.chain_page(request, [_at(found, slug)], found.edition, lang))


@require_safe
def voice(request: HttpRequest, key: str, slug: str, lang: str, number: int) -> HttpResponseBase:
    """The page of one voice."""
    with shown(request, key, lang) as found:
        return kept_by_nobody(views.voice_page(request, [_at(found, slug)], found.edition, lang, number))


def _at(found: Proofed, slug: str) -> Edition:
    if slug != found.edition.slug:
        raise NotFound
    return found.edition


@require_safe
def book(request: HttpRequest, key: str, slug: str, lang: str) -> HttpResponseBase:
    """The dossier as it would be printed."""
    with shown(request, key, lang) as found:
        edition = _at(found, slug)
    try:
        body = press.proofs.book(edition, lang)
    except PressError as fault:
        raise NotPrinted(reason=_(catalogued(fault.template)) % dict(fault.params)) from fault
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="preview-{lang}.pdf"'
    return kept_by_nobody(response)


@require_safe
def feed(request: HttpRequest, key: str, lang: str) -> HttpResponseBase:
    """The entries that the podcast would have."""
    with shown(request, key, lang) as found:
        entries = [
            (one, mark_safe(one.description), one.sound.duration / 1000)  # noqa: S308 - our own markup, words escaped
            for one in press.proofs.episodes(found.edition, lang)
        ]
        context = {
            "found": found,
            "entries": entries,
            "lang_shown": lang,
            "back": reverse("publishing_proof", args=[key]),
        }
        return kept_by_nobody(render(request, "public/proof_feed.html", context))


@require_safe
def sound(request: HttpRequest, key: str, subject: str) -> HttpResponseBase:
    """The sound of a voice that would leave with it, as it lies here."""
    with shown(request, key) as found:
        one = _voice(found, subject)
    if one.audio is None:
        raise NotFound
    return kept_by_nobody(blobs.serve_range(request, one.audio, f"{subject}.m4a"))


@require_safe
def text(request: HttpRequest, key: str, subject: str, lang: str, kind: str) -> HttpResponseBase:
    """What players would show of a voice."""
    with shown(request, key) as found:
        written = press.proofs.transcript(_voice(found, subject), lang, kind)
    if written is None:
        raise NotFound
    return kept_by_nobody(HttpResponse(written, content_type=TYPES[kind]))


def _voice(found: Proofed, subject: str) -> PublicVoice:
    for one in found.edition.voices:
        if one.key == subject:
            return one
    raise NotFound


def panel(viewer: Viewer, key: str) -> Panel:
    """On a proof's own page: what there is to look at, by language."""
    edition = proof(viewer=viewer, key=key).edition
    return Panel(_("Look at it"), "public/proof.html", {"tongues": list(_listed(edition, key))})


def _listed(edition: Edition, key: str) -> Iterator[Mapping[str, Any]]:
    first = next(item.number for item in edition.items if item.voice)
    heard = any(voice.audio for voice in edition.voices)
    with addresses.beneath(beneath(key)):
        for lang in edition.langs:
            yield {
                "lang": lang,
                "name": name_of(lang),
                "chain": addresses.publication(edition.slug, lang),
                "voice": addresses.voice(edition.slug, lang, first),
                "book": addresses.dossier(edition.slug, lang, "pdf"),
                "feed": reverse("public_proof_feed", args=[key, lang]) if heard else "",
            }
