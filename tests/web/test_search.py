"""The search page: what each viewer finds, and what nobody does."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tejido.ground import search, slots
from tejido.ground.network.selectors import NetworkInfo, own_space_key
from tejido.ground.people import Viewer
from tejido.ground.search import Doc
from tejido.ground.store.public import row_key
from tests.ground.people.builders import signed_in

HIDDEN = "unseen"


def link(keys: Sequence[str], viewer: Viewer) -> Mapping[str, slots.Link]:
    """A room that shows everything but what is called unseen."""
    return {key: slots.Link(f"About {key}", f"/things/{key}/") for key in keys if not key.startswith(HIDDEN)}


def put(key: str, space: str, text: str = "wages at the warehouse", kind: str = "test.note", lang: str = "en") -> None:
    """One document of that kind."""
    search.replace([key], [Doc(key, key, space, kind, lang, f"Note {key}", text)])


@pytest.fixture
def spaces(network: NetworkInfo) -> Iterator[dict[str, str]]:
    """Row keys of the three spaces, with a note in each; a room that resolves notes."""
    assert network.public_space
    found = {"own": own_space_key(), "shared": network.key, "open": row_key(network.public_space)}
    with slots.emptied():
        slots.resolver("test.note", link)
        for name, space in found.items():
            put(name, space)
        yield found


def keys(client: Client, query: str = "wages", more: str = "") -> list[str]:
    """Keys of the things that a search shows, in order."""
    page = client.get(f"/search/?q={query}{more}")
    assert page.status_code == 200
    return [part.split("/")[0] for part in page.text.split('href="/things/')[1:]]


@pytest.mark.parametrize(
    ("role", "found"),
    [("member", ["open", "own", "shared"]), ("keeper", ["open", "own", "shared"]), ("guest", ["open"])],
)
def test_each_finds_what_is_open_to_them(spaces: dict[str, str], role: str, found: list[str]) -> None:
    assert keys(signed_in("amina", role)) == found


def test_people_without_an_account_find_what_is_public(spaces: dict[str, str]) -> None:
    assert keys(Client()) == ["open"]


def test_what_its_room_does_not_link_is_neither_shown_nor_counted(spaces: dict[str, str]) -> None:
    client = signed_in("amina")
    for at in range(60):
        put(f"{HIDDEN}-{at}", spaces["own"], "strike fund")
    put("last", spaces["own"], "strike fund", lang="ar")
    page = client.get("/search/?q=strike")
    assert HIDDEN not in page.text
    assert page.text.count("<li>") == 1
    assert keys(client, "strike") == ["last"]
    assert HIDDEN.encode() not in b"".join(client.get("/search/?q=strike&export=csv"))
    assert keys(client, "nowhere") == []


def test_kinds_that_nobody_resolves_are_not_found(spaces: dict[str, str]) -> None:
    put("odd", spaces["own"], kind="test.unheard")
    assert "odd" not in keys(signed_in("amina"))


def test_a_kind_narrows_and_an_unknown_one_is_refused(spaces: dict[str, str]) -> None:
    slots.resolver("test.other", link)
    put("other", spaces["own"], kind="test.other")
    client = signed_in("amina")
    assert keys(client, more="&kind=test.other") == ["other"]
    assert client.get("/search/?q=wages&kind=test.nothing").status_code == 422


def test_finds_are_marked_and_stand_in_their_own_direction(spaces: dict[str, str]) -> None:
    put("arabic", spaces["own"], "أجور العمال <b>في المستودع</b>", lang="ar")
    page = signed_in("amina").get("/search/?q=أجور").text
    assert "<mark>أجور</mark>" in page
    assert 'lang="ar" dir="rtl"' in page
    assert "&lt;b&gt;" in page


def test_many_finds_come_in_pages(spaces: dict[str, str]) -> None:
    for at in range(45):
        put(f"n{at:02}", spaces["own"], "overtime")
    client = signed_in("amina")
    first, third = keys(client, "overtime"), keys(client, "overtime", "&page=3")
    assert (first[0], len(first), len(third), third[-1]) == ("n00", 20, 5, "n44")
    assert 'rel="next"' in client.get("/search/?q=overtime").text
    assert 'rel="next"' not in client.get("/search/?q=overtime&page=3").text
    assert len(b"".join(client.get("/search/?q=overtime&export=json")).splitlines()) == 47
    assert keys(client, "overtime", "&page=nonsense") == first


def test_the_number_of_queries_does_not_grow_with_the_finds(spaces: dict[str, str]) -> None:
    client, counts = signed_in("amina"), []
    for batch in range(2):
        for at in range(2 + 12 * batch):
            put(f"q{batch}-{at}", spaces["own"], "piecework")
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/?q=piecework")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_empty_box_and_too_long_a_question(spaces: dict[str, str]) -> None:
    client = signed_in("amina")
    assert client.get("/search/").status_code == 200
    assert client.get("/search/?q=").status_code == 200
    long = client.get("/search/?q=" + "a" * 201)
    assert long.status_code == 422
    assert 'class="error"' in long.text
    assert client.get("/search/?q=%00").status_code in {200, 422}
    assert "Nothing found" in client.get("/search/?q=...").text
    assert client.post("/search/").status_code == 405
