"""What the relay shows on the home page and to other rooms."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tejido.ground import slots
from tejido.ground.network.selectors import org_id
from tejido.ground.people import GUEST, OPERATOR
from tejido.ground.store import boot
from tejido.practices.relay import actions, public
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node, a_report


def test_links_are_given_only_to_those_who_may_follow_them(node: Node) -> None:
    report = a_report(node)
    hop = actions.pass_on(viewer=OPERATOR, report=report)
    wanted = [("relay.chain", node.chain), ("relay.hop", hop), ("relay.report", report), ("relay.circle", node.circle)]
    found = slots.resolve_many(wanted, OPERATOR)
    assert [found[one].label for one in wanted] == ["Calor", "Hace calor. Mucho.", "Hace calor. Mucho.", "Noche"]
    assert slots.resolve_many(wanted, GUEST) == {}
    assert slots.resolve("relay.chain", "a" * 26, OPERATOR) is None
    assert set(public.KINDS) <= set(slots.kinds())


def test_what_waits_is_said_to_those_who_can_do_it(node: Node) -> None:
    a_report(node)
    a_report(node, said=None)
    us = org_id()
    actions.invite_to_answer(
        viewer=OPERATOR, chain=node.chain, circle=node.circle, to_org=us, deadline="2999-01-01", note="Please"
    )
    steps = slots.next_steps(OPERATOR)
    assert [step.note for step in steps] == ["Please", "Calor", "Calor"]
    assert steps[0].due == "2999-01-01"
    assert slots.next_steps(GUEST) == []


def test_home_shows_chains_and_what_waits(node: Node) -> None:
    a_report(node)
    page = signed_in("amina", "facilitator").get("/").text
    assert "Listen to a transcript" in page
    assert "Calor" in page
    assert "Calor" not in Client().get("/").text


@pytest.mark.django_db
def test_a_node_without_an_organisation_shows_its_first_page_all_the_same(settings: Settings, tmp_path: Path) -> None:
    settings.NODE_DIR = tmp_path
    boot.forget()
    assert signed_in("amina", "facilitator").get("/").status_code == 200
    assert signed_in("layla", "facilitator").get("/chains/").status_code == 409
