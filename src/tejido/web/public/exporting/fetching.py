"""Fetching from this very node as a stranger does, without a server: no cookie, no account, no language asked for."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

from tejido.web.public.answers import EXPORTING


@dataclass(frozen=True)
class Answer:
    """What came: status, media type without parameters, ETag, and the bytes in pieces; `stored`: of a file that lies here."""

    status: int
    kind: str
    etag: str
    pieces: Iterator[bytes]
    stored: bool = False

    @property
    def here(self) -> bool:
        """Whether something is there to be shown: the thing itself, or the word that it was taken back."""
        return self.status in {HTTPStatus.OK, HTTPStatus.GONE}

    def body(self) -> bytes:
        """All of it."""
        return b"".join(self.pieces)


@contextmanager
def fetched(path: str, etag: str = "") -> Iterator[Answer]:
    """The answer at a path; with an ETag, 304 where nothing has changed since."""
    response: Any = _handler().get_response(WSGIRequest(_environment(path, etag)))
    try:
        pieces = iter(response.streaming_content if response.streaming else [response.content])
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        yield Answer(response.status_code, kind, response.headers.get("ETag", ""), pieces, response.streaming)
    finally:
        for (
            close
        ) in response._resource_closers:  # `close` itself would tell Django that a request ended, and close databases
            close()


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _environment(path: str, etag: str) -> dict[str, Any]:
    parts = urlsplit(path)
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": quote(parts.path, safe="/%").encode().decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": str(settings.NODE.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_X_FORWARDED_PROTO": "https" if settings.NODE.https else "http",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        EXPORTING: True,
        **({"HTTP_IF_NONE_MATCH": etag} if etag else {}),
    }
