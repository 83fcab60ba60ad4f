"""Clients that are slow on purpose, against the real web server: whoever comes by is answered all the same."""

import contextlib
import http.client
import socket
from contextlib import ExitStack
from typing import Any

import pytest

from tests.harness.nodes import NodeProc, Nodes
from tests.story.federation import configure

THREADS, PATIENCE_S = 2, 30  # seconds after which a test gives up; without mending nobody is answered for ever
BEGUN = b"POST /exchange/1/hello HTTP/1.1\r\nHost: localhost\r\n"
SLOW = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "a head without end": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n",
    "a small body that does not come": BEGUN + b"Content-Length: 900\r\n\r\n{",
    "a large body that does not come": BEGUN + b"Content-Length: 9000000\r\n\r\n{",
    "a body in chunks": BEGUN + b"Transfer-Encoding: chunked\r\n\r\n5\r\n",
    "a form": b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 2000000\r\n\r\n--x",
}  # fmt: skip


def asked(node: NodeProc, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
    line = http.client.HTTPConnection("localhost", node.port, timeout=PATIENCE_S)
    with contextlib.closing(line):
        line.request(method, path, body or None, headers)
        answer = line.getresponse()
        answer.read()
        return answer


@pytest.mark.slow
def test_slow_clients_hold_no_page_up(nodes: Nodes) -> None:
    node = nodes.create("slow")
    configure(node, processes=1, threads=THREADS)
    node.serve()
    with ExitStack() as lines:
        for begun in SLOW.values():
            for _ in range(6 * THREADS):
                line = lines.enter_context(socket.create_connection(("localhost", node.port), timeout=PATIENCE_S))
                line.sendall(begun)
            assert asked(node, "GET", "/exchange/1/hello").status == 405
            assert asked(node, "POST", "/exchange/1/hello", b"{}").status in (400, 503)
