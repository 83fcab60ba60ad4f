"""Rooms that do not know each other show each other's things."""

from collections.abc import Iterator, Sequence

import pytest

from tejido.ground import slots
from tejido.ground.people import Viewer
from tejido.ground.slots import Link, Panel, Step

GUEST = Viewer(None, frozenset(), "")
MEMBER = Viewer(1, frozenset({"member"}), "Ana")
REPORTS = {"r1": "Rent strike", "r2": "Warehouse"}


@pytest.fixture(autouse=True)
def nothing_registered() -> Iterator[None]:
    with slots.emptied():
        yield


def reports(ids: Sequence[str], viewer: Viewer) -> dict[str, Link]:
    if "member" not in viewer.roles:
        return {}
    return {one: Link(REPORTS[one], f"/reports/{one}/") for one in ids if one in REPORTS}


def test_a_resolver_gives_links() -> None:
    slots.resolver("report", reports)
    assert slots.resolve("report", "r1", MEMBER) == Link("Rent strike", "/reports/r1/")
    assert slots.kinds() == ("report",)


def test_unknown_gone_and_forbidden_look_the_same() -> None:
    slots.resolver("report", reports)
    assert slots.resolve("report", "r9", MEMBER) is None
    assert slots.resolve("report", "r1", GUEST) is None
    assert slots.resolve("chain", "r1", MEMBER) is None


def test_many_are_resolved_in_one_call_a_kind() -> None:
    calls: list[tuple[str, ...]] = []

    def chains(ids: Sequence[str], viewer: Viewer) -> dict[str, Link]:
        calls.append(tuple(ids))
        return {one: Link(one, f"/{one}/") for one in (*ids, "not asked for")}

    slots.resolver("chain", chains)
    slots.resolver("report", reports)
    wanted = [("chain", "c1"), ("report", "r1"), ("chain", "c2"), ("chain", "c1"), ("report", "r9"), ("lab", "l1")]
    assert set(slots.resolve_many(wanted, MEMBER)) == {("chain", "c1"), ("chain", "c2"), ("report", "r1")}
    assert calls == [("c1", "c2")]


def test_a_kind_belongs_to_one_room() -> None:
    slots.resolver("report", reports)
    slots.resolver("report", reports)
    with pytest.raises(slots.TakenTwice, match=r"'report' is resolved by .*reports"):
        slots.resolver("report", lambda ids, viewer: {})
    assert slots.resolve("report", "r1", MEMBER)


def claims_panel(viewer: Viewer, subject: str) -> Panel | None:
    return Panel("Claims", "archive/panel.html", {"report": subject}) if "member" in viewer.roles else None


def labs_panel(viewer: Viewer, subject: str) -> Panel | None:
    return Panel("Labs", "labs/panel.html")


def test_panels_of_a_place_in_order() -> None:
    slots.panel("relay.report", labs_panel, order=2)
    slots.panel("relay.report", claims_panel, order=1)
    slots.panel("relay.report", claims_panel, order=1)
    slots.panel("home", labs_panel)
    assert slots.panels("relay.report", MEMBER, "r1") == [
        Panel("Claims", "archive/panel.html", {"report": "r1"}),
        Panel("Labs", "labs/panel.html"),
    ]
    assert [one.title for one in slots.panels("relay.report", GUEST, "r1")] == ["Labs"]
    assert slots.panels("nowhere", MEMBER) == []


def test_equal_order_does_not_depend_on_who_came_first() -> None:
    slots.panel("home", labs_panel)
    slots.panel("home", claims_panel)
    assert [one.title for one in slots.panels("home", MEMBER)] == ["Claims", "Labs"]


def test_next_steps_most_urgent_first() -> None:
    @slots.next_step
    def answers(viewer: Viewer) -> list[Step]:
        later, soon = Step("Answer", "/b/", 5, "2026-12-01"), Step("Answer", "/a/", 5, "2026-11-25")
        return [later, soon, Step("Read", "/c/")] if viewer.signed_in else []

    @slots.next_step
    def votes(viewer: Viewer) -> list[Step]:
        return [Step("Vote", "/v/", 9), Step("Look", "/d/", 5)]

    slots.next_step(votes)
    assert [step.url for step in slots.next_steps(MEMBER)] == ["/v/", "/a/", "/b/", "/d/", "/c/"]
    assert [step.url for step in slots.next_steps(MEMBER, limit=1)] == ["/v/"]
    assert [step.url for step in slots.next_steps(GUEST)] == ["/v/", "/d/"]


def test_tests_leave_no_trace() -> None:
    slots.resolver("report", reports)
    with slots.emptied():
        assert slots.kinds() == ()
        slots.resolver("chain", reports)
    assert slots.kinds() == ("report",)
