"""What people do in a browser when a network's founder does nothing; and what nobody can do by lying about a successor."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tejido.ground.charter import reading, selectors, succeeding, successions
from tejido.ground.charter.events import GO_ON
from tejido.ground.network import gates, papers
from tejido.ground.network import selectors as networks
from tejido.ground.people import OPERATOR
from tejido.ground.slots import next_steps
from tejido.ground.store import db
from tejido.practices.relay import errors, openings
from tests.ground.charter.elsewhere import Elsewhere
from tests.ground.people.builders import signed_in

NEW = "Open ears, together"


@pytest.fixture
def else_(db: None, settings: Settings, tmp_path: Path) -> Elsewhere:
    """A network of another organisation, with `bo`, `cy` and this one in it."""
    settings.NODE_DIR = tmp_path / "node"
    settings.NODE_DIR.mkdir()
    return Elsewhere(("bo", "cy"))


@pytest.fixture
def keeper(else_: Elsewhere) -> Client:
    """Somebody who speaks for the organisation."""
    return signed_in("somebody", "keeper")


def events() -> int:
    return int(db.value("SELECT COUNT(*) FROM store_event"))


def page(client: Client, url: str) -> str:
    found = client.get(url)
    assert found.status_code == 200
    return found.content.decode()


def labels() -> list[str]:
    return [str(step.label) for step in next_steps(OPERATOR)]


def the_matter(else_: Elsewhere, matter: bytes) -> str:
    return f"/network/{else_.info.key}/matters/{db.row_key(matter)}/"


def test_proposed_agreed_founded_and_gone_on(keeper: Client, else_: Elsewhere) -> None:
    else_.charter()
    old_charter = selectors.course_of(else_.info).in_force
    assert old_charter is not None
    old = f"/network/{else_.info.key}/"
    assert "Go on without the founder" in page(keeper, old)
    assert keeper.post(f"{old}successor/", {"name": " ", "words": ""}).status_code == 422
    assert keeper.post(f"{old}successor/", {"name": "Open ears", "words": ""}).status_code == 409
    url = keeper.post(f"{old}successor/", {"name": NEW, "words": "Nobody answers."})["Location"]
    assert keeper.post(f"{old}successor/", {"name": NEW, "words": "Again."})["Location"] == url
    said = page(keeper, url)
    assert "Not agreed." in said
    assert "1 of 3 members go on in" in said
    before = events()
    assert keeper.post(f"{url}found/").status_code == 409
    assert keeper.post(f"{url}follow/").status_code == 409
    assert (events(), len(networks.networks())) == (before, 1)
    matter = bytes.fromhex(selectors.course_of(else_.info).standings[-1].matter.hash)
    else_.go_on("cy", matter)
    assert f"Enough members go on in “{NEW}”: found it" in labels()
    assert keeper.post(f"{url}found/").status_code == 302
    new = next(one for one in networks.networks() if one.name == NEW)
    assert set(new.members) == {networks.org_id(), else_.authors["cy"].org}
    made = selectors.course_of(new)
    assert made.in_force is not None
    assert made.in_force.matter.body["chapters"] == old_charter.matter.body["chapters"]
    assert keeper.post(f"{url}found/").status_code == 302
    assert len(networks.networks()) == 2
    _left_behind(keeper, else_, old, new.key)


def _left_behind(keeper: Client, else_: Elsewhere, old: str, new: str) -> None:
    """The old one is for reading, and leads to the new one."""
    shown = page(keeper, old)
    assert f"/network/{new}/" in shown
    assert "Invite an organisation" not in shown
    assert "For reading: your organisation goes on in" in page(keeper, "/network/")
    assert "Propose a change" not in page(keeper, f"{old}charter/")
    assert "Goes on from “Open ears”." in page(keeper, f"/network/{new}/")
    circle = openings.open_circle(viewer=OPERATOR, name="Docks", place="", langs=["en"])
    chain = openings.open_chain(viewer=OPERATOR, circle=circle, title="Here", question="What now?", lang="en")
    assert "Add a report" in page(keeper, f"/chains/{chain}/")
    there = openings.open_circle(viewer=OPERATOR, name="Old", place="", langs=["en"], network=else_.info.space)
    with pytest.raises(errors.LeftBehind):
        openings.open_chain(viewer=OPERATOR, circle=there, title="There", question="What then?", lang="en")


def test_no_forged_successor_does_anything(keeper: Client, else_: Elsewhere) -> None:
    charter = else_.charter()
    stranger = else_.world.author("Nobody")
    members = [else_.authors[name].org for name in ("bo", "cy")]
    forged = else_.succeed(stranger, "Trap", charter)
    else_.authors["nobody"] = stranger
    else_.found("nobody", forged)
    assert "Trap" not in page(keeper, f"/network/{else_.info.key}/matters/")
    few = else_.succeed("bo", "Too few", charter)
    else_.found("bo", few)
    url = the_matter(else_, few)
    assert "Not agreed." in page(keeper, url)
    assert keeper.post(f"{url}follow/").status_code == 409
    else_.go_on("cy", few)
    else_.found("cy", few)  # not its proposer
    else_.found("bo", few, owner="cy")  # not its own spaces
    else_.found("bo", few, *members, networks.org_id())  # with us, who never agreed
    found = successions.successor(viewer=OPERATOR, network=else_.info, key=db.row_key(few))
    assert found is not None
    assert (found.agreed, found.founded) == (True, False)
    assert keeper.post(f"{url}follow/").status_code == 409
    assert gates.onward(else_.info) is None
    assert len(networks.networks()) == 1
    own = else_.succeed("founder", "The owner's own", charter)
    assert "counts for nothing" in page(keeper, f"/network/{else_.info.key}/matters/")
    assert keeper.post(the_matter(else_, own), {"say": "yes", "words": ""}).status_code == 409


def test_whoever_did_not_agree_is_asked_and_comes_later_by_a_request(keeper: Client, else_: Elsewhere) -> None:
    charter = else_.charter()
    put = else_.succeed("bo", NEW, charter)
    assert any("proposes to go on from Open ears" in label for label in labels())
    else_.go_on("cy", put)
    space = else_.found("bo", put, else_.authors["cy"].org)
    url, told = the_matter(else_, put), f"2 of 3 members go on in “{NEW}”"
    assert f"{told}: come along?" in labels()
    assert told in page(keeper, f"/network/{else_.info.key}/")
    assert told not in page(keeper, "/network/")
    before = events()
    assert keeper.post(f"{url}follow/").status_code == 302
    assert events() == before + 1
    new = next(one for one in networks.networks() if one.space.hex() == space)
    assert (new.admitted, new.name) == (False, NEW)
    said = page(keeper, f"/network/{new.key}/")
    assert "know that your organisation comes" in said
    assert "Download the request" not in said
    assert keeper.post(f"{url}follow/").status_code == 302
    assert events() == before + 1
    coming = selectors.course_of(else_.info).successors()[0].matter.body["coming"]
    paper = papers.parse(coming[networks.org_id().hex()].encode(), papers.REQUEST)
    assert (paper.org, paper.body["network"]) == (networks.org_id(), space)
    assert "3 of 3 members go on in" in page(keeper, url)
    assert gates.onward(else_.info) is None  # until it is let in, nothing changes
    assert not any("Hand over the request" in label for label in labels())


def test_others_are_brought_over_by_a_press_of_the_new_members(keeper: Client, else_: Elsewhere) -> None:
    else_.charter()
    url = keeper.post(f"/network/{else_.info.key}/successor/", {"name": NEW, "words": ""})["Location"]
    key = url.rstrip("/").rpartition("/")[2]
    matter = bytes.fromhex(selectors.course_of(else_.info).standings[-1].matter.hash)
    else_.go_on("cy", matter)
    new = succeeding.found(viewer=OPERATOR, network=else_.info, matter=key)
    space = new.space.hex()
    else_.go_on("founder", matter, asks=space)
    lie = else_.request("bo", "ab" * 32).decode()
    else_.say("bo", GO_ON, {"paper": lie, "words": ""}, matter)
    founder, bo = (else_.authors[name].org.hex() for name in ("founder", "bo"))
    shown = page(keeper, url)
    assert f"{url}bring/{founder}/" in shown
    assert any("asks to come over" in label for label in labels())
    assert keeper.post(f"{url}bring/{bo}/").status_code == 422  # a request for another network
    assert keeper.post(f"{url}bring/{'cd' * 32}/").status_code == 409
    landed = keeper.post(f"{url}bring/{founder}/")["Location"]
    assert landed.startswith(f"/network/{new.key}/matters/")
    (asked,) = reading.matters(viewer=OPERATOR, network=new, what=("admit",))
    assert (asked.about, asked.status, asked.counted) == (founder, "open", "1 of 2 agree; the charter asks for 2")
    assert f"{url}bring/{founder}/" not in page(keeper, url)


def test_two_rivals_are_both_shown_and_a_voice_is_with_one(keeper: Client, else_: Elsewhere) -> None:
    else_.charter(amend="2")
    charter = selectors.course_of(else_.info).in_force
    assert charter is not None
    first = else_.succeed("bo", "First")  # it names no charter, so it counts for nothing
    assert reading.matter(viewer=OPERATOR, network=else_.info, key=db.row_key(first)).status == "overtaken"
    body = {"charter": charter.hash, "words": ""}
    one = else_.say("bo", "successor.proposed", {**body, "name": "One"}).hash
    two = else_.say("cy", "successor.proposed", {**body, "name": "Two"}).hash
    for matter in (one, two):
        assert keeper.post(the_matter(else_, matter), {"say": "yes", "words": ""}).status_code == 302
    else_.found("bo", one)
    else_.found("cy", two)
    shown = page(keeper, f"/network/{else_.info.key}/")
    assert shown.index("2 of 3 members go on in “Two”") < shown.index("1 of 3 members go on in “One”")
    api = keeper.get(f"/api/v1/charter/{else_.info.key}/successors/{db.row_key(two)}").json()
    assert (api["going"], api["members"], api["founded"], api["comes"]) == (2, 3, True, False)


def test_who_owns_the_network_proposes_no_successor(keeper: Client, else_: Elsewhere) -> None:
    from tejido.ground.network.actions import open_network

    own = open_network(name="Ours")
    assert keeper.post(f"/network/{own.key}/successor/", {"name": "Next", "words": ""}).status_code == 409
    assert keeper.post(f"/api/v1/charter/{own.key}/successors", {"name": "Next"}, "application/json").status_code == 409
    assert "Go on without the founder" not in page(keeper, f"/network/{own.key}/")


def test_members_read_and_keepers_speak(else_: Elsewhere) -> None:
    charter = else_.charter()
    put = else_.succeed("bo", NEW, charter)
    else_.go_on("cy", put)
    else_.found("bo", put, else_.authors["cy"].org)
    member = signed_in("reader", "member")
    url = the_matter(else_, put)
    assert "A keeper of your organisation can say that it comes." in page(member, url)
    assert member.post(f"{url}follow/").status_code == 403
    assert member.get(f"/network/{else_.info.key}/successor/").status_code == 403
