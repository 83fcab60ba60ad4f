"""The keeper's page and the warnings that last."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from tejido import __version__
from tejido.ground.keeping import records
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.store import db
from tejido.ground.store.models import ReadTable, Rebuild
from tejido.ground.work.models import Claim
from tests.ground.people.builders import signed_in


@pytest.fixture
def keeper(network: NetworkInfo) -> Client:
    """A keeper's browser."""
    return signed_in("keeper", "keeper")


def a_claim(key: str, state: str = "stuck", **fields: object) -> None:
    """A piece of work in that state."""
    now = timezone.now()
    values = {"owner": "elsewhere/1/x", "beat_at": now, "until": now + timedelta(minutes=5)} | fields
    Claim.objects.create(key=key, state=state, **values)


def test_only_keepers_see_it(network: NetworkInfo) -> None:
    for role in ("facilitator", "member", "guest"):
        client = signed_in(f"a-{role}", role)
        assert client.get("/operate/").status_code == 403
        assert client.post("/operate/retry/", {"key": "x"}).status_code == 403
        assert "For the keepers" not in client.get("/").text
    assert Client().get("/operate/").headers["Location"].startswith("/sign-in/")
    assert Client().post("/operate/retry/").status_code == 403


def test_what_stands_there(keeper: Client) -> None:
    page = keeper.get("/operate/").text
    assert f"Tejido {__version__}" in page
    assert connection.display_name in page
    assert "the node was created" in page
    assert "free of" in page
    assert "Nothing is under way" in page


def sheets(folder: Path) -> None:
    """Sheets that nobody has printed."""
    (folder / "sheets").mkdir()
    (folder / "sheets" / "admin-1.txt").write_text("x")


def unknown(_folder: Path) -> None:
    """An event of a later version."""
    db.execute("INSERT INTO store_eventindex VALUES (99999, 1, '', 'treasury.draw', %s)", [b"0" * 16])


def stale(_folder: Path) -> None:
    """A table of another shape."""
    ReadTable.objects.create(name="relay_old", shape="x", stale=True)


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (sheets, "sheets still lie"),
        (lambda _: a_claim("transcribe:x"), "1 piece of work is stuck"),
        (unknown, "does not know"),
        (stale, "tejido rebuild"),
    ],
    ids=["sheets", "stuck", "unknown", "stale"],
)
def test_warnings_last_until_somebody_acts(
    keeper: Client, settings: Settings, cause: Callable[[Path], None], told: str
) -> None:
    assert told not in keeper.get("/").text
    cause(Path(settings.NODE_DIR))
    assert told in keeper.get("/").text
    assert told in keeper.get("/operate/").text


def test_the_age_of_the_last_backup_is_told(keeper: Client) -> None:
    assert "There is no backup" in keeper.get("/").text
    records.add(records.Backup("/stick/old.tejido", timezone.now() - timedelta(days=20), 3 << 20))
    page = keeper.get("/operate/").text
    assert "older than two weeks" in page
    assert "/stick/old.tejido" in page
    records.add(records.Backup("/stick/new.tejido", timezone.now() - timedelta(days=1), 3 << 20))
    assert "older than two weeks" not in keeper.get("/").text


def test_a_worker_that_lives_is_no_warning(keeper: Client) -> None:
    assert "No worker is running" in keeper.get("/").text
    a_claim("worker:elsewhere/1/x", "running")
    assert "No worker is running" not in keeper.get("/").text
    assert "worker:" not in keeper.get("/operate/").text


def test_a_full_disk_is_told(keeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=5 << 20))
    page = keeper.get("/operate/").text
    assert "almost full" in page
    assert "5.0\xa0MB" in page


def test_unknown_kinds_are_counted_by_name(keeper: Client) -> None:
    unknown(Path())
    assert "<code>treasury.draw</code> 1" in keeper.get("/operate/").text
    assert "space.members" not in keeper.get("/operate/").text


def test_a_rebuild_shows_how_far_it_is(keeper: Client) -> None:
    Rebuild.objects.update_or_create(id=1, defaults={"phase": "fold", "done": 30, "total": 120})
    assert 'value="25"' in keeper.get("/operate/").text


def test_without_a_model_the_page_says_how_to_get_one(keeper: Client, settings: Settings, tmp_path: Path) -> None:
    settings.NODE = replace(settings.NODE, speech_model=str(tmp_path / "none"))
    page = keeper.get("/operate/").text
    assert "speech-offline" in page
    assert "node.json" in page


def test_stuck_work_is_tried_again(keeper: Client) -> None:
    a_claim("transcribe:abc", error="ValueError line 3", attempts=5)
    assert "ValueError line 3" in keeper.get("/operate/").text
    assert keeper.post("/operate/retry/", {"key": "transcribe:abc"}).status_code == 302
    found = Claim.objects.get(key="transcribe:abc")
    assert (found.state, found.attempts, found.error) == ("waiting", 0, "")
    assert keeper.post("/operate/retry/", {"key": "nothing"}).status_code == 302


def test_work_pages_exports_and_does_not_grow_in_queries(keeper: Client) -> None:
    a_claim("transcribe:000", "running", permille=420)
    with CaptureQueriesContext(connection) as few:
        page = keeper.get("/operate/").text
    assert 'value="42"' in page
    for at in range(40):
        a_claim(f"transcribe:1{at:02}")
    with CaptureQueriesContext(connection) as many:
        keeper.get("/operate/?page=2")
    assert len(few) == len(many)
    assert b"transcribe:139" in b"".join(keeper.get("/operate/?export=csv"))
