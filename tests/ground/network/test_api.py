"""Networks through the API: permissions, answers, refusals."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tejido.ground.network import papers, selectors
from tejido.ground.network.selectors import NetworkInfo
from tests.ground.network.builders import Stranger
from tests.ground.people.builders import signed_in

READS = {"networks": "nyy", "networks/KEY": "nyy", "networks/KEY/organisations": "nyy", "networks/KEY/state": "nyy"}
READS["networks/KEY/crowded"] = "nyy"
READS |= {"networks/KEY/invitation": "nny", "networks/KEY/request": "nny", "folders": "nny"}
WRITES: dict[tuple[str, str], Any] = {
    ("post", "networks"): {"name": "Arrendatarios"},
    ("put", "networks/KEY/profile"): {"name": "W", "place": "", "languages": ["es"]},
    ("delete", f"networks/KEY/organisations/{'0' * 64}"): None,
    ("post", "networks/KEY/room"): {"org": ""},
    ("post", "folders"): {"path": "/no/such"},
    ("delete", "folders?path=/no/such"): None,
    ("post", "exchange"): {},
}


@pytest.fixture
def keeper(network: NetworkInfo) -> Client:
    """A keeper's browser."""
    return signed_in("keeper", "keeper")


@pytest.mark.parametrize("path", READS)
def test_who_may_read(path: str, keeper: Client, network: NetworkInfo) -> None:
    url = f"/api/v1/network/{path.replace('KEY', network.key)}"
    found = [one.get(url) for one in (Client(), signed_in("amina"), keeper)]
    assert "".join("y" if one.status_code == 200 else "n" for one in found) == READS[path]
    assert found[0].headers["Content-Type"] == "application/problem+json"
    assert (found[0].json()["code"], found[1].status_code) == ("not-signed-in", 200 if READS[path][1] == "y" else 403)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_members_and_guests_write_nothing(method: str, path: str, keeper: Client, network: NetworkInfo) -> None:
    url, body = f"/api/v1/network/{path.replace('KEY', network.key)}", WRITES[method, path]
    for one, told in ((Client(), (401, "not-signed-in")), (signed_in("amina"), (403, "not-allowed"))):
        refused = getattr(one, method)(url, body, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == told
    assert getattr(keeper, method)(url, body, content_type="application/json").status_code in {200, 201, 204, 404, 422}


@pytest.mark.parametrize("path", ["join", "admit"])
def test_only_keepers_bring_files(path: str, keeper: Client, network: NetworkInfo) -> None:
    for one, status in ((Client(), 401), (signed_in("amina"), 403)):
        file = SimpleUploadedFile("x", Stranger().request(network))
        assert one.post(f"/api/v1/network/{path}", {"paper": file, "words": "x"}).status_code == status


def test_writing_needs_the_token(network: NetworkInfo) -> None:
    signed_in("keeper", "keeper")
    from tejido.ground.people.models import Account

    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get())
    refused = client.post("/api/v1/network/networks", {"name": "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    session = client.get("/api/v1/session").json()
    assert (session["name"], session["roles"]) == ("keeper", ["keeper", "member"])
    token = {"HTTP_X_CSRFTOKEN": session["csrf_token"]}
    done = client.post("/api/v1/network/networks", {"name": "x"}, content_type="application/json", **token)
    assert (done.status_code, done.json()["name"]) == (201, "x")


def test_admitting_needs_the_words_that_were_read_out(keeper: Client, network: NetworkInfo) -> None:
    stranger = Stranger()

    def admit(words: str) -> Any:
        return keeper.post(
            "/api/v1/network/admit", {"paper": SimpleUploadedFile("r", stranger.request(network)), "words": words}
        )

    wrong = admit(Stranger().words)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "other-words")
    assert selectors.networks()[0].members == (network.owner,)
    done = admit(stranger.words.upper()).json()
    assert done == {
        "org": stranger.org.hex(),
        "words": stranger.words,
        "network": network.key,
        "already": False,
        "asked": False,
    }
    assert admit(stranger.words).json()["already"]
    url = f"/api/v1/network/networks/{network.key}/organisations"
    listed = keeper.get(url + "?limit=1&offset=1").json()
    assert (listed["total"], [one["words"] for one in listed["items"]]) == (2, [stranger.words])
    assert keeper.delete(f"{url}/{stranger.org.hex()}").status_code == 204
    assert keeper.get(url).json()["total"] == 1


def test_joining_gives_a_request(keeper: Client, network: NetworkInfo) -> None:
    joined = keeper.post("/api/v1/network/join", {"paper": SimpleUploadedFile("i", Stranger().invitation())})
    assert (joined.status_code, joined.json()["admitted"]) == (201, False)
    request = keeper.get(f"/api/v1/network/networks/{joined.json()['key']}/request")
    assert papers.parse(request.content, papers.REQUEST).org == network.owner
    bad = keeper.post("/api/v1/network/join", {"paper": SimpleUploadedFile("i", b"x")})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad-paper")


def test_exchange_tells_each_folder(keeper: Client, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    added = keeper.post("/api/v1/network/folders", {"path": str(folder)}, content_type="application/json")
    assert (added.status_code, added.json()) == (201, {"path": str(folder)})
    first = keeper.post("/api/v1/network/exchange", {}, content_type="application/json").json()
    assert [one["folder"] for one in first] == [str(folder)]
    assert first[0]["pages_out"] > 0
    assert keeper.get("/api/v1/network/folders").json()["items"][0]["error"] == ""
    assert keeper.delete(f"/api/v1/network/folders?path={folder}").status_code == 204
    assert keeper.get("/api/v1/network/folders").json()["items"] == []


def test_what_does_not_fit_is_told_by_its_place(keeper: Client, network: NetworkInfo) -> None:
    short = keeper.post("/api/v1/network/networks", {"name": ""}, content_type="application/json")
    assert (short.status_code, short.json()["code"]) == (422, "invalid")
    assert "body.body.name" in short.json()["detail"]
    no_json = keeper.post("/api/v1/network/networks", "{", content_type="application/json")
    assert (no_json.status_code, no_json.json()["code"]) == (400, "malformed")
    assert no_json.headers["Content-Type"] == "application/problem+json"
    far = keeper.get(f"/api/v1/network/networks/{network.key}/organisations?limit=100000")
    assert far.status_code == 422
    assert keeper.get("/api/v1/network/networks/nowhere").json()["code"] == "not-found"
    unknown = keeper.get("/api/v1/nowhere")
    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, "application/problem+json")


def test_the_description_lists_every_operation(keeper: Client) -> None:
    told = keeper.get("/api/v1/openapi.json").json()
    assert told["info"]["title"] == "Tejido"
    assert {"/api/v1/network/networks", "/api/v1/network/admit", "/api/v1/network/exchange"} <= set(told["paths"])
    ids = [one["operationId"] for path in told["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))
    assert all(one["summary"] and one["description"] for path in told["paths"].values() for one in path.values())
    assert settings.NODE.secret not in str(told)
    assert keeper.get("/api/v1/docs").status_code == 404


def test_a_method_that_is_not_taken_is_a_problem_that_names_those_that_are(client: Client) -> None:
    answer = client.put("/api/v1/network/networks", {}, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
    assert (answer.json()["code"], answer.headers["Allow"]) == ("method", "GET, HEAD, POST")
