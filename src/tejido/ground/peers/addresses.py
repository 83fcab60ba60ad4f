"""Addresses of nodes, and which machines may be called: pure rules, so that each of them can be tried in a test.

An address is typed in by a person and nothing else decides what is called. What its name stands for is checked each time before
connecting, and the connection goes to exactly what was checked: a name that answers differently a moment later (DNS rebinding)
gains nothing.
"""

import re
from base64 import b32decode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha3_256
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from tejido.ground.peers.errors import (
    BadAddress,
    BadOnion,
    LocalAddress,
    MixedAddress,
    NeverAnAddress,
    NoSuchName,
    PlainAddress,
)

PORTS = {"https": 443, "http": 80}
MOST = 200
ONION = re.compile(r"[a-z2-7]{56}\.onion")
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
METADATA = frozenset({ip_address("169.254.169.254"), ip_address("fd00:ec2::254"), ip_address("100.100.100.200")})
NAT64 = IPv6Network("64:ff9b::/96")
Ip = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Address:
    """Where a node answers."""

    scheme: str
    host: str
    port: int

    @property
    def onion(self) -> bool:
        """Whether it is reached through a proxy alone."""
        return self.host.endswith(".onion")

    @property
    def netloc(self) -> str:
        """As it stands in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


def parse(text: str) -> Address:
    """The address that somebody wrote; raises `BadAddress`. Without a scheme it is https, of onion addresses http."""
    text = text.strip()
    if not 0 < len(text) <= MOST or any(sign <= " " or sign in "\\\x7f" for sign in text):
        raise BadAddress
    if "://" not in text:
        text = ("http://" if ".onion" in text else "https://") + text
    try:
        parts = urlsplit(text)
        host, port = _host(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError) as error:
        raise BadAddress from error
    odd = parts.username is not None or parts.password is not None or parts.path not in ("", "/")
    if odd or parts.query or parts.fragment or parts.scheme not in PORTS or port == 0:
        raise BadAddress
    return Address(parts.scheme, host, port or PORTS[parts.scheme])


def _host(host: str) -> str:
    if ":" in host:
        return str(IPv6Address(host))
    name = host.rstrip(".").encode("idna").decode("ascii").lower()
    if name.endswith(".onion") and not _is_onion(name):
        raise BadOnion
    if not NAME.fullmatch(name):
        raise ValueError(host)
    return name


def _is_onion(name: str) -> bool:
    """An onion name carries a checksum (Tor's rend-spec-v3, "Encoding onion addresses"), so that a wrong letter is found here."""
    if not ONION.fullmatch(name):
        return False
    raw = b32decode(name.removesuffix(".onion").upper())
    key, checksum, version = raw[:32], raw[32:34], raw[34:]
    return version == b"\x03" and checksum == sha3_256(b".onion checksum" + key + version).digest()[:2]


def _meant(ip: Ip) -> Ip:
    """The IPv4 address that some IPv6 addresses stand for: it is what would be reached."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def _never(ip: Ip) -> bool:
    reserved = isinstance(ip, IPv4Address) and ip.is_reserved
    return ip.is_multicast or ip.is_unspecified or reserved or ip in METADATA


def check(address: Address, found: Iterable[str], *, lan: bool) -> list[str]:
    """Of what a name stands for, the IP addresses to call, in order; raises a `PeerProblem` if one of them may not be called.

    One is enough to refuse all: whoever mixes them has a reason that is not ours."""
    ips = list(dict.fromkeys(found))
    meant = [_meant(ip_address(ip.partition("%")[0])) for ip in ips]
    if not meant:
        raise NoSuchName
    if any(map(_never, meant)):
        raise NeverAnAddress
    _check_reach(address, [ip.is_global for ip in meant], lan=lan)
    return ips


def _check_reach(address: Address, public: Collection[bool], *, lan: bool) -> None:
    if len(set(public)) > 1:
        raise MixedAddress
    if not all(public) and not lan:
        raise LocalAddress
    if all(public) and address.scheme != "https":
        raise PlainAddress


def is_local(found: Iterable[str]) -> bool:
    """Whether these addresses lie in a local network or on this machine."""
    return not all(_meant(ip_address(ip.partition("%")[0])).is_global for ip in found)
