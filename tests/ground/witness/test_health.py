"""What the page about a network's state tells of the others."""

from dataclasses import replace

import pytest

from tejido.ground.network import glance, health
from tejido.ground.network.health import SpaceState
from tejido.ground.people import OPERATOR
from tejido.log.checkpoint import HeadAt
from tests.ground.people.builders import signed_in
from tests.ground.witness.test_witness import said, tell
from tests.replication.conftest import Shared


def room(shared: Shared) -> SpaceState:
    """The members' space."""
    (network,) = glance.networks(viewer=OPERATOR)
    (found,) = (one for one in health.states(viewer=OPERATOR, network=network) if one.purpose == "network")
    return found


def page(shared: Shared) -> str:
    (network,) = glance.networks(viewer=OPERATOR)
    return str(signed_in("somebody", "member").get(f"/network/{network.key}/state/").text)


def test_who_has_said_nothing_is_told(shared: Shared) -> None:
    (bo,) = room(shared).nodes
    assert (bo.org, bo.agreement, bo.day) == (shared.bo.org.hex(), "silent", "")
    assert "nothing heard yet" in page(shared)


def test_who_holds_the_same_is_told(shared: Shared) -> None:
    tell(shared, said(shared))
    (bo,) = room(shared).nodes
    assert (bo.agreement, bo.behind, bo.ahead, bo.day) == ("same", 0, 0, "2026-11-22")
    assert "same state" in page(shared)


def test_another_state_says_what_to_do(shared: Shared) -> None:
    tell(shared, said(shared, "ab" * 32))
    assert room(shared).nodes[0].agreement == "other"
    assert "“tejido check” on both" in page(shared)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_fork_told_of_stands_there_with_both_beginnings(shared: Shared, language: str) -> None:
    statement = said(shared)
    ours = next(head for head in statement.heads if head.log != shared.bo.org and head.seq > 0)
    other = HeadAt(ours.log, ours.seq, b"\xaa" * 32)
    tell(shared, replace(statement, heads=tuple(sorted({*statement.heads, other} - {ours}))))
    (doubt,) = room(shared).doubts
    (network,) = glance.networks(viewer=OPERATOR)
    client = signed_in("somebody", "member")
    text = client.get(f"/network/{network.key}/state/", headers={"accept-language": language}).text
    assert doubt.headers[0] in text
    assert "aaaaaaaaaaaaaaaa" in text
