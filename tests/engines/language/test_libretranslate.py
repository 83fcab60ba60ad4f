"""The client of LibreTranslate-compatible servers, against a server that holds it to the published description."""

import json
import time
from collections.abc import Iterator

import pytest

from tejido.engines.language import Draft, Pair
from tejido.engines.language.backends.libretranslate import BadAddress, checked
from tejido.engines.language.backends.libretranslate import Server as Client
from tejido.engines.language.errors import EngineFailed, EngineSlow, NoSuchPair
from tests.engines.language import openapi
from tests.engines.language.openapi import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server; afterwards, that nothing was asked against its description."""
    with openapi.served() as found:
        yield found
    assert found.faults == []


def test_texts_go_and_come_in_order(server: Server) -> None:
    client = Client(server.address)
    assert client.translate(["one", "two"], "en-GB", "es") == [
        Draft("one (es)", "libretranslate 127.0.0.1"),
        Draft("two (es)", "libretranslate 127.0.0.1"),
    ]
    assert server.asked[-1] == ("/translate", {"q": ["one", "two"], "source": "en", "target": "es", "format": "text"})


def test_pairs_are_what_the_server_says(server: Server) -> None:
    client = Client(server.address)
    assert set(client.pairs()) == {Pair("en", "es"), Pair("en", "pt"), Pair("es", "en")}
    with pytest.raises(NoSuchPair):
        client.translate(["x"], "es", "pt")


def test_a_region_is_asked_for_where_the_server_has_it(server: Server) -> None:
    client = Client(server.address)
    client.translate(["x"], "en", "pt-BR")
    assert server.asked[-1][1]["target"] == "pt-BR"


def test_the_key_travels_where_there_is_one(server: Server) -> None:
    server.key = "sesame"
    assert Client(server.address, "sesame").translate(["x"], "en", "es")[0] is not None
    with pytest.raises(EngineFailed, match="403"):
        Client(server.address).translate(["x"], "en", "es")


def test_long_work_goes_in_bounded_requests(server: Server) -> None:
    client = Client(server.address)
    assert len(client.translate(["word " * 300] * 10, "en", "es")) == 10
    sizes = [sum(map(len, body["q"])) for path, body in server.asked if path == "/translate"]
    assert max(sizes) <= 5000
    assert len(sizes) == 4


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b'{"error": "down"}', "HTTP status 500"),
        (302, b"", "HTTP status 302"),
        (200, b"<html>", "no JSON"),
        (200, b'{"translatedText": "one text"}', "another form"),
        (200, b'{"translatedText": ["a", "b", "c"]}', "another form"),
        (200, json.dumps({"translatedText": ["x" * (3 << 20)]}).encode(), "too long"),
    ],
)
def test_bad_answers_are_said(server: Server, status: int, body: bytes, said: str) -> None:
    server.answer = lambda _body: (status, body)
    with pytest.raises(EngineFailed, match=said):
        Client(server.address).translate(["x"], "en", "es")


def test_a_server_that_does_not_answer(server: Server) -> None:
    def slow(_body: object) -> tuple[int, bytes]:
        time.sleep(0.6)
        return 200, b"{}"

    server.answer = slow
    with pytest.raises(EngineSlow):
        Client(server.address, timeout_s=0.2).translate(["x"], "en", "es")


def test_no_server_there() -> None:
    with pytest.raises(EngineFailed, match="cannot be reached"):
        Client("http://127.0.0.1:9").pairs()


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "ftp://localhost",
        "localhost:5000",
        "file:///etc/passwd",
        "https://",
        "https://a@b.org",
        "https://a.org/?q",
    ],
)
def test_words_go_only_where_it_is_safe(address: str) -> None:
    with pytest.raises(BadAddress):
        checked(address)


@pytest.mark.parametrize("address", ["https://example.org/lt/", "http://localhost:5000", "http://[::1]:5000"])
def test_addresses_that_will_do(address: str) -> None:
    assert checked(address) == address.rstrip("/")
