"""A tus client that does exactly what it is told, over plain HTTP, and cuts the line where a test wants it cut."""

import http.client
import re
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import orjson

BYTES = "application/offset+octet-stream"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """Status, headers and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def offset(self) -> int:
        return int(self.headers["Upload-Offset"])

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Browser:
    """Somebody's cookies, and the token that pages would give them."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request; `Upload_Offset` stands for the header Upload-Offset."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=120)
        try:
            connection.request(method, path, body or None, self.headers(headers))
            response = connection.getresponse()
            content = response.read()
            for line in response.headers.get_all("Set-Cookie") or ():
                self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
            return Answer(response.status, dict(response.headers.items()), content)
        finally:
            connection.close()

    def headers(self, more: Mapping[str, str]) -> dict[str, str]:
        """What a browser of this person sends."""
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        own |= {"X-CSRFToken": self.token} if self.token else {}
        return own | {name.replace("_", "-"): value for name, value in more.items()}

    def tus(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request in tus."""
        return self.ask(method, path, body, **({"Tus_Resumable": "1.0.0"} | headers))

    def begin(self, length: int, metadata: Mapping[str, str], **headers: str) -> Answer:
        """Create an upload."""
        said = {"Upload_Length": str(length), "Upload_Metadata": coded(metadata)}
        return self.tus("POST", "/uploads/", b"", **(said | headers))

    def patch(self, path: str, offset: int, body: bytes, **headers: str) -> Answer:
        """Send a piece."""
        said = {"Content_Type": BYTES, "Upload_Offset": str(offset)} | headers
        return self.ask("PATCH", path, body, **({"Tus_Resumable": "1.0.0"} | said))

    def half_a_piece(self, path: str, offset: int, body: bytes, sent: int, **headers: str) -> socket.socket:
        """Promise `body` and send only so much of it; the open line."""
        line = socket.create_connection(("localhost", self.port), timeout=120)
        said = self.headers({"Tus-Resumable": "1.0.0", "Content-Type": BYTES, "Upload-Offset": str(offset)} | headers)
        said |= {"Host": f"localhost:{self.port}", "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode() + body[:sent])
        return line

    def sign_in(self, name: str, password: str) -> "Browser":
        """By the form at the door."""
        page = self.ask("GET", "/sign-in/").body.decode()
        self.token = hidden(page)
        answer = self.ask(
            "POST", "/sign-in/", urlencode({"login": name, "password": password}).encode(), Content_Type=FORM
        )
        assert answer.status == 302, answer.body.decode()
        self.token = self.ask("GET", "/api/v1/session").json["csrf_token"]
        return self


def hidden(page: str) -> str:
    """The token in a page's form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page
    return found[1]


def coded(metadata: Mapping[str, str]) -> str:
    """`Upload-Metadata`."""
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in metadata.items())


def until(seen: Callable[[], bool], tries: int = 600) -> None:
    """Look every tenth of a second, for a minute."""
    for _ in range(tries):
        if seen():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")
