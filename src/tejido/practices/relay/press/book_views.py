"""Books and pictures: for everybody, without sign-in, cookie or script."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tejido.practices.relay.press import books, made
from tejido.practices.relay.press.answering import everybody
from tejido.practices.relay.press.public import Made


@require_safe
@everybody
def dossier(request: HttpRequest, slug: str, lang: str, bound: str) -> HttpResponseBase:
    """A publication as a book; byte ranges, HEAD, conditional GET."""
    return _served(request, lambda: books.book_at(slug, bound, lang), f"{slug}-{lang}.{bound}")


@require_safe
@everybody
def cover(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Its picture."""
    return _served(request, lambda: books.cover_at(slug), f"{slug}.png")


@require_safe
@everybody
def feed_cover(request: HttpRequest, lang: str) -> HttpResponseBase:
    """The podcast's picture."""
    return _served(request, lambda: books.feed_cover_at(lang), f"podcast-{lang}.png")


def _served(request: HttpRequest, find: Callable[[], Made], name: str) -> HttpResponseBase:
    return made.serve(request, find(), name)
