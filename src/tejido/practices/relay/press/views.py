"""Sound, transcripts, chapters and feeds: for everybody, without sign-in, cookie or script."""

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from tejido.engines.press.feed import CHAPTERS_TYPE
from tejido.engines.press.transcripts import JSON_TYPE, SRT_TYPE, VTT_TYPE
from tejido.ground import blobs
from tejido.practices.relay.press import addresses, feeds, made, selectors
from tejido.practices.relay.press.answering import everybody

TYPES = {"vtt": f"{VTT_TYPE}; charset=utf-8", "srt": f"{SRT_TYPE}; charset=utf-8", "json": JSON_TYPE}
FEED_TYPE = "application/rss+xml; charset=utf-8"
SHORT = "public, max-age=300"


@require_safe
@everybody
def feed(request: HttpRequest, lang: str) -> HttpResponseBase:
    """The podcast in a language."""
    found = feeds.of(lang)
    at = int(found.at.timestamp())
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response: HttpResponseBase | None = get_conditional_response(request, etag=f'W/"{found.etag}"', last_modified=at)
    if response is None:
        response = HttpResponse(found.body if packed else gzip.decompress(found.body), content_type=FEED_TYPE)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"], response.headers["Last-Modified"] = f'W/"{found.etag}"', http_date(at)
    response.headers["Vary"] = "Accept-Encoding"
    return _open(response)


@require_safe
@everybody
def sound(request: HttpRequest, subject: str, form: str) -> HttpResponseBase:
    """A voice or all of a publication, as MP3 or Opus, or a voice as it came; byte ranges, HEAD, conditional GET."""
    if form == addresses.GIVEN:
        found, said = selectors.given(subject)
        return blobs.serve_public(request, found, f"{subject}.{form}", said)
    return made.serve(request, selectors.sound(subject, form), f"{subject}.{form}")


@require_safe
@everybody
def text(request: HttpRequest, subject: str, lang: str, kind: str) -> HttpResponseBase:
    """A transcript."""
    return _written(request, selectors.text(subject, lang, kind), TYPES[kind])


@require_safe
@everybody
def chapters(request: HttpRequest, whole: str) -> HttpResponseBase:
    """The chapters of a publication that is one episode."""
    return _written(request, selectors.chapters(whole), CHAPTERS_TYPE)


def _written(request: HttpRequest, body: str, media_type: str) -> HttpResponseBase:
    etag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(body, content_type=media_type)
    response.headers["ETag"] = etag
    return _open(response)


def _open(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = SHORT
    return blobs.shared(response)
