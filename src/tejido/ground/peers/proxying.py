"""Onion addresses: by name through a SOCKS proxy, such as Tor's, and in no other way."""

import socket
from urllib.parse import urlsplit

import python_socks
from python_socks.sync import Proxy

from tejido.ground.peers.addresses import Address
from tejido.ground.peers.errors import NoProxy, OnionSilent, ProxyDown, WrongProxy

SCHEMES = ("socks5", "socks5h")  # curl's name for "the proxy looks names up": ours always does
TOR_S = 125.0  # Tor itself looks for a way for two minutes, then says that there is none
GREET_S = 10.0
GREETING = b"\x05\x01\x00"  # RFC 1928: version 5, one method, none at all


def place(proxy: str) -> tuple[str, int]:
    """Where the proxy listens; raises `NoProxy` where none is set, `WrongProxy` where the setting names none."""
    if not proxy:
        raise NoProxy
    try:
        parts = urlsplit(proxy)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WrongProxy from error
    if parts.scheme not in SCHEMES or not host or not port:
        raise WrongProxy
    return host, port


def _greet(host: str, port: int) -> None:
    """Whether that is a SOCKS proxy at all: a web server or Tor's control port would be waited for in vain."""
    try:
        sock = socket.create_connection((host, port), timeout=GREET_S)
    except OSError as error:
        raise ProxyDown from error
    with sock:
        try:
            sock.sendall(GREETING)
            said = sock.recv(2)
        except OSError as error:
            raise WrongProxy from error
    if said[:1] != GREETING[:1]:
        raise WrongProxy


def connect(address: Address, proxy: str, patience_s: float) -> socket.socket:
    """A line to an onion address; raises a `PeerProblem`."""
    _greet(*place(proxy))
    made = Proxy.from_url("socks5" + proxy[proxy.index("://") :], rdns=True)
    try:
        return made.connect(address.host, address.port, timeout=min(TOR_S, patience_s))
    except python_socks.ProxyConnectionError as error:
        raise ProxyDown from error
    except (python_socks.ProxyError, python_socks.ProxyTimeoutError, OSError) as error:
        raise OnionSilent from error
