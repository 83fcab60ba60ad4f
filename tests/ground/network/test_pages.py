"""The network's pages: for whom they are, what they show, and what they refuse."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tejido.ground.network import actions, crowds, folders, papers, selectors
from tejido.ground.network.models import Exchange, Folder, KeptOut, LogRoom
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.store.models import Event, Log, Org, Redaction, Waiting
from tejido.log import descriptors
from tejido.log.admit import Incoming
from tests.ground.network.builders import Stranger
from tests.ground.people.builders import signed_in

ROLES = ("keeper", "facilitator", "member", "guest")
PAGES = {  # who may open it, by role
    "/network/": "yyyn",
    "/network/KEY/": "yyyn",
    "/network/KEY/state/": "yyyn",
    "/network/exchange/": "yynn",
    "/network/open/": "ynnn",
    "/network/join/": "ynnn",
    "/network/admit/": "ynnn",
    "/network/KEY/profile/": "ynnn",
    "/network/KEY/invite/": "ynnn",
    "/network/KEY/invite/file/": "ynnn",
    "/network/KEY/request/": "ynnn",
}
WRITES = {
    "/network/open/": "ynnn",
    "/network/join/": "ynnn",
    "/network/admit/": "ynnn",
    "/network/admit/confirm/": "ynnn",
    "/network/KEY/profile/": "ynnn",
    "/network/KEY/room/": "ynnn",
    "/network/exchange/": "yynn",
    "/network/exchange/add/": "ynnn",
    "/network/exchange/remove/": "ynnn",
}


def upload(data: bytes, name: str = "request.tejido") -> dict[str, SimpleUploadedFile]:
    """A form with a file."""
    return {"paper": SimpleUploadedFile(name, data)}


class Clients(dict[str, Client]):
    """A signed-in browser for each role, made when it is first asked for: hashing a password takes its time."""

    def __missing__(self, role: str) -> Client:
        self[role] = found = signed_in(f"somebody-{role}", role)
        return found


@pytest.fixture
def clients(network: NetworkInfo) -> Clients:
    """A signed-in browser for each role."""
    return Clients()


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_for_the_roles_that_need_it(path: str, clients: Clients, network: NetworkInfo) -> None:
    found = {role: clients[role].get(path.replace("KEY", network.key)).status_code for role in ROLES}
    assert found == {role: 200 if may == "y" else 403 for role, may in zip(ROLES, PAGES[path], strict=True)}
    anonymous = Client().get(path.replace("KEY", network.key))
    assert (anonymous.status_code, anonymous.headers["Location"][:9]) == (302, "/sign-in/")


@pytest.mark.parametrize("path", WRITES)
def test_only_those_roles_may_write(path: str, clients: Clients, network: NetworkInfo) -> None:
    for role, may in zip(ROLES, WRITES[path], strict=True):
        status = clients[role].post(path.replace("KEY", network.key)).status_code
        assert (status != 403) == (may == "y"), (role, status)
    assert Client().post(path.replace("KEY", network.key)).status_code == 403


def test_an_unknown_network_is_not_there(clients: Clients) -> None:
    assert clients["keeper"].get("/network/aaaaaaaaaaaaaaaaaaaaaaaaaa/").status_code == 404


def test_opening_a_network_leads_to_saying_who_we_are(clients: Clients, network: NetworkInfo) -> None:
    answer = clients["keeper"].post("/network/open/", {"name": "Arrendatarios"})
    made = next(one for one in selectors.networks() if one.name == "Arrendatarios")
    assert answer.headers["Location"] == f"/network/{made.key}/profile/"
    again = clients["keeper"].post("/network/open/", {"name": "Arrendatarios"})
    assert again.status_code == 409
    assert "already" in again.text
    assert len(selectors.networks()) == 2


def test_the_profile_is_read_by_the_others_and_refuses_unknown_languages(
    clients: Clients, network: NetworkInfo
) -> None:
    path, keeper = f"/network/{network.key}/profile/", clients["keeper"]
    assert "Warehouse Workers" in keeper.get(path).text
    wrong = keeper.post(path, {"name": "W", "place": "", "languages": "es, klingonese"})
    assert wrong.status_code == 422
    assert "klingonese" in wrong.text
    assert wrong.text.count(' role="alert" tabindex="-1" autofocus>') == wrong.text.count("autofocus") == 1
    unnamed = keeper.post(path, {"name": "", "place": "", "languages": "es"}).text
    assert [one for one in re.findall(r"<[^>]+>", unnamed) if "autofocus" in one and 'name="name"' not in one] == []
    assert unnamed.count("autofocus") == 1
    assert selectors.org_name(network.owner) == "Warehouse Workers"
    assert keeper.post(path, {"name": "W W", "place": "Cicero", "languages": "es, pl"}).status_code == 302
    page = keeper.get(f"/network/{network.key}/").text
    assert page.count(' role="status" tabindex="-1" autofocus>Saved') == page.count("autofocus") == 1
    assert "W W" in page
    assert "Polish" in page


def test_admitting_shows_the_words_first_and_keeps_nothing(clients: Clients, network: NetworkInfo) -> None:
    stranger, keeper = Stranger(), clients["keeper"]
    shown = keeper.post("/network/admit/", upload(stranger.request(network)))
    assert shown.status_code == 200
    assert stranger.words in shown.text
    assert not Org.objects.filter(hash=stranger.org).exists()
    held = re.search(r'name="paper" value="([^"]+)"', shown.text)
    assert held
    unticked = keeper.post("/network/admit/confirm/", {"paper": held[1]})
    assert unticked.status_code == 422
    assert stranger.words in unticked.text
    assert stranger.org not in selectors.networks()[0].members
    done = keeper.post("/network/admit/confirm/", {"paper": held[1], "compared": "on"})
    assert done.headers["Location"] == f"/network/{network.key}/"
    assert stranger.org in selectors.networks()[0].members
    page = keeper.get(f"/network/{network.key}/").text
    assert stranger.words in page
    assert "never" in page
    assert "a member already" in keeper.post("/network/admit/", upload(stranger.request(network))).text


def test_what_is_no_request_is_refused(clients: Clients, network: NetworkInfo) -> None:
    keeper, stranger, other = clients["keeper"], Stranger(), Stranger()
    damaged = stranger.request(network).replace(b'"body"', b'"bodi"')
    bad = {
        "nothing": b"\n",
        "no paper": b"hello",
        "binary": bytes(range(256)) * 4,
        "damaged": damaged,
        "half": stranger.request(network)[:300],
        "another kind": stranger.invitation(),
        "too large": b"x" * (papers.MAX_PAPER + 1),
        "no network": stranger.paper(papers.REQUEST, {"network": 7}),
        "foreign name": stranger.request(network, org=other.org.hex()),
        "no identity": stranger.request(network, identity=[]),
    }
    for what, data in bad.items():
        answer = keeper.post("/network/admit/", upload(data))
        assert (what, answer.status_code) == (what, 422)
        assert 'class="error"' in answer.text, what
    assert keeper.post("/network/admit/", {}).status_code == 422
    assert keeper.post("/network/admit/confirm/", {"paper": "%%%", "compared": "on"}).status_code == 422
    assert Org.objects.count() == 1
    assert selectors.networks()[0].members == (network.owner,)


def test_joining_gives_a_request_and_waits(clients: Clients, network: NetworkInfo) -> None:
    stranger, keeper = Stranger(), clients["keeper"]
    answer = keeper.post("/network/join/", upload(stranger.invitation(), "invitation.tejido"))
    page = keeper.get(answer.headers["Location"])
    assert "Not admitted yet" in page.text
    request = keeper.get(f"{answer.headers['Location']}request/")
    assert request.headers["Content-Disposition"] == 'attachment; filename="request.tejido"'
    asked = papers.parse(request.content, papers.REQUEST)
    assert asked.org == network.owner
    refused = keeper.get(f"{answer.headers['Location']}invite/file/")
    assert refused.status_code == 409
    profile = {"name": "W", "place": "", "languages": "es"}
    assert keeper.post(f"{answer.headers['Location']}profile/", profile).status_code == 409
    assert "Hand over the request" in keeper.get("/").text


def test_a_request_to_a_network_of_others_cannot_be_admitted_here(clients: Clients) -> None:
    stranger, keeper = Stranger(), clients["keeper"]
    keeper.post("/network/join/", upload(stranger.invitation()))
    waiting = next(one for one in selectors.networks() if not one.admitted)
    assert keeper.post("/network/admit/", upload(Stranger().request(waiting))).status_code == 403


def test_the_invitation_is_one_that_join_reads(clients: Clients, network: NetworkInfo) -> None:
    file = clients["keeper"].get(f"/network/{network.key}/invite/file/")
    paper = papers.parse(file.content, papers.INVITATION)
    assert paper.body["name"] == "Fábricas"
    assert actions.accept(paper) == network.space


def test_removing_says_what_it_cannot_do(clients: Clients, network: NetworkInfo, tmp_path: Path) -> None:
    stranger, keeper = Stranger(), clients["keeper"]
    paper = tmp_path / "request"
    paper.write_bytes(stranger.request(network))
    actions.admit(request=paper)
    path = f"/network/{network.key}/members/{stranger.org.hex()}/remove/"
    assert "keeps what it holds" in keeper.get(path).text
    assert clients["facilitator"].post(path).status_code == 403
    assert stranger.org in selectors.networks()[0].members
    assert keeper.post(path).status_code == 302
    assert selectors.networks()[0].members == (network.owner,)
    assert keeper.post(path).status_code == 404
    own = f"/network/{network.key}/members/{network.owner.hex()}/remove/"
    assert keeper.post(own).status_code == 404


def test_exchange_reports_in_plain_words(clients: Clients, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    keeper = clients["keeper"]
    added = keeper.post("/network/exchange/add/", {"path": str(folder)})
    assert added.status_code == 302
    page = clients["facilitator"].post("/network/exchange/")
    assert "Given to the others" in page.text
    assert str(folder) in page.text
    assert "Nothing new on either side" in keeper.post("/network/exchange/", {"folder": str(folder)}).text
    space = next(folder.iterdir())
    (space / "pages" / f"{'a' * 64}.page").write_bytes(b"not a page")
    assert "was passed over" in keeper.post("/network/exchange/").text
    assert "Passed over last time" in keeper.get("/network/exchange/").text
    assert keeper.post("/network/exchange/", {"folder": "/etc"}).status_code == 404
    assert "Last exchange" in clients["member"].get("/network/").text


def test_a_folder_that_went_away_is_told_and_tried_again(clients: Clients, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    folders.add(str(stick))
    stick.rmdir()
    page = clients["keeper"].post("/network/exchange/")
    assert page.status_code == 200
    assert "plug the stick in" in page.text
    assert "is tried again" in page.text
    assert Exchange.objects.get().error


def test_only_whole_paths_of_real_folders_elsewhere_are_taken(clients: Clients, tmp_path: Path) -> None:
    keeper = clients["keeper"]
    file = tmp_path / "file"
    file.write_text("x")
    for path in ("", "relative", "/no/such/folder", str(file), str(tmp_path / "node"), str(tmp_path), "/" * 600):
        answer = keeper.post("/network/exchange/add/", {"path": path})
        assert (path, answer.status_code) == (path, 422)
        assert 'class="error"' in answer.text
    assert not Folder.objects.exists()


def test_a_folder_of_the_configuration_stays_removed(clients: Clients, tmp_path: Path) -> None:
    first = [str(tmp_path / "a"), str(tmp_path / "b")]
    (tmp_path / "c").mkdir()
    folders.add(str(tmp_path / "c"))
    assert folders.configured(first) == [*first, str(tmp_path / "c")]
    Folder.objects.create(path=first[0], active=False)
    assert folders.configured(first) == [first[1], str(tmp_path / "c")]
    keeper = clients["keeper"]
    assert keeper.post("/network/exchange/remove/", {"path": str(tmp_path / "c")}).status_code == 302
    assert folders.configured(first) == [first[1]]
    assert keeper.post("/network/exchange/remove/", {"path": "/elsewhere"}).status_code == 404


def test_what_is_wrong_stands_on_the_page(clients: Clients, network: NetworkInfo) -> None:
    log = Log.objects.exclude(space_id=0).order_by("-id")[0]
    twin = Event.objects.filter(log_id=log.id).order_by("seq")[0]
    Log.objects.filter(id=log.id).update(forked_at=twin.seq, stopped_at=twin.seq)
    branch = {"hash": b"\x77" * 32, "log_id": log.id, "seq": twin.seq, "lam": twin.lam, "header": bytes(twin.header)}
    Event.objects.create(id=10_000, state=0, signature=b"", **branch)
    Waiting.objects.create(hash=b"w" * 32, missing=b"m" * 32, log=bytes(log.hash), header=b"", signature=b"")
    Redaction.objects.create(
        target=b"\x99" * 32, redact=b"r" * 32, org=network.owner, space_id=log.space_id, applied=True
    )
    page = clients["member"].get(f"/network/{network.key}/").text
    assert "forks at place 0" in page
    assert "777777777777" in page
    assert bytes(twin.hash).hex()[:12] in page
    assert "no key opens it yet" in page
    assert "they name something" in page
    assert "1 erasure is still under way" in page
    assert "999999999999" in page
    assert "1 event waits" in clients["member"].get("/network/").text


def test_the_state_is_shown_in_words_and_in_full(clients: Clients, network: NetworkInfo) -> None:
    from tejido.ground.store.hashing import state_hashes
    from tejido.log.words import fingerprint

    page, hashes = clients["member"].get(f"/network/{network.key}/state/").text, state_hashes()
    assert network.public_space
    for space in (network.space, network.public_space):
        assert hashes[space.hex()] in page
        assert fingerprint(bytes.fromhex(hashes[space.hex()])) in page


def test_organisations_are_searched_exported_and_dated(clients: Clients, network: NetworkInfo) -> None:
    member, path = clients["member"], f"/network/{network.key}/"
    page = member.get(path).text
    assert re.search(r'<time datetime="20\d\d-\d\d-\d\d">', page)
    assert "Warehouse Workers" in member.get(path + "?q=chicago").text
    assert "Nobody found" in member.get(path + "?q=lagos").text
    csv = b"".join(member.get(path + "?export=csv")).decode()
    assert "Warehouse Workers,Chicago,es en" in csv
    assert member.get(path + "?export=xml").status_code == 422


def test_the_number_of_queries_does_not_grow_with_the_members(
    clients: Clients, network: NetworkInfo, tmp_path: Path
) -> None:
    keeper, counts = clients["keeper"], []
    for batch in range(2):
        for at in range(1 + 3 * batch):
            paper = tmp_path / f"{batch}-{at}"
            paper.write_bytes(Stranger().request(network))
            actions.admit(request=paper)
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(f"/network/{network.key}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_whose_logs_are_kept_out_is_told_with_what_to_do(
    network: NetworkInfo, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "STRANGERS", 0)
    log = descriptors.Log(bytes(32), bytes(32), bytes(16), network.space)
    _kept, _known, out = crowds.sift([Incoming(log.id, b"{}", b"")], [log])
    assert out == 1
    page, told = f"/network/{network.key}/", "1 log of somebody whom nobody knows is kept out here."
    assert told in clients["keeper"].get(page).content.decode()
    shown = clients["member"].get(page).content.decode()
    assert told in shown
    assert "/room/" not in shown
    monkeypatch.setattr(crowds, "STRANGERS", 5)
    LogRoom.objects.create(space_id=KeptOut.objects.get().space_id, org=b"", most=0)
    answer = clients["keeper"].post(f"{page}room/", {"org": ""}, follow=True).content.decode()
    assert "There is room for more of them" in answer
    assert told not in answer
    assert (
        "There is room" not in clients["keeper"].post(f"{page}room/", {"org": "nonsense"}, follow=True).content.decode()
    )


@pytest.mark.django_db
def test_a_keeper_of_a_node_in_no_network_is_shown_the_way_into_one() -> None:
    assert "Join a network with an invitation" in signed_in("kim", "keeper").get("/").text
    assert "Join a network with an invitation" not in signed_in("moe", "member").get("/").text


def test_whoever_is_in_a_network_is_not_asked_to_join_one(clients: Clients) -> None:
    assert "Join a network with an invitation" not in clients["keeper"].get("/").text
