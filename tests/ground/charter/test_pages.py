"""What people do with a charter in a browser: begin one, answer, invite by link, and what is refused."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tejido.ground.charter import actions, defaults, inviting, reading, selectors
from tejido.ground.charter.models import InvitationLink
from tejido.ground.network import papers
from tejido.ground.network import selectors as networks
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import OPERATOR
from tejido.ground.slots import next_steps
from tejido.ground.store import db
from tejido.ground.store.spaces import set_members
from tests.ground.network.builders import Stranger
from tests.ground.people.builders import signed_in

RULES = {
    "admit": "2",
    "amend": "66%",
    "suspend": "66%",
    "first_chain_days": "30",
    "labs_a_year": "4",
    "actions_a_year": "1",
}


@pytest.fixture
def keeper(network: NetworkInfo) -> Client:
    """Somebody who speaks for the organisation."""
    return signed_in("somebody", "keeper")


def again(network: NetworkInfo) -> NetworkInfo:
    """The network as it is now."""
    return next(one for one in networks.networks() if one.space == network.space)


def joined(network: NetworkInfo, *others: Stranger) -> NetworkInfo:
    """With other organisations in it."""
    for one in others:
        papers.learn(papers.parse(one.request(network), papers.REQUEST))
    set_members(network.space, [one.org for one in others])
    return again(network)


def chartered(network: NetworkInfo) -> None:
    """With the charter that comes with Tejido."""
    actions.propose(viewer=OPERATOR, network=network, chapters=defaults.CHAPTERS, rules=defaults.RULES)


def events() -> int:
    return int(db.value("SELECT COUNT(*) FROM store_event"))


def test_a_charter_is_begun_in_arabic_and_read(keeper: Client, network: NetworkInfo) -> None:
    url = f"/network/{network.key}/charter/"
    assert "No charter yet" in keeper.get(url).content.decode()
    said = {**RULES, "admit": "٥٠٪", "chapter_members": "لكل عضو صوت واحد.\r\n\r\nنعم.", "note": ""}
    assert keeper.post(url + "propose/?lang=ar", said)["Location"] == url
    page = keeper.get(url + "?lang=ar").content.decode()
    assert 'lang="ar" dir="rtl"' in page
    assert "لكل عضو صوت واحد.<br><br>نعم." in page
    assert "at least 50% of the members" in page
    (one,) = reading.editions(viewer=OPERATOR, network=network)
    assert one.chapters["members"]["en"] == defaults.CHAPTERS["members"]["en"]  # other languages stay as they were
    text = keeper.get(f"{url}1/file/?lang=ar").content.decode()
    assert "لكل عضو صوت واحد.\n\nنعم." in text
    assert keeper.get(f"{url}1/file/?as=json").json()["rules"]["admit"] == "50%"


@pytest.mark.parametrize(
    "wrong", [{"admit": "0"}, {"amend": "120%"}, {"suspend": "most"}, {"admit": "-1"}, {"labs_a_year": "x"}]
)
def test_rules_that_are_none_are_refused(keeper: Client, network: NetworkInfo, wrong: dict[str, str]) -> None:
    before = events()
    done = keeper.post(f"/network/{network.key}/charter/propose/", {**RULES, "chapter_members": "Words.", **wrong})
    assert (done.status_code, events()) == (422, before)


def test_with_a_charter_the_founder_admits_nobody_alone(keeper: Client, network: NetworkInfo) -> None:
    bo, lagos = Stranger(), Stranger()
    info = joined(network, bo)
    chartered(info)
    request = SimpleUploadedFile("request", lagos.request(info))
    done = keeper.post("/api/v1/network/admit", {"paper": request, "words": lagos.words}).json()
    assert (done["asked"], again(network).members) == (True, info.members)
    (one,) = reading.matters(viewer=OPERATOR, network=info, what=("admit",))
    assert (one.status, one.counted) == ("open", "1 of 2 agree; the charter asks for 2")
    page = keeper.get(f"/network/{info.key}/matters/{one.key}/").content.decode()
    assert lagos.words in page
    assert keeper.get(f"/network/{info.key}/members/{bo.org.hex()}/remove/").status_code == 409
    assert keeper.get(f"/api/v1/charter/{info.key}/matters").json()["total"] == 2


def test_saying_it_again_changes_nothing_and_nobody_answers_twice(keeper: Client, network: NetworkInfo) -> None:
    bo, lagos = Stranger(), Stranger()
    info = joined(network, bo)
    chartered(info)
    key = actions.ask(viewer=OPERATOR, request=lagos.request(info), words="Friends.")
    assert [step.urgency for step in next_steps(OPERATOR) if "asks to join" in str(step.label)] == []  # we have spoken
    url, before = f"/network/{info.key}/matters/{key}/", events()
    assert keeper.post(url, {"say": "yes", "words": ""}).status_code == 302
    assert events() == before
    assert keeper.post(url, {"say": "perhaps"}).status_code == 422
    assert keeper.post(url, {"say": "no", "words": "Not yet."}).status_code == 302
    (one,) = reading.matters(viewer=OPERATOR, network=info, what=("admit",))
    assert (one.said, one.status, events()) == (False, "refused", before + 1)
    assert actions.ask(viewer=OPERATOR, request=lagos.request(info)) == key
    with pytest.raises(papers.BadPaper):
        actions.ask(viewer=OPERATOR, request=lagos.paper(papers.REQUEST, {"network": "ab" * 32}).replace(b"ab", b"cd"))


def test_a_paper_in_another_name_lets_nobody_in(network: NetworkInfo) -> None:
    """The event is what one organisation writes: it may lie about whose paper it carries."""
    from tejido.ground.charter.events import ASKED
    from tejido.ground.store.public import Fact, append

    chartered(network)
    lagos, liar = Stranger(), Stranger()
    edition = selectors.course_of(network).in_force
    assert edition is not None
    paper = papers.parse(lagos.request(network), papers.REQUEST).data.decode()
    body = {"charter": edition.hash, "name": "Liar", "org": liar.org.hex(), "paper": paper, "words": ""}
    append(network.space, Fact(ASKED, body))
    (one,) = reading.matters(viewer=OPERATOR, network=network, what=("admit",))
    assert (one.status, one.sound, actions.owed(network)) == ("decided", False, False)
    assert actions.carry_out(network=network) == ()


def test_a_link_is_shown_once_counted_and_taken_back(keeper: Client, network: NetworkInfo) -> None:
    url = f"/network/{network.key}/invite/links/"
    made = keeper.post(url, {"days": "3", "most": "2", "note": "Lagos"}).content.decode()
    path = re.search(r"http://testserver(/invitation/[^/]+/)", made)
    assert path is not None
    assert 'class="qr"' in made
    token = path[1].split("/")[2]
    assert token not in str(list(InvitationLink.objects.values()))
    guest = Client()
    shown = guest.get(path[1])
    assert "Warehouse Workers" in shown.content.decode()
    assert shown["X-Robots-Tag"].startswith("noindex")
    paper = guest.post(path[1] + "paper/", {"as": "file"}).content
    assert papers.parse(paper, papers.INVITATION).org == network.owner
    word = re.search(r"TEJIDO1:[A-Z2-7]+", guest.post(path[1] + "paper/", {"as": "text"}).content.decode())
    assert word is not None
    assert papers.parse(word[0].lower().encode(), papers.INVITATION).body["name"] == network.name
    assert guest.post(path[1] + "paper/", {"as": "file"}).status_code == 404  # twice was all
    number, token = inviting.make(viewer=OPERATOR, network=network)
    assert guest.get(f"/invitation/{token}/").status_code == 200
    assert keeper.post(f"{url}{number}/revoke/").status_code == 302
    assert guest.get(f"/invitation/{token}/").status_code == 404
    assert keeper.post(url, {"days": "400", "most": "2"}).status_code == 422


def test_a_link_that_holds_the_invitation_is_read_without_a_request(keeper: Client, network: NetworkInfo) -> None:
    shown = keeper.post(
        f"/network/{network.key}/invite/links/", {"days": "3", "most": "2", "note": ""}
    ).content.decode()
    whole = re.search(r"http://testserver/invitation/[^/]+/#TEJIDO1:[A-Z2-7]+", shown)
    assert whole is not None
    assert papers.parse(whole[0].encode(), papers.INVITATION).org == network.owner
    link = papers.carried("https://net.example/invitation/x/", Stranger().invitation("Tenants"))
    assert keeper.post("/network/join/", {"text": f" {link}\r\n"}).status_code == 302
    assert "Tenants" in [one.name for one in networks.networks()]
    for bare in ("http://localhost/invitation/x/", "HTTPS://localhost/x/#top"):
        answer = keeper.post("/network/join/", {"text": bare})
        assert answer.status_code == 422
        assert "in a browser" in answer.content.decode()
    assert keeper.post("/network/join/", {"text": link[:-30]}).status_code == 422


def test_an_invitation_is_pasted_as_text(keeper: Client, network: NetworkInfo) -> None:
    word = papers.compact(Stranger().invitation("Tenants"))
    wrapped = "\r\n".join(word[at : at + 60] for at in range(0, len(word), 60))
    assert keeper.post("/network/join/", {"text": wrapped}).status_code == 302
    assert "Tenants" in [one.name for one in networks.networks()]
    for wrong in ("", "TEJIDO1:", "TEJIDO1:AAAA", word[:-20], "http://localhost/invitation/x/"):
        assert keeper.post("/network/join/", {"text": wrong}).status_code == 422


def test_what_unfolds_beyond_all_measure_is_no_paper(network: NetworkInfo) -> None:
    with pytest.raises(papers.BadPaper):
        papers.expand(papers.compact(b"0" * (papers.MAX_PAPER + 1)).encode())


def test_the_founder_neither_leaves_nor_deletes(keeper: Client, network: NetworkInfo) -> None:
    before = events()
    assert "cannot leave it" in keeper.get(f"/network/{network.key}/leave/").content.decode()
    assert keeper.post(f"/network/{network.key}/leave/").status_code == 409
    assert keeper.post(f"/network/{network.key}/purge/", {"sure": "on"}).status_code == 409
    assert events() == before
