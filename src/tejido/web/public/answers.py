"""How a public page is answered: in a language that its address or the browser chooses, no cookie read or set, cacheable.

A page's ETag is the hash of what it says. `If-Modified-Since` is not answered: a voice that is taken back makes a page
shorter, not newer, and a cache that asks by date alone would keep it.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation.trans_real import parse_accept_lang_header

from tejido.web.public import paths
from tejido.web.public.pages import best

FRESH_S = 300
EXPORTING = "tejido.exporting"
PROOF = "tejido.proof"


def preferred(request: HttpRequest) -> tuple[str, ...]:
    """The languages that the browser asks for, the dearest first."""
    return tuple(
        lang for lang, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")) if lang != "*"
    )


def frame_for(request: HttpRequest, first: str) -> str:
    """The language of the frame for this browser; `first` where it asks for none of ours."""
    there = paths.frames()
    ordered = [first, *(one for one in there if one != first)] if first in there else list(there)
    return best(preferred(request), ordered)


def exporting(request: HttpRequest) -> bool:
    """Whether this page becomes a file that some other server, or none, will show."""
    return bool(request.META.get(EXPORTING))


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    lang: str,
    status: int = 200,
    when: datetime | None = None,
) -> HttpResponseBase:
    """The page in the frame's language."""
    with translation.override(lang):
        around = {"exporting": exporting(request), "proof": request.META.get(PROOF)}
        body = render_to_string(template, {**context, **around}, request)
    return answer(request, body.encode(), "text/html; charset=utf-8", status=status, when=when, lang=lang)


def answer(
    request: HttpRequest, body: bytes, kind: str, *, status: int = 200, when: datetime | None = None, lang: str = ""
) -> HttpResponseBase:
    """Bytes with what caches need; 304 where the browser has these very bytes."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'  # weak: it is compressed on its way
    response = HttpResponse(body, content_type=kind, status=status)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    if when is not None:
        response["Last-Modified"] = http_date(when.timestamp())
    if lang:
        response["Content-Language"] = lang
    return (status == HTTPStatus.OK and get_conditional_response(request, etag=etag, response=response)) or response


def negotiated(response: HttpResponseBase) -> HttpResponseBase:
    """The same address says something else to browsers of another language."""
    patch_vary_headers(response, ["Accept-Language"])
    return response
