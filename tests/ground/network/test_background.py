"""“Exchange now” where a worker runs: the page answers at once, shows how far it is, and tells what it brought."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tejido.ground import work
from tejido.ground.network import folders, tasks
from tejido.ground.network.models import Exchange
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.work import backend
from tejido.ground.work.models import Claim
from tests.ground.people.builders import signed_in

PAGE = "/network/exchange/"
ELSEWHERE = "another.host/1/0123"


@pytest.fixture
def keeper(network: NetworkInfo) -> Client:
    """A keeper's browser, on a node whose worker was heard of lately."""
    now = timezone.now()
    until = now + timedelta(minutes=1)
    Claim.objects.create(key=f"worker:{ELSEWHERE}", owner=ELSEWHERE, state="running", beat_at=now, until=until)
    return signed_in("ana", "keeper")


@pytest.fixture
def shared(network: NetworkInfo, tmp_path: Path) -> str:
    (tmp_path / "shared").mkdir()
    return folders.add(str(tmp_path / "shared"))


def test_asked_for_shown_and_done(keeper: Client, shared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keeper.post(PAGE).status_code == 302
    assert keeper.post(PAGE, {"folder": shared}).status_code == 302  # twice is once
    page = keeper.get(PAGE)
    assert (page.headers["Refresh"], "0 %" in page.text, list(Path(shared).iterdir())) == ("3", True, [])
    seen: list[tuple[int, bool]] = []

    def look(_held: work.Held) -> Callable[[int], None]:
        return lambda permille: seen.append((permille, "Refresh" in keeper.get(PAGE).headers))

    monkeypatch.setattr(work.Held, "now_and_then", look)
    assert backend.run_next("me")
    assert not backend.run_next("me")
    assert [permille for permille, _ in seen] == sorted(permille for permille, _ in seen)
    assert seen[-1][0] > 500
    assert all(running for _, running in seen)
    page = keeper.get(PAGE)
    assert "Refresh" not in page.headers
    assert "What it brought" in page.text
    assert "Given to the others" in page.text
    assert list(Path(shared).iterdir())


def test_who_has_a_stick_in_hand_does_not_wait_for_a_transcription(keeper: Client, shared: str) -> None:
    tasks.request("elsewhere")
    backend._rows().update(status="RUNNING")
    assert "Given to the others" in keeper.post(PAGE).text


def test_a_folder_that_went_away_is_told_on_the_page(keeper: Client, shared: str) -> None:
    keeper.post(PAGE)
    Path(shared).rmdir()
    assert backend.run_next("me")
    page = keeper.get(PAGE)
    assert "Refresh" not in page.headers
    assert "is tried again" in page.text
    assert Exchange.objects.get().error


def test_the_api_says_that_it_is_queued_and_how_far_it_is(keeper: Client, shared: str) -> None:
    asked = keeper.post("/api/v1/network/exchange", {}, content_type="application/json").json()
    assert [(one["folder"], one["queued"]) for one in asked] == [(shared, True)]
    assert [one["percent"] for one in keeper.get("/api/v1/network/folders").json()["items"]] == [0]
    assert backend.run_next("me")
    found = keeper.get("/api/v1/network/folders").json()["items"]
    assert [(one["percent"], one["error"]) for one in found] == [(None, "")]
