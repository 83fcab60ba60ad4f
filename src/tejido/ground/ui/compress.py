"""Brotli or gzip for pages.

BREACH: the length of a compressed page can betray a secret in it to somebody who makes a browser load it many times
with words of his choosing and watches the line. Against that stand four things: form tokens are masked anew in each
response (Django); session cookies are SameSite=Lax, so that no embedded request of another site is answered with
anybody's data; what pages echo from an address is only the search word; and over HTTPS each compressed response
carries a header of random length, so that one look tells nothing. On a 2G line compression is what makes a page
readable at all; we keep it.
"""

import gzip
import secrets
from collections.abc import Callable

import brotli
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

MIN_BYTES = 400
TYPES = ("text/", "application/json", "application/problem+json", "application/manifest+json", "image/svg+xml")


def compress(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Compress text that is worth it, once it is complete."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse) and _worth_it(response):
            patch_vary_headers(response, ("Accept-Encoding",))
            _encode(response, request.headers.get("Accept-Encoding", ""))
            if request.is_secure():
                response.headers["X-Padding"] = "0" * (1 + secrets.randbelow(64))
        return response

    return middleware


def _worth_it(response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "")
    return len(response.content) >= MIN_BYTES and kind.startswith(TYPES) and not response.has_header("Content-Encoding")


def _encode(response: HttpResponse, accepted: str) -> None:
    names = {part.split(";")[0].strip() for part in accepted.split(",") if not part.replace(" ", "").endswith(";q=0")}
    if "br" in names:
        response.content, name = brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=5), "br"
    elif "gzip" in names:
        response.content, name = gzip.compress(response.content, compresslevel=6, mtime=0), "gzip"
    else:
        return
    response.headers["Content-Encoding"] = name
    response.headers["Content-Length"] = str(len(response.content))
