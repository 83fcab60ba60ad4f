"""A node restored from an old backup takes back at home what it had taken back in the network since."""

import orjson
import pytest

from tejido.ground.consent import public as consent
from tejido.ground.people import OPERATOR
from tejido.ground.store.models import Redaction
from tejido.ground.store.public import Fact, append, own_row, returned
from tejido.practices.relay import access, actions, copies, domain
from tejido.practices.relay import events as ev
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.returned import catch_up
from tests.practices.relay.builders import Node, a_report


def taken_back_elsewhere(report: str, reason: str) -> None:
    """As an exchange leaves it after a restore: the copy is gone, and nothing at home says why."""
    copies.erase(Report.objects.get(key=report), reason)
    Redaction.objects.filter(org=bytes(own_row().org)).update(returned=reason)


@pytest.mark.parametrize("reason", [copies.ERASED, copies.WITHDRAWN])
def test_what_the_network_says_was_taken_back_is(node: Node, reason: str) -> None:
    gone, stays = a_report(node, "Hace calor."), a_report(node, "Aquí llueve.")
    for key in (gone, stays):
        actions.pass_on(viewer=OPERATOR, report=key)
    taken_back_elsewhere(gone, reason)
    catch_up()
    rest = [stays] if reason == copies.ERASED else sorted([gone, stays])
    assert sorted(Report.objects.values_list("key", flat=True)) == rest
    for row in Report.objects.all():
        allowed = consent.may_pass(consent.in_force(bytes.fromhex(row.aggregate)))
        assert allowed == (row.key == stays)
    assert sorted(Hop.objects.values_list("status", flat=True)) == ["shown", "withdrawn"]
    assert returned() == []


def test_words_that_were_taken_out_of_a_copy_are_taken_out_at_home(node: Node) -> None:
    report = a_report(node, "Eleanor lo dijo.\nNadie más.")
    actions.pass_on(viewer=OPERATOR, report=report)
    row, hop = Report.objects.get(key=report), Hop.objects.get()
    lines = [segment.body() for segment in domain.passed_segments(access.lines(row.lines))]
    cut = [{**lines[0], "text": "[…] lo dijo."}, lines[1]]
    edition = {**copies.make_edition(row), "segments": cut, "whole": True}
    with consent.speaking_for(bytes.fromhex(row.aggregate)):
        made = append(node.network, Fact(ev.HOP_REVISED, edition, bytes.fromhex(hop.aggregate)))[0]
    stub = domain.kept_stub(orjson.loads(hop.stub), hop.at)
    consent.erase_earlier(
        node.network, bytes.fromhex(hop.aggregate), keep=(made.hash,), spare=(), stub=stub, reason=copies.REDACTED
    )
    Redaction.objects.filter(org=bytes(own_row().org)).update(returned=copies.REDACTED)
    catch_up()
    row = Report.objects.get(key=report)
    assert [line.text for line in access.lines(row.lines)] == ["[…] lo dijo.", "Nadie más."]
    assert returned() == []
    assert "Eleanor" not in str(list(Report.objects.values()))


def test_what_is_not_here_and_what_was_only_replaced_changes_nothing(node: Node) -> None:
    report = a_report(node)
    actions.pass_on(viewer=OPERATOR, report=report)
    taken_back_elsewhere(report, copies.REPLACED)
    catch_up()
    assert Report.objects.filter(key=report).exists()
    actions.withdraw(viewer=OPERATOR, report=report)
    Redaction.objects.update(returned=copies.ERASED)
    catch_up()
    assert returned() == []
