"""The memory's pages: what they show to whom, and what leaves by them."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tejido.ground import memory
from tejido.ground.consent import public as consent
from tejido.ground.memory import actions, selectors, tasks
from tejido.ground.memory.models import Origin, Term, Unit
from tejido.ground.people import OPERATOR
from tests.ground.memory.files import TERMS, a_tmx
from tests.ground.people.builders import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(tmp_path: Path) -> str:
    """A memory with an imported file, somebody's approved words, and a term; the file's key."""
    key, _ = actions.import_file(viewer=OPERATOR, path=a_tmx(tmp_path))
    memory.add("r" * 26, "t" * 26, "en", "es", [("They closed the water off.", "Nos cortaron el agua.")])
    actions.add_term(viewer=OPERATOR, source="en", term="strike", target="es", meant="huelga")
    return key


def downloaded(client: Client, address: str) -> str:
    """A streamed file."""
    return client.get(address).getvalue().decode("utf-8-sig")


@pytest.fixture
def facilitator() -> Client:
    return signed_in("fadime", "facilitator")


def test_entries_are_found_by_words_of_either_side(filled: str, facilitator: Client) -> None:
    assert "pedimos agua" in facilitator.get("/memory/?q=AGUA").text
    assert "el portón" not in facilitator.get("/memory/?q=agua").text
    assert "نطلب الماء" in facilitator.get("/memory/?q=ماء&source=en&target=ar").text
    assert "Nothing found" in facilitator.get("/memory/?q=zzz").text
    only = facilitator.get(f"/memory/?origin={filled}").text
    assert "portón" in only
    assert "cortaron" not in only


def test_a_file_is_handed_in_read_and_looked_at(facilitator: Client) -> None:
    file = SimpleUploadedFile("terms.csv", TERMS.encode())
    answer = facilitator.post("/memory/import/", {"file": file})
    page = answer.headers["Location"]
    assert "Reading" in facilitator.get(page).text
    tasks.take_in.call(Origin.objects.get().key)
    assert "Look through the terms" in facilitator.get(page).text
    assert Term.objects.count() == 2
    again = facilitator.post("/memory/import/", {"file": SimpleUploadedFile("x.csv", TERMS.encode())})
    assert again.status_code == 409
    assert "already" in again.text
    bad = facilitator.post("/memory/import/", {"file": SimpleUploadedFile("x.doc", b"x")})
    assert bad.status_code == 422


def test_what_is_wrong_with_a_file_is_on_its_page_in_the_readers_language(facilitator: Client) -> None:
    facilitator.post("/memory/import/", {"file": SimpleUploadedFile("x.csv", b"a,b\n")})
    origin = Origin.objects.get()
    tasks.take_in.call(origin.key)
    assert "Line 1: the column sourceLang is missing" in facilitator.get(f"/memory/from/{origin.key}/").text
    arabic = facilitator.get(f"/memory/from/{origin.key}/", headers={"Accept-Language": "ar"}).text
    assert "السطر 1" in arabic


def test_words_of_people_leave_in_no_file_without_their_consent(
    filled: str, facilitator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"r" * 26: consent.Terms(("pass", "translate", "archive"), "own", "2026-11-20")}
    monkeypatch.setattr(selectors, "in_force_many", lambda keys: {key: held[key] for key in keys})
    for address in ("/memory/file.tmx", "/memory/?export=csv", "/memory/?export=json", "/memory/file.tmx?people=1"):
        content = downloaded(facilitator, address)
        assert "pedimos agua" in content, address
        assert "cortaron" not in content, address


def test_words_of_people_leave_only_where_they_may_be_published(
    filled: str, facilitator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"r" * 26: consent.Terms(("transcript",), "none", "2026-11-20")}
    monkeypatch.setattr(selectors, "in_force_many", lambda keys: {key: held[key] for key in keys})
    assert "cortaron" in downloaded(facilitator, "/memory/file.tmx?people=1")
    assert "cortaron" not in downloaded(facilitator, "/memory/file.tmx")
    assert signed_in("mona", "member").get("/memory/file.tmx?people=1").status_code == 403


def test_a_withdrawn_reports_words_are_on_no_page(filled: str, facilitator: Client) -> None:
    assert "cortaron" in facilitator.get("/memory/").text
    memory.forget("r" * 26)
    assert "cortaron" not in facilitator.get("/memory/").text
    assert facilitator.get("/api/v1/memory/entries?q=cortaron").json()["total"] == 0


def test_entries_files_and_terms_are_taken_out(filled: str, facilitator: Client) -> None:
    unit = Unit.objects.filter(subject="")[0]
    facilitator.post(f"/memory/entries/{unit.pk}/remove/")
    assert not Unit.objects.filter(pk=unit.pk).exists()
    facilitator.post(f"/memory/glossary/{Term.objects.get().pk}/remove/")
    assert not Term.objects.exists()
    assert "leaves the memory" in facilitator.get(f"/memory/from/{filled}/remove/").text
    facilitator.post(f"/memory/from/{filled}/remove/")
    assert list(Unit.objects.values_list("subject", flat=True)) == ["r" * 26]


def test_the_glossary_is_added_to_and_exported(filled: str, facilitator: Client) -> None:
    term = {"term": "lockout", "source": "en", "meant": "cierre patronal", "target": "es", "note": "law"}
    assert facilitator.post("/memory/glossary/", term).status_code == 302
    assert "cierre patronal" in facilitator.get("/memory/glossary/?q=lockout").text
    assert facilitator.post("/memory/glossary/", {**term, "target": "en"}).status_code == 422
    content = downloaded(facilitator, "/memory/glossary/?export=csv")
    assert content.splitlines()[0] == "id,sourceLang,targetLang,sourceString,targetString,note"
    assert ",en,es,lockout,cierre patronal,law" in content


def test_machines_that_can_draft_are_named(facilitator: Client, settings: object) -> None:
    page = facilitator.get("/memory/").text
    assert "Apertium" in page
    assert "No server is configured" in page


def test_queries_do_not_grow_with_the_entries(facilitator: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            facilitator.get("/memory/?q=number")
        return len(found)

    memory.add("r" * 26, "t" * 26, "en", "es", [("number 0", "número 0")])
    few = asked()
    memory.add("s" * 26, "u" * 26, "en", "es", [(f"number {n}", f"número {n}") for n in range(15)])
    assert asked() == few


def test_looking_up_through_the_api(filled: str) -> None:
    member = signed_in("mona", "member")
    found = member.get(
        "/api/v1/memory/matches", {"text": "we ask for the water", "source": "en", "target": "es"}
    ).json()["items"]
    assert (found[0]["target"], found[0]["origin"]) == ("pedimos agua", "tmx:words.tmx")
    long = member.get("/api/v1/memory/matches", {"text": "x" * 5001, "source": "en", "target": "es"})
    assert long.status_code == 422
