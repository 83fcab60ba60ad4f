"""The canary crawl: nobody meets a word that is not theirs to meet, and whoever should meet one does."""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tejido.ground import work
from tejido.ground.bundles import shelf
from tejido.ground.charter.models import MatterRow
from tejido.ground.keeping.checking import check
from tejido.ground.network.actions import invite
from tejido.ground.people.domain import ROLES
from tejido.ground.store.public import row_key
from tejido.practices.relay import selectors
from tejido.practices.relay.models import Chain, Circle, Hop, Invitation, Report
from tests.crawl import bundles, chartered, press, publications, site
from tests.crawl.addresses import filled, operations, patterns
from tests.crawl.canaries import CARRIER, NODE, STRANGER, TABLE
from tests.crawl.crawler import (
    Notes,
    Visitor,
    exports,
    is_person,
    look_into_files,
    look_into_tables,
    written_logs,
)
from tests.crawl.seed import Seeded, plant
from tests.ground.people.builders import an_account

PLANTED_BY = (press, publications, site, chartered)
"""Modules whose planters register themselves."""
# Tables that hold no words, whatever happens: hints, sessions, rate limits, what is remembered of carriers.
WORDLESS = (
    "django_tasks",
    "work_",
    "cache",
    "django_session",
    "people_session",
    "network_carrier",
    "network_coverage",
    "network_exchange",
    "bundles_",
)
SEARCHED = ("home", "people", "relay_chains", "relay_reports", "relay_circles", "review", "search", "publishing")
SEARCHING = ("keeper", "guest", STRANGER)  # a keeper finds what a member does, and more


@pytest.fixture
def seeded(transactional_db: None, settings: Settings, tmp_path: Path) -> Seeded:
    """A node with every canary in it."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    settings.NODE = replace(settings.NODE, speech_model=str(tmp_path / "no-model"))
    return plant(tmp_path / "node")


def known(made: Seeded) -> dict[str, dict[str, list[str]]]:
    """Values of the addresses' parameters: of every row there is, and of what was there once."""
    rows = {
        "chains": [*Chain.objects.values_list("key", flat=True), *made.chains.values()],
        "voices": [*Hop.objects.values_list("key", flat=True), *made.hops.values()],
        "reports": [*Report.objects.values_list("key", flat=True), *made.reports.values()],
        "circles": [*Circle.objects.values_list("key", flat=True), *made.circles.values()],
        "invitations": [*Invitation.objects.values_list("key", flat=True), *made.invitations.values()],
    }
    by_part = {part: {"key": list(dict.fromkeys(keys))} for part, keys in rows.items()}
    by_part["p"] = {
        "slug": [made.published, made.unpublished, made.sounding],
        "lang": ["en"],
        "number": ["1", "2"],
    }
    by_part["publications"] = {"slug": [made.published, made.unpublished, made.corrected]}
    by_part["p"] |= {
        "edition": ["1"],
        "frame": ["en"],
        "rest": ["no/such"],
        "bound": ["pdf", "epub", "zip"],
        "tag": [made.cover],
    }
    by_part["proofs"] = {name: [value] for name, value in made.proof.items()}
    files = {"subject": [made.sounding, made.silenced], "kind": ["vtt", "srt", "json"], "form": ["mp3", "opus"]}
    by_part |= {
        key: {**files, "lang": ["en"], "whole": [made.sounding]} for key in ("feed", "sound", "text", "chapters")
    }
    by_part["drop"], by_part["drops"] = {"token": [made.drop]}, by_part["reports"]
    by_part["hops"] = by_part["voices"]
    by_part["reports"] |= {"segment": ["t-000", "k-000"], "voice": ["own", "disguised"]}
    told = {**made.reports, **made.hops}  # the others are reached by links
    texts = {"key": [key for name, key in told.items() if "translat" in name], "segment": ["t-000", "a"]}
    by_part["review"] = by_part["texts"] = {**texts, "into": ["original", "es"]}
    by_part["hops"] = {**by_part["voices"], "lang": ["es"]}
    of_charter = {name: [value] for name, value in made.charter.items()}
    of_charter["matter"] = list(MatterRow.objects.values_list("key", flat=True))
    by_part["network"] = by_part["charter"] = {
        **of_charter,
        "key": [row_key(made.network)],
        "org": [made.lagos.org.hex()],
    }
    by_part["invitation"] = {"token": of_charter["token"]}
    everything = [key for keys in rows.values() for key in keys[:1]]
    accounts = [str(pk) for pk in range(1, 12)]
    people = {"account_id": accounts, "link_id": ["1", "2"], "token": made.tokens}
    return {"": {**people, "key": everything, "network": [], "folder": ["1"]}, **by_part}


def visitors(notes: Notes) -> Iterator[Visitor]:
    """One of each role, and somebody without an account."""
    for role in ROLES:
        client = Client(raise_request_exception=False)
        client.force_login(an_account(f"one-{role}", role))
        yield Visitor(role, client, notes)
    yield Visitor(STRANGER, Client(raise_request_exception=False), notes)


def addresses(made: Seeded) -> list[str]:
    """Every address that can be fetched, filled from what is known; lists as exports too."""
    values = known(made)
    pages = [path for one in patterns() for path in filled(one, values)]
    api = [path for one in operations() if one.method == "GET" for path in filled(one.address, values)]
    lists = [path for one in patterns() if not one.parameters for path in filled(one, values)]
    reading = [path for one in patterns() if one.name == "relay_read" for path in filled(one, values)]
    described = ["/api/v1/openapi.json", "/robots.txt", "/feed.xml", "/.well-known/security.txt"]
    return [*dict.fromkeys([*pages, *api, *exports([*lists, *reading]), *described])]


def search(visitor: Visitor, made: Seeded) -> None:
    """Look for every canary by the word beside it, on every page that takes a query."""
    names = {one.name: one for one in patterns()}
    for name in [name for name in SEARCHED if name in names]:
        for one in TABLE:
            list(visitor.get(f"{reverse(name)}?q={one.hook}"))
    for operation in operations():
        if any(parameter["name"] == "q" for parameter in operation.needs.get("parameters", ())):
            for one in TABLE:
                list(visitor.get(f"{operation.address.route}?q={one.hook}"))


def provoke_errors(visitor: Visitor, made: Seeded) -> None:
    """Error pages: nothing here, malformed, and a fault whose message holds words."""
    word = TABLE["page-failure"].text
    for path in ("/nothing/at/all/", "/chains/short/", f"/chains/{'z' * 26}/", "/people/999999/", "/voices/%00/"):
        list(visitor.get(path))
    with patch.object(selectors, "chain", side_effect=RuntimeError(word)):
        before, visitor.failed = visitor.failed, []
        list(visitor.get(reverse("relay_chain", args=[made.chain])))
        list(visitor.get(f"/api/v1/relay/chains/{made.chain}"))
        visitor.failed = before


def fail_in_background(made: Seeded) -> None:
    """A task dies with somebody's words in its exception."""
    with patch("tejido.engines.speech.model.find", side_effect=RuntimeError(TABLE["task-failure"].text)):
        work.run_once([])


def look_elsewhere(notes: Notes, made: Seeded, log: io.StringIO) -> None:
    """Everything that is not a page."""
    for path, data in made.stick.files():
        notes.look(CARRIER, "exchange", str(path), data)
    for data in made.stick.opened():
        notes.look(NODE, "exchange", "a payload or its sound", data)
    look_into_a_bundle(notes, made)
    paper = made.folder.parent / "paper.invitation"
    invite(network=made.network, path=paper)
    notes.look("papers", "invitation", str(paper), paper.read_bytes())
    found = json.dumps([asdict(one) for one in check()], ensure_ascii=False)
    notes.look("check", "check", "check", found.encode())
    assert not [one for one in check() if one.level == "fault"]
    notes.look("logs", "logs", "logs", log.getvalue().encode())
    look_into_files(notes, "static", Path(settings.STATIC_ROOT))
    tables = [name for name in connection.introspection.table_names() if name.startswith(WORDLESS)]
    assert len(tables) >= 6
    look_into_tables(notes, "tasks", tables)


def look_into_a_bundle(notes: Notes, made: Seeded) -> None:
    """With everything that another member may have: as a carrier has it, and as its recipient."""
    name = bundles.made_for(made.lagos.org)
    look_into_files(notes, CARRIER, shelf.made(name))
    opened = [plain for one in bundles.inside(name, made.lagos.name) if (plain := made.stick.plain(one)) is not None]
    assert len(opened) > 20
    for data in opened:
        notes.look(NODE, "bundle", "a payload in a bundle", data)


@pytest.mark.slow
def test_every_canary_is_met_by_those_it_may_meet_and_by_nobody_else(seeded: Seeded) -> None:
    notes = Notes(tuple(TABLE))
    urls = addresses(seeded)
    failed = []
    with written_logs() as log:
        fail_in_background(seeded)
        for visitor in visitors(notes):
            visitor.crawl(urls)
            if visitor.who in SEARCHING:
                search(visitor, seeded)
                provoke_errors(visitor, seeded)
            failed += visitor.failed
        look_elsewhere(notes, seeded, log)
    met = notes.met.values()
    strayed = [one for one in met if not TABLE[one.canary].may_meet(one.who, one.where)]
    assert not strayed, "met where the table does not have it:\n" + "\n".join(
        sorted(f"  {one.canary}: {one.who} at {one.where} ({one.at})" for one in strayed)
    )
    greeted = {(one.canary, one.who) for one in met}
    missed = [(one.name, who) for one in TABLE for who in sorted(one.met_by) if (one.name, who) not in greeted]
    assert not missed, "not met, although the table says so:\n" + "\n".join(f"  {name}: {who}" for name, who in missed)
    assert failed == []
    assert all(notes.looked_at[who] > 50 for who in notes.looked_at if is_person(who))


def test_the_words_are_apart() -> None:
    words = [word for one in TABLE for word in (one.word, one.hook)]
    assert not [(a, b) for a in words for b in words if a is not b and a in b]
