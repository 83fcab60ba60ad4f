"""Which addresses are one, and which machines may be called."""

import pytest

from tejido.ground.peers import addresses
from tejido.ground.peers.addresses import Address
from tejido.ground.peers.errors import (
    BadAddress,
    BadOnion,
    LocalAddress,
    MixedAddress,
    NeverAnAddress,
    NoSuchName,
    PlainAddress,
)

ONION = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion"  # of RFC 8032's first test key
HERE = Address("https", "node.example", 443)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("node.example", "https://node.example"),
        (" https://Node.Example/ ", "https://node.example"),
        ("https://node.example:443", "https://node.example"),
        ("https://node.example:8443", "https://node.example:8443"),
        ("https://عقدة.example", "https://" + "عقدة".encode("idna").decode() + ".example"),
        ("http://[::1]:8001", "http://[::1]:8001"),
        (ONION, f"http://{ONION}"),
    ],
)
def test_an_address_has_one_spelling(text: str, said: str) -> None:
    assert str(addresses.parse(text)) == said
    assert addresses.parse(said) == addresses.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "ftp://node.example", "https://", "https://user@node.example", "https://user:word@node.example", "https://node.example/x",
        "https://node.example?x", "https://node.example#x", "https://node.example:0", "https://node.example:70000", "https://a b",
        "https://node.example\n", "https://node.example\\@else", "https://-a.example", "https://short.onion", "file:///etc",
        "a" * 300,
        "https://node.example%0d%0aHost:else", "https://[::1", "https://..",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    if text.strip() != text and text.strip():
        assert str(addresses.parse(text)) == text.strip()  # white space around it is nobody's fault
        return
    with pytest.raises(BadAddress):
        addresses.parse(text)


@pytest.mark.parametrize(
    "name", ["b" + ONION[1:], ONION[1:], f"www.{ONION}", "a" * 56 + ".onion", ONION[:55] + "e.onion"]
)
def test_a_wrong_sign_in_an_onion_address_is_found(name: str) -> None:
    with pytest.raises(BadOnion):
        addresses.parse(name)


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.1.1", "100.64.0.1", "::1", "fe80::1%eth0",
     "fd12::1", "::ffff:192.168.1.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "0.1.2.3"],
)  # fmt: skip
def test_local_addresses_need_the_setting(ip: str) -> None:
    with pytest.raises((LocalAddress, NeverAnAddress)):
        addresses.check(HERE, [ip], lan=False)


@pytest.mark.parametrize("ip", ["127.0.0.1", "192.168.1.1", "::1", "fd12::1", "fe80::1%eth0"])
def test_with_the_setting_they_may_be_called(ip: str) -> None:
    assert addresses.check(HERE, [ip], lan=True) == [ip]


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "169.254.169.254",
        "::ffff:169.254.169.254",
    ],
)
@pytest.mark.parametrize("lan", [True, False])
def test_some_are_never_called(ip: str, lan: bool) -> None:
    with pytest.raises(NeverAnAddress):
        addresses.check(HERE, [ip], lan=lan)


@pytest.mark.parametrize("lan", [True, False])
def test_a_name_that_stands_for_inside_and_outside_is_refused(lan: bool) -> None:
    with pytest.raises(MixedAddress):
        addresses.check(HERE, ["9.9.9.9", "127.0.0.1"], lan=lan)


def test_over_the_internet_lines_are_sealed() -> None:
    plain = Address("http", "node.example", 80)
    with pytest.raises(PlainAddress):
        addresses.check(plain, ["9.9.9.9"], lan=True)
    assert addresses.check(HERE, ["9.9.9.9", "2620:fe::fe", "9.9.9.9"], lan=False) == ["9.9.9.9", "2620:fe::fe"]
    with pytest.raises(NoSuchName):
        addresses.check(HERE, [], lan=True)
