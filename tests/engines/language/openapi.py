"""A LibreTranslate-compatible server for tests: it takes nothing but what the published description allows.

The facts of the description (Swagger 2.0, served at `/spec` by LibreTranslate): operations, parameters, their types
and what must be there. Requests that do not hold to it are kept in `faults`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "q": {"required": True, "oneOf": (str, list)},
    "source": {"required": True, "oneOf": (str,)},
    "target": {"required": True, "oneOf": (str,)},
    "format": {"enum": ("text", "html"), "oneOf": (str,)},
    "api_key": {"oneOf": (str,)},
}
OPERATIONS = {("GET", "/languages"): {}, ("POST", "/translate"): PARAMETERS}
LANGUAGES = [
    {"code": "en", "name": "English", "targets": ["en", "es", "pt-BR", "pt"]},
    {"code": "es", "name": "Spanish", "targets": ["en"]},
]
Answer = tuple[int, bytes]


def wrong(body: Mapping[str, Any], parameters: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a request body does against the description."""
    faults = [f"unknown parameter {name}" for name in body if name not in parameters]
    for name, rule in parameters.items():
        if name not in body:
            faults += [f"{name} is missing"] if rule.get("required") else []
        elif not isinstance(body[name], rule["oneOf"]) or ("enum" in rule and body[name] not in rule["enum"]):
            faults.append(f"{name} is {body[name]!r}")
        elif isinstance(body[name], list) and not all(isinstance(one, str) for one in body[name]):
            faults.append(f"{name} holds more than texts")
    return faults


@dataclass
class Server:
    """Its address, what was asked, and what was wrong with that. `answer` replaces what it says to a translation."""

    address: str = ""
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answer: Callable[[Mapping[str, Any]], Answer] | None = None
    key: str = ""

    def reply(self, method: str, path: str, kind: str, raw: bytes) -> Answer:
        """Answer one request as the description says."""
        known = OPERATIONS.get((method, path))
        if known is None:
            self.faults.append(f"no operation {method} {path}")
            return 404, b"{}"
        body: Mapping[str, Any] = json.loads(raw) if raw else {}
        self.asked.append((path, body))
        if path == "/languages":
            return 200, json.dumps(LANGUAGES).encode()
        if kind != "application/json":
            self.faults.append(f"content type {kind}")
        self.faults += (found := wrong(body, known))
        if found:
            return 400, json.dumps({"error": "; ".join(found)}).encode()
        if self.key and body.get("api_key") != self.key:
            return 403, json.dumps({"error": "Invalid API key"}).encode()
        if self.answer is not None:
            return self.answer(body)
        said = [f"{text} ({body['target']})" for text in body["q"]]
        return 200, json.dumps({"translatedText": said}).encode()


@contextmanager
def served() -> Iterator[Server]:
    """The server on a free port of this machine."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = server.reply(self.command, self.path, self.headers.get("Content-Type", ""), raw)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked did not wait
                self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{httpd.server_address[1]}"
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
