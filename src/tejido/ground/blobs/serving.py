"""Serving a blob to a browser: byte ranges for players, and no type a browser would execute."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from tejido.ground.blobs.formats import BlobRef
from tejido.ground.blobs.vault import Vault

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_SHOWN = re.compile(r"(?:audio/[a-z0-9.+-]+|image/(?:png|jpeg|webp|gif)|text/(?:plain|vtt))", re.ASCII)
_NAMED = frozenset({"application/pdf", "application/epub+zip", "application/zip"})
"""Called what they are, but always to be kept and never to be shown in a page of ours."""

PUBLIC = "public, max-age=3600"
"""For what everybody may have: an hour, so that what was taken back soon goes from caches that ask again."""


class Anywhere(StreamingHttpResponse):
    """A file: no database and no language is needed for what is still to be sent, so any thread can go on with it."""

    goes_on_anywhere = True


class Unsatisfiable(ValueError):
    """The range asked for lies outside of the file."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of a single byte range (RFC 9110, 14.2); None where the header is to be ignored."""
    match = _RANGE.fullmatch(header.strip())
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise Unsatisfiable
    return start, end


def serve_range(vault: Vault, request: HttpRequest, ref: BlobRef, filename: str) -> HttpResponseBase:
    """200, 206 or 416 with the plaintext; HEAD has no body. Whether the viewer may have it is decided before."""
    try:
        found = _asked(request, ref)
    except Unsatisfiable:
        return _headers(HttpResponse(status=416, headers={"Content-Range": f"bytes */{ref.size}"}), ref, filename)
    start, end = found or (0, ref.size)
    body = _begun(vault.open_range(ref, start, end))
    response: HttpResponseBase = HttpResponse() if request.method == "HEAD" else Anywhere(body)
    response.status_code = 206 if found else 200
    response["Content-Length"] = str(end - start)
    if found:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{ref.size}"
    return _headers(response, ref, filename)


def serve_public(vault: Vault, request: HttpRequest, ref: BlobRef, filename: str, made: datetime) -> HttpResponseBase:
    """The same for what everybody may have: kept by caches, asked for again by tag or date, playable by other sites."""
    at = int(made.timestamp())
    unchanged: HttpResponseBase | None = get_conditional_response(request, etag=_etag(ref), last_modified=at)
    response = unchanged or serve_range(vault, request, ref, filename)
    if ref.type in _NAMED and response.headers.get("Content-Type"):
        response.headers["Content-Type"] = ref.type  # a book keeps its name; it is downloaded all the same
    response.headers["ETag"] = _etag(ref)
    response.headers["Cache-Control"] = PUBLIC
    response.headers["Last-Modified"] = http_date(at)
    return shared(response)


def shared(response: HttpResponseBase) -> HttpResponseBase:
    """An answer that pages of other origins may use: players on the web fetch transcripts and sound."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Content-Length, Content-Range, ETag"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _asked(request: HttpRequest, ref: BlobRef) -> tuple[int, int] | None:
    header = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", "")
    if request.method not in ("GET", "HEAD") or (condition and condition != _etag(ref)):
        return None
    return parse_range(header, ref.size) if header else None


def _begun(body: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, the first chunk read already: damage found at once is an error page, not a torn answer."""
    first = next(body, b"")
    return chain((first,), body)


def _etag(ref: BlobRef) -> str:
    return f'"{ref.id}"'


def _headers(response: HttpResponseBase, ref: BlobRef, filename: str) -> HttpResponseBase:
    bare = ref.type.partition(";")[0].strip().lower()
    shown = bool(_SHOWN.fullmatch(bare))
    response["Content-Type"] = (
        (bare + ("; charset=utf-8" * bare.startswith("text/"))) if shown else "application/octet-stream"
    )
    response["Content-Disposition"] = content_disposition_header(not shown, filename) or "inline"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = _etag(ref)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
