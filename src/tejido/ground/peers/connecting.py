"""A connection to exactly the address that was checked, and requests over it: bounded in time and size, without redirects.

Only the standard library's HTTP client is under this, on a socket that is opened here: so no second look at a name, no proxy
from the environment, no cookie and no answer of the other side can choose where we connect.
"""

import contextlib
import http.client
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tejido.ground.peers import addresses, proxying
from tejido.ground.peers.addresses import Address
from tejido.ground.peers.errors import (
    BadAnswer,
    BadCertificate,
    NoAnswer,
    NoSuchName,
    Redirected,
    TooLarge,
    TooSlow,
)

CONNECT_S, SILENT_S, FIRST_S = 20.0, 60.0, 120.0
LEAST_PER_S, GRACE_S = 100, 60.0  # an answer that comes slower than this after a minute is cut
PIECE = 64 * 1024
Resolver = Callable[[str, int], list[str]]
Sent = Callable[[bytes], object]


@dataclass(frozen=True)
class Reach:
    """What this node may call: local addresses, and onion addresses through this proxy, which looks for them so long."""

    lan: bool = False
    proxy: str = ""
    patience_s: float = proxying.TOR_S


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses that a name stands for now; raises `NoSuchName`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoSuchName from error
    return [str(one[4][0]) for one in found]


def checked(address: Address, reach: Reach, resolver: Resolver = resolve) -> list[str]:
    """The IP addresses to connect to; none for an onion address. Raises a `PeerProblem`."""
    if address.onion:
        proxying.place(reach.proxy)
        return []
    return addresses.check(address, resolver(address.host, address.port), lan=reach.lan)


def _open(address: Address, reach: Reach, ips: list[str]) -> socket.socket:
    if address.onion:
        return proxying.connect(address, reach.proxy, reach.patience_s)
    for ip in ips:
        with contextlib.suppress(OSError):
            return socket.create_connection((ip, address.port), timeout=CONNECT_S)
    raise NoAnswer


def _secured(address: Address, plain: socket.socket) -> socket.socket:
    if address.scheme != "https":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise BadCertificate from error
    except OSError as error:
        plain.close()
        raise NoAnswer from error


def unheard(_piece: bytes) -> None:
    """Nobody hears of the pieces that went."""


class Line:
    """A line to one address: opened when it is needed, kept open between requests, opened anew after it was closed."""

    def __init__(self, address: Address, reach: Reach, resolver: Resolver = resolve) -> None:
        self.address, self._reach = address, reach
        self._ips = checked(address, reach, resolver)
        self._http: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Hang up."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def post(self, path: str, body: bytes, headers: dict[str, str], most: int, sent: Sent = unheard) -> "Answer":
        """Send a body and wait for the head of the answer; the answer's own body is read by whoever asked. `sent` hears of each
        piece that went."""
        if self._http is not None and _closed(self._http.sock):
            self.close()
        kept = self._http is not None
        try:
            return self._post(path, body, headers, most, sent)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not kept or len(body) > PIECE or isinstance(error, TimeoutError):
                raise TooSlow if kept else NoAnswer from error
        return self._again(path, body, headers, most, sent)

    def _again(self, path: str, body: bytes, headers: dict[str, str], most: int, sent: Sent) -> "Answer":
        """Once more on a new connection: the other side may just have closed one that was kept open, which says nothing. Not with
        a large body: on a line that broke within it, much of it has arrived."""
        try:
            return self._post(path, body, headers, most, sent)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer from error

    def _post(self, path: str, body: bytes, headers: dict[str, str], most: int, sent: Sent) -> "Answer":
        if self._http is None:
            self._http = self._connected()
        with self._hung_up_after(FIRST_S):
            self._http.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": self.address.netloc, "Content-Length": str(len(body)), **headers}.items():
                self._http.putheader(name, value)
            self._http.endheaders()
        _send(self._http.sock, body, sent)
        with self._hung_up_after(FIRST_S):
            response = self._http.getresponse()
        return Answer(response, self, most)

    def _connected(self) -> http.client.HTTPConnection:
        made = http.client.HTTPConnection(self.address.host, self.address.port)
        made.auto_open = 0
        made.sock = _secured(self.address, _open(self.address, self._reach, self._ips))
        made.sock.settimeout(SILENT_S)
        return made

    @contextlib.contextmanager
    def _hung_up_after(self, seconds: float) -> Iterator[None]:
        """The head of an answer may come byte by byte; the socket's own timeout would never end that."""
        timer = threading.Timer(seconds, self.break_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def break_off(self) -> None:
        """Let whatever another thread sends or waits for on this line fail at once."""
        http = self._http
        sock = http.sock if http is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _closed(sock: socket.socket) -> bool:
    """Whether the other side has hung up since the last answer: nothing else can be read then."""
    with selectors.DefaultSelector() as looked_at:  # `select` takes no file descriptor above a thousand
        looked_at.register(sock, selectors.EVENT_READ)
        return bool(looked_at.select(0))


def _send(sock: socket.socket, body: bytes, sent: Sent) -> None:
    """In pieces, each within the timeout: the timeout of one `sendall` is for all of it."""
    for start in range(0, len(body), PIECE):
        piece = body[start : start + PIECE]
        sock.sendall(piece)
        sent(piece)


class Answer:
    """The head of an answer; raises what its status means for us. `read` gives its body in pieces."""

    def __init__(self, response: http.client.HTTPResponse, line: Line, most: int) -> None:
        self.status, self._response, self._line = response.status, response, line
        self.retry_after = _seconds(response.headers.get("Retry-After", ""))
        self.encoding = response.headers.get("Content-Encoding", "")
        self.kind = response.headers.get("Content-Type", "")
        length = response.headers.get("Content-Length", "")
        if 300 <= self.status < 400:
            line.close()
            raise Redirected
        told = length.isascii() and length.isdigit() and not response.chunked
        self.length = int(length) if told else 0
        if self.status == 200 and (not told or self.length > most):
            line.close()
            raise TooLarge if told else BadAnswer

    def read(self) -> Iterator[bytes]:
        """The body as it comes; raises `TooSlow` where it stops or drips."""
        began, came = time.monotonic(), 0
        while came < self.length:
            try:
                piece = self._response.read1(min(PIECE, self.length - came))
            except (OSError, http.client.HTTPException) as error:
                self._line.close()
                raise TooSlow from error
            came += len(piece)
            if not piece or _drips(came, time.monotonic() - began):
                self._line.close()
                raise TooSlow
            if came == self.length:
                self._response.close()  # now: whoever has heard enough asks for no more, and the line is kept for the next
            yield piece


def _drips(came: int, seconds: float) -> bool:
    return seconds > GRACE_S and came < LEAST_PER_S * seconds


def _seconds(text: str) -> int:
    return min(3600, int(text)) if text.isascii() and text.isdigit() else 60
