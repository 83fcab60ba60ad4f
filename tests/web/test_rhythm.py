"""Home says what the charter asks for next, and nothing where there is none."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tejido.ground.charter import defaults
from tejido.ground.charter.actions import propose
from tejido.ground.network.actions import open_network
from tejido.ground.people import OPERATOR
from tejido.ground.store import boot, founding
from tejido.web.rhythm import due, period_end
from tests.ground.people.builders import signed_in

RHYTHM: dict[str, Any] = {"first_chain_days": 30, "labs_a_year": 4, "actions_a_year": 1}
TITLE = "What the charter asks for next"


@pytest.mark.parametrize(
    ("today", "a_year", "end"),
    [
        (date(2026, 11, 23), 4, date(2026, 12, 31)),
        (date(2026, 3, 31), 4, date(2026, 3, 31)),
        (date(2024, 2, 1), 6, date(2024, 2, 29)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
        (date(2026, 1, 1), 5, date(2026, 3, 14)),
        (date(2026, 12, 31), 5, date(2026, 12, 31)),
        (date(2026, 12, 31), 365, date(2026, 12, 31)),
    ],
)
def test_a_part_of_the_year_ends(today: date, a_year: int, end: date) -> None:
    assert period_end(today, a_year) == end


def test_what_is_due() -> None:
    today = date(2026, 11, 23)
    found = list(due(RHYTHM, date(2026, 10, 1), today))
    assert [(one.what, one.until.isoformat(), one.late) for one in found] == [
        ("chain", "2026-10-31", True),
        ("lab", "2026-12-31", False),
        ("action", "2026-12-31", False),
    ]
    assert [one.what for one in due(RHYTHM, None, today)] == ["lab", "action"]
    assert not list(due({}, today, today))


@pytest.fixture
def home(db: None, settings: Settings, tmp_path: Any) -> Client:
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    boot.forget()
    founding.found()
    return signed_in("ana", "member")


def test_home_shows_the_rhythm_once_there_is_a_charter(home: Client) -> None:
    info = open_network(name="Nets")
    assert TITLE not in home.get("/").content.decode()
    propose(viewer=OPERATOR, network=info, chapters=defaults.CHAPTERS, rules=defaults.RULES)
    page = home.get("/").content.decode()
    assert TITLE in page
    assert "A first voice of yours in a chain" in page
    assert f"/network/{info.key}/charter/" in page
