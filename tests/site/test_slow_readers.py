"""Clients that take their answers slowly, or never: pages are answered all the same; whoever goes on reading gets all of it."""

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

THREADS, PATIENCE_S = 2, 20
PIECE, LARGE = 64 * 1024, 16 << 20  # more than a loopback line holds by itself


def piece(number: int) -> bytes:
    """Bytes that tell their place."""
    return number.to_bytes(8, "big") * (PIECE // 8)


def free_port() -> int:
    with socket.create_server(("localhost", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a site behind the node's own web server, with two threads."""
    port = free_port()
    command = [sys.executable, "-m", "tests.site.small_site", str(port), str(THREADS)]
    process = subprocess.Popen(command)
    try:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError):
                page(port)
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def page(port: int) -> bytes:
    line = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_S)
    with contextlib.closing(line):
        line.request("GET", "/page")
        return line.getresponse().read()


def slow(port: int, path: str, *, close: bool = False) -> socket.socket:
    """A client with little room that has asked, and reads the head of the answer at most."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(PATIENCE_S)
    line.connect(("localhost", port))
    line.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{'Connection: close' if close else 'Accept: */*'}\r\n\r\n".encode()
    )
    return line


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/file", "/list", "/whole"])
def test_slow_readers_hold_no_page_up(port: int, path: str) -> None:
    with ExitStack() as lines:
        for _ in range(6 * THREADS):
            line = lines.enter_context(slow(port, path))
            with contextlib.suppress(ConnectionResetError):  # of lists that one thread makes some are given up
                line.recv(100)
        for _ in range(3):
            assert page(port) == b"page"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/file", "/list", "/whole"])
def test_whoever_goes_on_reading_gets_all_of_it_and_may_ask_again(port: int, path: str) -> None:
    line = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_S)
    with contextlib.closing(line), slow(port, path) as other:
        other.recv(100)
        for _ in range(2):
            line.request("GET", path)
            data = line.getresponse().read()
            assert len(data) == LARGE
            assert all(data[place * PIECE : (place + 1) * PIECE] == piece(place) for place in range(LARGE // PIECE))
        line.request("GET", "/page")
        assert line.getresponse().read() == b"page"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/file", "/list", "/whole"])
def test_who_reads_after_a_while_gets_all_of_it_beside_others_who_read_nothing(port: int, path: str) -> None:
    with ExitStack() as lines:
        for _ in range(THREADS):
            lines.enter_context(slow(port, path)).recv(100)
        line = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_S)
        lines.enter_context(contextlib.closing(line))
        line.request("GET", path)
        for _ in range(10):
            assert page(port) == b"page"
        assert len(line.getresponse().read()) == LARGE


@pytest.mark.slow
def test_clients_that_do_not_hang_up_hold_nobody_up(port: int) -> None:
    """The loop waited two seconds for each of them."""
    with ExitStack() as lines:
        for _ in range(40):
            lines.enter_context(slow(port, "/page", close=True))
        assert page(port) == b"page"


@pytest.mark.slow
def test_files_that_the_server_wraps_are_sent_too(port: int) -> None:
    with slow(port, "/wrapped", close=True) as line:
        assert line.recv(12).startswith(b"HTTP/1.1 200")
    assert page(port) == b"page"
