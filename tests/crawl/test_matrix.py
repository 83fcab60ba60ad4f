"""Every address and API operation × role × own or foreign object: what the matrix says, and nothing changed by the denied."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tejido.ground.memory import selectors as memory
from tejido.ground.network import desk
from tejido.ground.network.families import PROFILE
from tejido.ground.network.papers import REQUEST
from tejido.ground.peers import actions as peers
from tejido.ground.people import OPERATOR
from tejido.ground.people import actions as people
from tejido.ground.people.domain import ROLES
from tejido.ground.people.models import Account, Link
from tejido.ground.store import erasing
from tejido.ground.store.public import Fact, append, redact, row_key
from tejido.practices.relay import selectors
from tejido.practices.relay.drops.models import DropLink
from tejido.practices.relay.segments import digest
from tests.crawl import bundles, chartered, matrix_bundles, matrix_charter, matrix_public, press, seed, site
from tests.crawl.addresses import Address, operations, patterns
from tests.crawl.in_words import translate
from tests.crawl.matrix import ROWS, STRANGER, Objects, Row
from tests.crawl.matrix_partners import WITHOUT_COOKIE
from tests.ground.network.builders import Stranger
from tests.ground.people.builders import an_account
from tests.ground.tokens.builders import a_token
from tests.ground.uploads.builders import an_upload

METHODS = ("GET", "POST")
MEMORY = ("from", "origins", "entries", "glossary", "terms")
MORE_ROWS = (matrix_bundles, matrix_charter, matrix_public)
"""Modules that add to the matrix."""
DENIED = {401, 403, 404}
NOTHING = "a" * 26
NO_BUNDLE = {"bundle": "0" * 32, "number": "1"}
UNCOUNTED = ("cache", "people_session", "django_session", "django_migrations")


def described() -> dict[tuple[str, str], Address]:
    """What has to have a row: every operation, and of every page each method that it answers."""
    found = {(one.address.name, one.method): one.address for one in operations()}
    return found | {(one.name, method): one for one in patterns() for method in METHODS}


@pytest.fixture
def made(transactional_db: None, settings: Settings, tmp_path: Path) -> seed.Seeded:
    """A node with things of its own and of Lagos."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    settings.NODE = replace(settings.NODE, speech_model=str(tmp_path / "no-model"), exchange_lan=True)
    return seed.plant(
        tmp_path / "node",
        [
            seed.own_reports,
            seed.recordings,
            seed.invitations,
            seed.remembered,
            seed.accounts,
            seed.drop_links,
            seed.another_organisation,
            site.public_site,
            press.podcast,
            chartered.charter,
        ],
    )


NO_CHARTER = {
    "matter": NOTHING,
    "successor": NOTHING,
    "number": "1",
    "link_id": "999999",
    "gone": "ab" * 32,
    "token": "no-such-token",
}
PUBLIC = {"lang": "en", "number": "1", "frame": "en", "rest": "no/such", "bound": "zip"}


def networks_of(key: str, org: str, charter: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the addresses of a network and its charter ask for."""
    here = {"key": key, "org": org}
    return {"network": {**here, **charter}, "networks": here, "charter": {**here, **charter}, "invitation": {**charter}}


def files(slug: str) -> dict[str, dict[str, str]]:
    """What the addresses of files on the public site ask for."""
    given = {"lang": "en", "whole": slug, "subject": slug, "form": "mp3", "kind": "vtt"}
    return dict.fromkeys(("feed", "sound", "text", "chapters"), given)


def public(made: seed.Seeded, slug: str = "") -> dict[str, dict[str, str]]:
    """What the addresses of publications ask for; `slug`: of none that is here."""
    one = {**PUBLIC, "slug": slug or made.published, "edition": "1" if slug else "2", "tag": made.cover}
    proof = {**made.proof, "key": NOTHING} if slug else made.proof
    return {"publications": {"slug": one["slug"]}, "proofs": proof, "p": one, **files(slug or made.sounding)}


@pytest.fixture
def objects(made: seed.Seeded, tmp_path: Path) -> dict[str, Objects]:
    """What rows name: of our own, and foreign."""
    heard = made.reports["audio-tag"]
    line = selectors.report(viewer=OPERATOR, key=heard).lines[0]
    folder = tmp_path / "another"
    folder.mkdir()
    desk.add_folder(viewer=OPERATOR, path=str(folder))
    common = Objects(
        {}, chain=made.chain, circle=made.circle, hop=made.hops["audio-tag"], org=made.lagos.org.hex(), base=line.base,
        folder=str(folder),
    )  # fmt: skip
    stranger = Stranger()
    common = replace(common, papers=papers_of(made, stranger), words=stranger.words)
    hop, report = made.hops["audio-tag"], {"key": heard, "segment": line.id, "voice": "own", "number": "0"}
    translate(made, "audio-tag", "Palabras.")
    common = replace(common, written=digest("Palabras."))
    text = {**report, "into": "es", "lang": "es"}
    given = {"key": made.reports["drop-given"], "drop_id": str(DropLink.objects.get().pk), "nonce": "no-such"}
    own = {
        **memory_of(made),
        "drop": {"token": made.drop},
        **dict.fromkeys(("drops", "given", "links", "new"), given),
        "chains": {"key": made.chain},
        "circles": {"key": made.circle},
        "voices": {"key": hop},
        "hops": {"key": hop, "lang": "es"},
        "review": text,
        "texts": text,
        "reports": report,
        "erasures": {"key": something_erased(made)},
        **bundles.keys_of(made),
        "invitations": {"key": made.invitations["asked"]},
        **public(made),
        "partners": {"peer": a_partner(common.org)},
        **networks_of(row_key(made.network), common.org, made.charter),
    }
    return {"own": replace(common, values=own), "foreign": replace(common, values=theirs_of(made, common, line.id))}


def theirs_of(made: seed.Seeded, common: Objects, line: str) -> dict[str, dict[str, str]]:
    """What rows name that is another organisation's, or nobody's."""
    none = {"key": NOTHING, "drop_id": "999999", "unit_id": "999999", "term_id": "999999", "nonce": "no-such"}
    foreign = {"key": made.hops["foreign"], "segment": line, "into": "es"}
    return {
        **dict.fromkeys((*MEMORY, "drops", "given", "links", "new", "erasures"), none),
        **dict.fromkeys(("send", "made", "take", "arriving"), NO_BUNDLE),
        "chains": {"key": made.chains["foreign"]},
        "circles": {"key": made.circles["foreign"]},
        "voices": {"key": made.hops["foreign"]},
        "reports": {"key": made.hops["foreign"], "segment": line, "voice": "own", "number": "0"},
        "hops": {"key": made.hops["foreign"], "lang": "es"},
        "review": foreign,
        "texts": foreign,
        "invitations": {"key": made.invitations["foreign-expired"]},
        **public(made, "nothere2"),
        "partners": {"peer": "0" * 16},
        **networks_of(NOTHING, common.org, NO_CHARTER),
    }


def papers_of(made: seed.Seeded, stranger: Stranger) -> dict[str, bytes]:
    """Files that somebody may bring."""
    request = stranger.paper(REQUEST, {"network": made.network.hex()})
    return {"request": request, "invitation": b"none", "bundle": bundles.part_from(made)}


def something_erased(made: seed.Seeded) -> str:
    """The key of something that was taken back in the network."""
    said = append(made.network, Fact(PROFILE, {"languages": [], "name": "gone", "place": ""}))[0]
    redact(made.network, said.hash, aggregate=said.aggregate, kind=PROFILE, stub={}, reason="withdrawn")
    erasing.scrub()
    return said.key


def a_partner(org: str) -> str:
    """Another organisation's node where nobody answers."""
    return peers.add(org=org, address="http://127.0.0.1:9").id


def memory_of(made: seed.Seeded) -> dict[str, dict[str, str]]:
    """Keys of what was imported: a file, an entry, a term."""
    wanted = memory.Filter()
    file = next(one for one in memory.origins(viewer=OPERATOR) if one.kind == "tmx")
    unit = memory.units(viewer=OPERATOR, wanted=memory.Filter(origin=file.key))[0]
    term = {"term_id": str(memory.terms(viewer=OPERATOR, wanted=wanted)[0].pk)}
    origin = {"key": file.key}
    return {"from": origin, "origins": origin, "entries": {"unit_id": str(unit.pk)}, "glossary": term, "terms": term}


def people_of(row: Row, whose: str, account: Account | None, needs: Collection[str]) -> dict[str, str]:
    """Accounts, links and tokens: one's own or somebody else's, good or bad ones."""
    other = Account.objects.exclude(pk=account.pk if account else 0).exclude(roles__role="keeper").order_by("pk")[0]
    if whose == "foreign":
        secret = an_upload(other.pk) if row.name == "upload" else NOTHING
        return {
            "account_id": str(other.pk),
            "link_id": "999999",
            "token": "no-such-token",
            "token_id": str(a_token_of(other, needs)),
            "secret": secret,
            "pk": "1",
            "handle": "0" * 24,
            "factor_id": "1",
        }
    link = Link.objects.filter(user=None).order_by("pk")[0]
    token = NOTHING
    if row.name == "people_reset":
        token = people.issue_reset(viewer=OPERATOR, account_id=other.pk)
    elif "token" in needs:
        token = people.invite(viewer=OPERATOR)
    secret = an_upload(account.pk) if account and row.name == "upload" else NOTHING
    return {
        "account_id": str((account or other).pk),
        "link_id": str(link.pk),
        "token": token,
        "token_id": str(a_token_of(account or other, needs)),
        "secret": secret,
        "pk": "1",
        "handle": "0" * 24,
        "factor_id": "1",
    }


def a_token_of(account: Account, needs: Collection[str]) -> int:
    """A token of that account, where the address names one."""
    return a_token(account, "me").id if "token_id" in needs else 999999


def state() -> list[tuple[Any, ...]]:
    """Rows of every table but sessions and rate limits, and the greatest event: equal before and after, nothing changed."""
    tables = [name for name in sorted(connection.introspection.table_names()) if name not in UNCOUNTED]
    counts = ", ".join(f"(SELECT COUNT(*) FROM {connection.ops.quote_name(name)})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}, (SELECT MAX(id) FROM store_event)")
        first = cursor.fetchall()
        cursor.execute("SELECT username, name, password, is_active FROM people_account ORDER BY id")
        return [*first, *cursor.fetchall()]


def send(client: Client, row: Row, path: str, data: Mapping[str, Any], json: frozenset[tuple[str, str]]) -> Any:
    """One request, with the CSRF token that a page would have given."""
    headers = {"X-CSRFToken": client.cookies[settings.CSRF_COOKIE_NAME].value}
    if (row.name, row.method) in json:
        return client.generic(row.method, path, orjson.dumps(data), "application/json", headers=headers)
    if row.method == "POST":
        return client.post(path, data, headers=headers)
    return client.generic(row.method, f"{path}?{urlencode(data)}", headers=headers)


def takes_json() -> frozenset[tuple[str, str]]:
    """Operations whose body is JSON."""
    wanted = [one for one in operations() if "application/json" in one.needs.get("requestBody", {}).get("content", {})]
    return frozenset((one.address.name, one.method) for one in wanted)


def is_denied(response: Any) -> bool:
    """Refused, not found, or shown to the door."""
    to_the_door = response.status_code == 302 and urlsplit(response["Location"]).path == reverse(settings.LOGIN_URL)
    return response.status_code in DENIED or to_the_door


def clients() -> Iterator[tuple[str, Client, Account | None]]:
    """One of each role, and somebody without an account; each with a CSRF cookie, and held to it."""
    for who in (*ROLES, STRANGER):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        account = None if who == STRANGER else an_account(f"one-{who}", who)
        if account:
            client.force_login(account)
        client.cookies[settings.CSRF_COOKIE_NAME] = _get_new_csrf_string()
        yield who, client, account


def attempts(row: Row, address: Address, objects: Mapping[str, Objects], account: Account | None) -> Iterator[Any]:
    """(whose, who may, path, data) for our own and for a foreign object."""
    for whose, may in (("own", row.own), ("foreign", row.foreign)):
        if whose == "own" or address.parameters:
            of = objects[whose]
            values = {
                **of.values.get("", {}),
                **people_of(row, whose, account, address.parameters),
                **of.values.get(address.part, {}),
            }
            path = address.filled({name: values.get(name, NOTHING) for name in address.parameters})
            yield whose, may, path, row.data(of)


def outcome(response: Any, *, allowed: bool, changed: bool) -> str:
    """What is wrong with an answer, or an empty string."""
    if response.status_code >= 500 or response.status_code == 405:
        return f"answered with {response.status_code}"
    if allowed:
        return f"denied with {response.status_code}, the matrix allows it" if is_denied(response) else ""
    if not is_denied(response):
        return f"answered with {response.status_code}, the matrix denies it"
    return "denied, but something changed" if changed else ""


@pytest.mark.slow
def test_everybody_may_what_the_matrix_says(objects: dict[str, Objects]) -> None:
    wrong, tried, known, json = [], 0, described(), takes_json()
    rows = [row for key, row in sorted(ROWS.items()) if key in known]
    for who, client, account in clients():
        cookies = {name: one.value for name, one in client.cookies.items()}
        for row in rows:
            for whose, may, path, data in list(attempts(row, known[row.name, row.method], objects, account)):
                client.cookies = SimpleCookie(cookies)  # signing out is one of the addresses
                with transaction.atomic():
                    before = state()
                    response = send(client, row, path, data, json)
                    told = outcome(response, allowed=who in may, changed=state() != before)
                    response.close()
                    transaction.set_rollback(True)
                wrong += [f"{row.method} {row.name} ({whose}: {path}) as {who}: {told}"] if told else []
                tried += 1
    assert not wrong, "\n" + "\n".join(wrong)
    assert tried > 800


def test_every_address_and_operation_has_its_row(objects: dict[str, Objects]) -> None:
    known = described()
    client = Client(raise_request_exception=False)
    client.force_login(an_account("one-keeper", "keeper"))
    lacking = []
    for (name, method), address in known.items():
        if (name, method) not in ROWS:
            nothing = {
                "into": "es",
                "lang": "es",
                "number": "1",
                "form": "mp3",
                "bound": "pdf",
                "kind": "vtt",
                "whole": "nothere2",
                "slug": NOTHING[:8],
                "tag": NOTHING[:8],
                **{one: "1" for one in address.parameters if one.endswith("_id")},
            }
            path = address.filled({**dict.fromkeys(address.parameters, NOTHING), **nothing})
            if client.generic(method, path).status_code != 405:
                lacking.append(f"{method} {name}: add a row to tests/crawl/matrix.py")
    assert not lacking, "\n" + "\n".join(sorted(lacking))
    assert sorted({key for key in ROWS if key not in known}) == [], "rows of what is no longer there"


def test_without_its_token_nothing_can_be_sent(objects: dict[str, Objects]) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    account = an_account("one-keeper", "keeper", "facilitator")
    client.force_login(account)
    before, taken = state(), []
    for (name, method), address in described().items():
        if method != "GET" and (name, method) in ROWS and name not in WITHOUT_COOKIE:
            row = ROWS[name, method]
            with transaction.atomic():
                path, data = next(attempts(row, address, objects, account))[2:]
                transaction.set_rollback(True)
            response = client.generic(method, path, orjson.dumps(dict(data), default=str), "application/json")
            taken += [f"{method} {name}: {response.status_code}"] if response.status_code != 403 else []
    assert taken == []
    assert state() == before
