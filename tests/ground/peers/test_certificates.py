"""Lines with TLS: a real chain, trusted as the machine trusts others, and everything that is wrong with one."""

from contextlib import closing
from pathlib import Path

import pytest

from tejido.ground.peers import addresses
from tejido.ground.peers.connecting import Line, Reach
from tejido.ground.peers.errors import BadCertificate, Redirected
from tests.ground.peers.test_connecting import answering
from tests.support.certificates import Authority, in_front_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ELSEWHERE = b"HTTP/1.1 307 Elsewhere\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n"


def posted(port: int) -> bytes:
    with closing(Line(addresses.parse(f"https://localhost:{port}"), Reach(lan=True))) as line:
        return b"".join(line.post("/exchange/1/hello", b"", {}, 10).read())


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    authority = Authority.new(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


def test_a_chain_that_is_trusted(trusted: Authority, tmp_path: Path) -> None:
    with answering(OK, ELSEWHERE) as plain, in_front_of(plain, trusted.context(tmp_path, "localhost")) as port:
        assert posted(port) == b"ok"
        with pytest.raises(Redirected):
            posted(port)


@pytest.mark.parametrize(("name", "days"), [("localhost", -1), ("elsewhere.example", 30)])
def test_expired_or_for_another_name(trusted: Authority, tmp_path: Path, name: str, days: int) -> None:
    context = trusted.context(tmp_path, name, days=days)
    with answering(OK) as plain, in_front_of(plain, context) as port, pytest.raises(BadCertificate):
        posted(port)


def test_signed_by_nobody_we_trust(trusted: Authority, tmp_path: Path) -> None:
    other = Authority.new(tmp_path, "other")
    assert other.path != trusted.path
    context = other.context(tmp_path, "localhost")
    with answering(OK) as plain, in_front_of(plain, context) as port, pytest.raises(BadCertificate):
        posted(port)
