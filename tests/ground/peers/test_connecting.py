"""What the line does with servers that are none, or not friendly: real sockets on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from tejido.ground.peers import addresses, connecting
from tejido.ground.peers.connecting import Line, Reach
from tejido.ground.peers.errors import (
    BadAnswer,
    LocalAddress,
    MixedAddress,
    NoAnswer,
    NoProxy,
    Redirected,
    TooLarge,
    TooSlow,
)

LAN = Reach(lan=True)


@contextmanager
def answering(*answers: bytes) -> Iterator[int]:
    """A server that reads a request's head and says one of `answers` to each connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                with listener.accept()[0] as caller:
                    caller.recv(65536)
                    caller.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])


def line(port: int, resolver: Callable[[str, int], list[str]] = connecting.resolve, scheme: str = "http") -> Line:
    return Line(addresses.parse(f"{scheme}://localhost:{port}"), LAN, resolver)


def post(port: int, most: int = 1000) -> connecting.Answer:
    return line(port).post("/exchange/1/hello", b"", {}, most)


def test_redirects_are_not_followed() -> None:
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with answering(elsewhere) as port, pytest.raises(Redirected):
        post(port)


def test_answers_say_their_length_and_keep_it() -> None:
    head = b"HTTP/1.1 200 OK\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    with answering(head + b"\r\nendless", chunked, head + b"Content-Length: 1001\r\n\r\n") as port:
        for problem in (BadAnswer, BadAnswer, TooLarge):
            with pytest.raises(problem):
                post(port)
    with answering(head + b"Content-Length: 10\r\n\r\nfour") as port:
        came = post(port).read()
        assert next(came) == b"four"
        with pytest.raises(TooSlow):
            next(came)


def test_nobody_there() -> None:
    with answering(b"") as port, pytest.raises(NoAnswer):
        post(port)
    with pytest.raises(NoAnswer):
        post(port)


def test_a_name_is_looked_up_once_and_that_address_is_called() -> None:
    asked: list[str] = []

    def first_good_then_bad(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["9.9.9.9"]

    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with answering(ok, ok) as port, ExitStack() as here:
        made = here.enter_context(closing(line(port, first_good_then_bad)))
        for _ in range(2):  # the second time on a connection of its own: this server closes each
            assert b"".join(made.post("/", b"", {}, 10).read()) == b"ok"
    assert asked == ["localhost"]


def test_what_may_not_be_called_is_not() -> None:
    address = addresses.parse("https://node.example")
    with pytest.raises(MixedAddress):
        Line(address, LAN, lambda _host, _port: ["9.9.9.9", "10.0.0.1"])
    with pytest.raises(LocalAddress):
        Line(address, Reach(), lambda _host, _port: ["10.0.0.1"])
    with pytest.raises(NoProxy):
        Line(addresses.parse("a" * 56 + ".onion"), LAN)


def test_what_does_not_speak_tls_gets_nothing() -> None:
    with answering(b"this is no TLS") as port, pytest.raises(NoAnswer):
        line(port, scheme="https").post("/", b"", {}, 10)


def test_onion_addresses_go_to_the_proxy_by_name() -> None:
    name, heard = "a" * 56 + ".onion", bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def proxy() -> None:
            with listener.accept()[0] as caller:
                caller.recv(10)
                caller.sendall(b"\x05\x00")
                heard.extend(caller.recv(1000))
                caller.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
                caller.recv(65536)
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        thread = threading.Thread(target=proxy, daemon=True)
        thread.start()
        reach = Reach(proxy=f"socks5://127.0.0.1:{listener.getsockname()[1]}")
        with closing(Line(addresses.parse(name), reach, _never)) as made:
            assert b"".join(made.post("/", b"", {}, 10).read()) == b"ok"
    assert name.encode() in heard  # by name: nothing was looked up here


def _never(host: str, _port: int) -> list[str]:
    raise AssertionError(host)
