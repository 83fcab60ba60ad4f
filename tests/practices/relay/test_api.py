"""Everything the pages can do, over HTTP."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions
from tejido.practices.relay.models import Chain, Report
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node, a_report
from tests.practices.relay.test_recordings import CLIP

ROOT = "/api/v1/relay"
JSON = "application/json"


@pytest.fixture
def client(node: Node) -> Client:
    """A facilitator's client."""
    return signed_in("amina", "facilitator")


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> tuple[int, Any]:
    answer = client.post(ROOT + path, body, content_type=JSON, headers=headers)
    return answer.status_code, answer.json() if answer.content else None


def test_a_chain_from_its_question_to_an_answer(client: Client, node: Node) -> None:
    status, circle = post(client, "/circles", {"name": "Día", "langs": ["es"]})
    assert status == 201
    question = {"circle": circle["key"], "title": "Pan", "question": "¿Cuánto?", "lang": "es"}
    status, chain = post(client, "/chains", question)
    assert status == 201
    report = {"circle": circle["key"], "lang": "es", "text": "Mucho.", "asked": "true", "purposes": ["pass"]}
    added = client.post(f"{ROOT}/chains/{chain['key']}/reports", report)
    assert added.status_code == 201
    status, hop = post(client, f"/reports/{added.json()['key']}/pass", {})
    assert status == 201
    words = {**report, "role": "parallel", "lang": "ar", "text": "هنا أيضا."}
    answered = client.post(f"{ROOT}/hops/{hop['key']}/answers", words).json()["key"]
    post(client, f"/reports/{answered}/pass", {})
    page = client.get(f"{ROOT}/chains/{chain['key']}").json()
    assert [(one["role"], one["depth"], one["lang"]) for one in page["hops"]] == [
        ("report", 0, "es"),
        ("parallel", 1, "ar"),
    ]
    assert page["chain"]["answers"] == 1
    read = client.get(f"{ROOT}/chains/{chain['key']}/hops?limit=1&offset=1").json()
    assert (read["total"], read["items"][0]["lines"][0]["text"]) == (2, "هنا أيضا.")


def test_a_recording_is_sent_heard_corrected_and_withdrawn(client: Client, node: Node) -> None:
    upload = SimpleUploadedFile("a.webm", CLIP.read_bytes(), "audio/webm")
    body = {"circle": node.circle, "lang": "en", "recording": upload}
    key = client.post(f"{ROOT}/chains/{node.chain}/reports", body).json()["key"]
    assert client.get(f"{ROOT}/reports/{key}").json()["report"]["step"] == "transcribing"
    assert client.get(f"{ROOT}/reports/{key}/audio").headers["Content-Type"].startswith("audio/")
    beyond = client.get(f"{ROOT}/reports/{key}/audio", headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.headers["Content-Type"]) == (416, "application/problem+json")
    assert beyond.headers["Content-Range"].startswith("bytes */")
    assert post(client, f"/reports/{key}/transcript", {"text": "Typed."})[0] == 204
    consent = {"purposes": ["pass"], "lang": "en"}
    assert client.put(f"{ROOT}/reports/{key}/consent", consent, content_type=JSON).status_code == 204
    assert client.get(f"{ROOT}/reports/{key}").json()["consent"]["purposes"] == ["pass"]
    assert post(client, f"/reports/{key}/withdrawal", {"erase": True})[0] == 204
    assert client.get(f"{ROOT}/reports/{key}").status_code == 404


def test_a_stale_correction_answers_409_with_both_texts(client: Client, node: Node) -> None:
    key = a_report(node, "Ase calor.")
    (line,) = client.get(f"{ROOT}/reports/{key}").json()["lines"]
    path, sent = f"{ROOT}/reports/{key}/segments/{line['id']}", {"base": line["base"], "text": "Hace calor."}
    assert client.put(path, sent, content_type=JSON).status_code == 204
    answer = client.put(path, {**sent, "text": "Hace frío."}, content_type=JSON)
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["current"], problem["proposed"]) == (
        "stale-correction",
        "Hace calor.",
        "Hace frío.",
    )


def test_a_repeated_post_makes_one_thing(client: Client, node: Node) -> None:
    body = {"circle": node.circle, "title": "Uno", "question": "?", "lang": "es"}
    first = post(client, "/chains", body, **{"Idempotency-Key": "k1"})
    assert post(client, "/chains", body, **{"Idempotency-Key": "k1"}) == first
    assert Chain.objects.filter(title="Uno").count() == 1


def test_lists_and_invitations(client: Client, node: Node) -> None:
    body = {"circle": node.circle, "to_org": "07" * 32, "deadline": "2999-01-01"}
    status, made = post(client, f"/chains/{node.chain}/invitations", body)
    assert status == 201
    assert client.get(f"{ROOT}/invitations").json()["items"] == []
    assert client.delete(f"{ROOT}/invitations/{made['key']}").status_code == 204
    a_report(node)
    assert client.get(f"{ROOT}/reports?limit=1").json()["total"] == 1
    assert client.get(f"{ROOT}/chains?q=calor").json()["total"] == 1
    assert [one["name"] for one in client.get(f"{ROOT}/circles").json()["items"]] == ["Noche"]
    assert client.get(f"{ROOT}/circles/{node.circle}").json()["place"] == "Chicago"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/circles", {"name": "x"}, 422, "invalid"),
        ("/circles", {"name": "", "langs": ["es"]}, 422, "invalid"),
        ("/circles", {"name": "x", "langs": ["nope"]}, 422, "unknown-language"),
        ("/chains", {"circle": "a" * 26, "title": "x", "question": "?", "lang": "es"}, 404, "not-found"),
        ("/reports/" + "a" * 26 + "/pass", {}, 404, "not-found"),
    ],
)
def test_bad_input_is_a_problem_and_changes_nothing(
    client: Client, node: Node, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    found, problem = post(client, path, body)
    assert (found, problem["code"], problem["status"]) == (status, code, status)


def test_without_consent_passing_is_refused(client: Client, node: Node) -> None:
    key = a_report(node, said=None)
    assert post(client, f"/reports/{key}/pass", {})[1]["code"] == "consent-missing"


def test_guests_get_401_and_members_403(node: Node) -> None:
    key = a_report(node)
    assert Client().get(f"{ROOT}/chains").json()["code"] == "not-signed-in"
    member = signed_in("bola", "member")
    assert member.get(f"{ROOT}/chains").status_code == 200
    assert post(member, f"/reports/{key}/pass", {})[0] == 403
    assert Report.objects.get().hop == ""
    hop = actions.pass_on(viewer=OPERATOR, report=key)
    assert signed_in("cyra", "guest").get(f"{ROOT}/hops/{hop}").status_code == 403


def test_a_foreign_page_cannot_post(node: Node) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(signed_in("amina", "facilitator").cookies)
    status, problem = post(client, "/circles", {"name": "x", "langs": ["es"]})
    assert (status, problem["code"]) == (403, "csrf")
