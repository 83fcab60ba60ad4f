"""What the line does with servers that are none, or not friendly: real sockets on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest

from tejido.ground.peers import addresses, connecting
from tejido.ground.peers import proxying as socks
from tejido.ground.peers.connecting import Line, Reach
from tejido.ground.peers.errors import (
    BadAnswer,
    LocalAddress,
    MixedAddress,
    NoAnswer,
    NoProxy,
    OnionSilent,
    ProxyDown,
    Redirected,
    TooLarge,
    TooSlow,
    WrongProxy,
)

LAN = Reach(lan=True)
ONION = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion"


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
        Line(addresses.parse(ONION), LAN)


def test_what_does_not_speak_tls_gets_nothing() -> None:
    with answering(b"this is no TLS") as port, pytest.raises(NoAnswer):
        line(port, scheme="https").post("/", b"", {}, 10)


@contextmanager
def proxying(*answers: bytes) -> Iterator[tuple[Reach, bytearray]]:
    """A proxy that greets whoever connects, then says one of `answers` to each second connection; what it was asked for."""
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                with listener.accept()[0] as caller:
                    caller.recv(10)
                    caller.sendall(b"\x05\x00")
                with listener.accept()[0] as caller, suppress(OSError):  # whoever was refused hangs up
                    caller.recv(10)
                    caller.sendall(b"\x05\x00")
                    heard.extend(caller.recv(1000))
                    caller.sendall(answer)
                    caller.recv(65536)
                    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        threading.Thread(target=serve, daemon=True).start()
        yield Reach(proxy=f"socks5h://127.0.0.1:{listener.getsockname()[1]}"), heard


def onion(reach: Reach) -> Line:
    return Line(addresses.parse(ONION), reach, _never)


def test_onion_addresses_go_to_the_proxy_by_name() -> None:
    with proxying(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00") as (reach, heard), closing(onion(reach)) as made:
        assert b"".join(made.post("/", b"", {}, 10).read()) == b"ok"
    assert ONION.encode() in heard  # by name: nothing was looked up here


@pytest.mark.parametrize("code", [1, 4, 5, 6, 0xF0])
def test_what_the_proxy_cannot_reach_is_told(code: int) -> None:
    refused = b"\x05" + bytes([code]) + b"\x00\x01\x00\x00\x00\x00\x00\x00"
    with proxying(refused) as (reach, _heard), pytest.raises(OnionSilent):
        onion(reach).post("/", b"", {}, 10)


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\x04\x5a"])
def test_what_is_no_proxy_is_told(said: bytes) -> None:
    with answering(said) as port, pytest.raises(WrongProxy):
        onion(Reach(proxy=f"socks5://127.0.0.1:{port}")).post("/", b"", {}, 10)


def test_a_proxy_that_says_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socks, "GREET_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(WrongProxy):
        onion(Reach(proxy=f"socks5://127.0.0.1:{listener.getsockname()[1]}")).post("/", b"", {}, 10)


def test_a_proxy_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ProxyDown):
        onion(Reach(proxy=f"socks5://127.0.0.1:{port}")).post("/", b"", {}, 10)


@pytest.mark.parametrize(
    "proxy", ["127.0.0.1:9050", "http://127.0.0.1:9050", "socks5://127.0.0.1", "socks5://:9050", "x"]
)
def test_a_setting_that_names_no_proxy_is_told(proxy: str) -> None:
    with pytest.raises(WrongProxy):
        onion(Reach(proxy=proxy))


def _never(host: str, _port: int) -> list[str]:
    raise AssertionError(host)
