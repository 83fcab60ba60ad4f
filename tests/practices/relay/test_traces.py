"""Who has erased a report's copies: on the report's page while there is one, on the voice's empty place afterwards."""

from django.urls import reverse

from tejido.ground.consent import public as consent
from tejido.ground.people import GUEST, OPERATOR
from tejido.practices.relay import actions, hooks, traces
from tejido.practices.relay.review import actions as review
from tejido.practices.relay.review import selectors as reviewed
from tejido.practices.relay.review.actions import Seen
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node, a_report


def translated(report: str) -> str:
    """A Spanish report put into English, and shared; the copy's key."""
    review.write_by_hand(viewer=OPERATOR, key=report, lang="en")
    for row in reviewed.bench(viewer=OPERATOR, key=report, into="en").rows:
        review.correct(
            viewer=OPERATOR, key=report, into="en", segment=row.id, seen=Seen(row.base, row.source_base), text="Heat."
        )
    return review.share(viewer=OPERATOR, key=report, lang="en")


def test_an_erased_report_still_tells_who_has_erased_its_copies(node: Node) -> None:
    report = a_report(node)
    hop = actions.pass_on(viewer=OPERATOR, report=report)
    copy = translated(report)
    assert traces.standing(report) is None
    assert hooks.erased(OPERATOR, report) is None
    actions.withdraw(viewer=OPERATOR, report=report)
    assert traces.of([report]) == {hop, copy}
    standing = traces.standing(report)
    assert standing
    assert standing.reasons == ("erased", "withdrawn")
    assert hooks.erased_copy(OPERATOR, hop) is not None
    assert hooks.erased_copy(GUEST, hop) is None


def test_the_pages_say_it(node: Node) -> None:
    report, other = a_report(node), a_report(node)
    hop = actions.pass_on(viewer=OPERATOR, report=report)
    actions.pass_on(viewer=OPERATOR, report=other)
    client = signed_in("amina", "facilitator")
    taken = (consent.PASS, consent.TRANSCRIPT, consent.AUDIO)
    actions.withdraw(viewer=OPERATOR, report=report, purposes=taken, erase_too=False)
    said = "Nobody else was in the network when it was erased."
    for name in ("relay_report", "relay_redact"):
        assert said in client.get(reverse(name, args=[report])).content.decode()
        assert said not in client.get(reverse(name, args=[other])).content.decode()
    assert said in client.get(reverse("relay_hop", args=[hop])).content.decode()
    listed = client.get(reverse("erasures")).content.decode()
    assert "taken back" in listed
    found = client.get("/api/v1/erasures/").json()
    assert (found["total"], found["items"][0]["key"], found["items"][0]["asked"]) == (1, hop, 0)
    assert client.get(f"/api/v1/erasures/{hop}").json()["kind"] == "relay.hop"
    assert client.get("/api/v1/erasures/nothing").status_code == 404
