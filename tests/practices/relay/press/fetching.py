"""What a node answers to directories and players, fetched once for many tests that only read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from lxml import etree

from tejido.practices.relay.press import addresses
from tejido.practices.relay.publishing.public import Edition
from tests.practices.relay.builders import a_node
from tests.practices.relay.press.builders import Told, in_process, make, told

BASE = "https://voices.example"
LANGS = ("es", "ar")


@dataclass(frozen=True)
class Answer:
    """One answer: its body and headers."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Fetched:
    """A node's feeds, and whatever they name on this node, by path."""

    edition: Edition
    answers: Mapping[str, Answer]

    def feed(self, lang: str) -> bytes:
        return self.answers[addresses.feed(lang)].body

    def tree(self, lang: str) -> Any:
        return etree.fromstring(self.feed(lang))

    def at(self, url: str) -> Answer:
        return self.answers[urlsplit(url).path]


def fetch(client: Client, found: Told) -> Fetched:
    """Every feed, and every address of ours in it but pages and pictures."""
    answers = {path: _get(client, path) for path in map(addresses.feed, LANGS)}
    for path in [*answers]:
        for one in etree.fromstring(answers[path].body).iter("{*}*"):
            for name in ("url", "uri"):
                address = urlsplit(str(one.attrib.get(name, "")))
                if address.netloc == "voices.example":
                    answers.setdefault(address.path, _get(client, address.path))
    return Fetched(found.edition, answers)


def _get(client: Client, path: str) -> Answer:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Answer(answer.getvalue(), dict(answer.headers))


def published(folder: Path, **more: Any) -> Fetched:
    """A node of its own, in a transaction that leaves nothing behind."""
    with (
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(NODE_DIR=folder, NODE=replace(settings.NODE, public_address=BASE)),
    ):
        in_process(patch)
        found = told(a_node(), folder, **more)
        make()
        fetched = fetch(Client(), found)
        transaction.set_rollback(True)
        return fetched
