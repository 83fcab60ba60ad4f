"""A podcast that moves to another address keeps the number by which directories know it."""

import gzip
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from pytest_django import Settings

from tejido.engines.press.feed import feed_guid
from tejido.ground.errors import NotFound
from tejido.practices.relay.press import addresses, beginnings, feeds
from tejido.practices.relay.press.models import Beginning
from tests.engines.press.psp import NS
from tests.practices.relay.press.builders import Told

FIRST, LATER, ELSEWHERE = "https://voices.example", "https://moved.example", "https://files.example/tejido"


def at(settings: Settings, address: str) -> None:
    settings.NODE = replace(settings.NODE, public_address=address)


def channel(lang: str = "es") -> Any:
    return etree.fromstring(gzip.decompress(feeds.of(lang).body)).find("channel")


def guid(lang: str = "es") -> str:
    return str(channel(lang).findtext("podcast:guid", namespaces=NS))


def test_a_feed_that_moves_keeps_the_number_of_its_first_address(each: Told, settings: Settings) -> None:
    at(settings, FIRST)
    first = {lang: guid(lang) for lang in ("es", "ar")}
    assert first["es"] == feed_guid(f"{FIRST}/p/feed/es.xml") != first["ar"]
    at(settings, LATER)
    assert channel().find("{*}link[@rel='self']").attrib["href"] == f"{LATER}/p/feed/es.xml"
    with addresses.told(ELSEWHERE):
        assert {lang: guid(lang) for lang in ("es", "ar")} == first
    assert {one.lang: one.address for one in Beginning.objects.all()} == {
        lang: f"{FIRST}/p/feed/{lang}.xml" for lang in first
    }


def test_an_address_of_this_machine_is_no_beginning(each: Told, settings: Settings) -> None:
    at(settings, "http://192.168.1.20:8000")
    assert guid() == feed_guid("192.168.1.20:8000/p/feed/es.xml")
    assert not Beginning.objects.exists()
    at(settings, FIRST)
    kept = guid()
    at(settings, "")
    assert guid() == kept == feed_guid(f"{FIRST}/p/feed/es.xml")


def test_nobody_makes_a_beginning_by_asking(each: Told, settings: Settings) -> None:
    at(settings, FIRST)
    with pytest.raises(NotFound):
        feeds.of("tlh")
    assert not Beginning.objects.exists()


@pytest.mark.parametrize(
    ("address", "so"),
    [
        ("https://voices.example/p/", True),
        ("http://abc234.onion", True),
        ("http://93.184.215.14", True),
        ("http://localhost:8000", False),
        ("http://node:8000", False),
        ("http://node.local", False),
        ("http://10.0.0.7", False),
        ("http://[::1]:8000", False),
    ],
)
def test_which_addresses_mean_one_node_to_everybody(address: str, so: bool) -> None:
    assert beginnings.for_others(address) is so
