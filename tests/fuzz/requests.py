"""From bytes to a sequence of tus requests, sent through the WSGI application, and a model of what must come back."""

import io
import os
import shutil
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any

import django
from django.conf import settings

settings.DEBUG_PROPAGATE_EXCEPTIONS = True  # a fault of ours is a finding, not a page
django.setup()

from django.http import HttpRequest, QueryDict  # noqa: E402

from tejido.ground import uploads  # noqa: E402
from tejido.ground.uploads import shelf  # noqa: E402
from tejido.site.wsgi import application  # noqa: E402

TOKEN = "token"
MOST = 100_000
REQUESTS = 8
METHODS = ("POST", "HEAD", "PATCH", "PATCH", "GET", "DELETE", "OPTIONS", "PUT")
HEADERS = (
    "HTTP_TUS_RESUMABLE", "HTTP_UPLOAD_OFFSET", "HTTP_UPLOAD_LENGTH", "HTTP_UPLOAD_METADATA", "HTTP_UPLOAD_CHECKSUM",
    "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_UPLOAD_DEFER_LENGTH", "HTTP_UPLOAD_TOKEN",
    "HTTP_TRANSFER_ENCODING", "HTTP_COOKIE", "HTTP_ACCEPT", "QUERY_STRING",
)  # fmt: skip
METADATA = f"purpose {b64encode(b'fuzz').decode()}"
FORM, BYTES = "application/x-www-form-urlencoded", "application/offset+octet-stream"


def _begin(request: HttpRequest, fields: QueryDict) -> str:
    if fields.get("bad"):
        raise uploads.BadForm({"bad": ["it is"]})
    return TOKEN


def _finish(finished: uploads.Finished) -> str:
    assert finished.path.stat().st_size == finished.size
    return "/made/"


uploads.purpose("fuzz", _begin, _finish, most=MOST)


def _unsynced(fd: Any) -> None:
    """Whether it would survive a power cut is not asked here, and asking is a hundred times slower."""


os.fsync = _unsynced


@dataclass
class Source:
    """Choices out of bytes; zeros when they have run out."""

    data: bytes
    at: int = 0

    def byte(self) -> int:
        """The next byte."""
        self.at += 1
        return self.data[self.at - 1] if self.at <= len(self.data) else 0

    def choose(self, among: Sequence[Any]) -> Any:
        """One of them."""
        return among[self.byte() % len(among)]

    def piece(self) -> bytes:
        """Up to 255 bytes."""
        size = self.byte()
        self.at += size
        return self.data[self.at - size : self.at]


@dataclass
class Known:
    """What the model knows of an upload: `None` where it has lost count, since a request went wrong half-way."""

    path: str
    length: int
    offset: int | None = 0
    gone: bool = False


@dataclass
class Session:
    """A few requests, and the uploads that they made."""

    data: bytes
    source: Source = field(init=False)
    known: list[Known] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source = Source(self.data)

    def run(self) -> None:
        """Send them all; raises AssertionError where the server and the model disagree."""
        try:
            for _ in range(REQUESTS):
                if self.source.at >= len(self.data):
                    break
                self._one()
        finally:
            shutil.rmtree(shelf.root(), ignore_errors=True)

    def _one(self) -> None:
        method = self.source.choose(METHODS)
        about = self.source.choose([None, *self.known, *self.known])
        body = self.source.piece()
        said = self._usual(method, about, body)
        for _ in range(self.source.byte() % 3):
            name = self.source.choose(HEADERS)
            said[name] = as_a_server_passes(name, self.source.piece())
        status, headers = send(method, about.path if about else "/uploads/", said, body)
        assert status < 500 or status == 507, (status, method, said)
        assert headers.get("Tus-Resumable") == "1.0.0", headers
        self._learn(method, status, headers, about, said, body)

    def _usual(self, method: str, about: Known | None, body: bytes) -> dict[str, str]:
        said = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_UPLOAD_TOKEN": TOKEN, "CONTENT_LENGTH": str(len(body))}
        if method == "POST":
            first = self.source.byte() % 3
            return said | {
                "HTTP_UPLOAD_LENGTH": str(self.source.byte() * 2),
                "HTTP_UPLOAD_METADATA": METADATA,
                "CONTENT_TYPE": (FORM, BYTES, "")[first],
            }
        if method == "PATCH":
            said |= {"CONTENT_TYPE": BYTES, "HTTP_UPLOAD_OFFSET": str((about and about.offset) or 0)}
            if self.source.byte() % 4 == 0:
                said["HTTP_UPLOAD_CHECKSUM"] = f"sha1 {b64encode(sha1(body, usedforsecurity=False).digest()).decode()}"
        return said

    def _learn(
        self, method: str, status: int, headers: dict[str, str], about: Known | None, said: dict[str, str], body: bytes
    ) -> None:
        if status == 201:
            length = int(said["HTTP_UPLOAD_LENGTH"])
            self.known.append(Known(headers["Location"], length, int(headers["Upload-Offset"])))
        if about is None:
            return
        told = int(headers["Upload-Offset"]) if "Upload-Offset" in headers else None
        if told is not None:
            assert not about.gone
            assert 0 <= told <= about.length, (told, about)
            if about.offset is not None and told != about.offset:
                assert told == about.offset + len(body) or said["CONTENT_LENGTH"] != str(len(body)), (told, about)
            whole = said["CONTENT_LENGTH"] == str(len(body))
            if method == "PATCH" and status == 204 and about.offset is not None and whole:
                assert told == about.offset + len(body), (told, about)
            about.offset = told
            assert ("Upload-Result" in headers) == (told == about.length), (headers, about)
        elif status in (408, 460):
            about.offset = None
        about.gone = about.gone or status == 410 or (status == 204 and told is None and "Tus-Version" not in headers)


def as_a_server_passes(name: str, value: bytes) -> str:
    """A header's value: no line ends, which HTTP has no place for, and a Content-Length that is a number."""
    if name == "CONTENT_LENGTH":
        return str(int.from_bytes(value[:2]))
    return "".join(chr(c) for c in value if c not in b"\r\n\0")


def send(method: str, path: str, said: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
    """One request through the application: status and headers."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.input_terminated": True,
    }  # fmt: skip
    got: list[tuple[int, dict[str, str]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        got.append((int(status.split(" ", 1)[0]), dict(headers)))
        return lambda _: None

    response = application(environ | said, start)
    for _ in response:
        pass
    if hasattr(response, "close"):
        response.close()
    return got[0]
