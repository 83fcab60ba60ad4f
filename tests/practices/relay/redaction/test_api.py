"""Redaction and voices over HTTP."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tejido.ground.people import OPERATOR
from tejido.practices.relay import selectors as relay
from tejido.practices.relay.redaction import tasks
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node
from tests.practices.relay.redaction.test_actions import WORD, heard
from tests.practices.relay.redaction.test_voices import READING, approve

JSON = "application/json"


def at(key: str, rest: str) -> str:
    return f"/api/v1/relay_redaction/reports/{key}/{rest}"


@pytest.fixture
def phone(node: Node) -> Client:
    """A member's client."""
    return signed_in("amina", "member")


def test_words_are_marked_cut_heard_and_kept(node: Node, phone: Client) -> None:
    key = heard(node)
    base = phone.get(at(key, "redaction")).json()["base"]
    marks: dict[str, Any] = {"base": base, "words": [["m-0", 3]], "mode": "tone"}
    assert phone.put(at(key, "redaction"), marks, content_type=JSON).status_code == 202
    assert phone.post(at(key, "redaction/keep")).status_code == 409
    tasks.cut.call(key)
    found = phone.get(at(key, "redaction")).json()
    assert (found["state"], found["mode"], len(found["spans"])) == ("ready", "tone", 1)
    assert WORD not in str(found["after"])
    assert phone.get(at(key, "redaction/audio")).status_code == 200
    assert phone.post(at(key, "redaction/keep")).status_code == 204
    assert WORD not in str(relay.report(viewer=OPERATOR, key=key))


@pytest.mark.parametrize(
    ("marks", "status"),
    [
        ({"words": [["m-0", 3]], "base": "0" * 64}, 409),
        ({"words": []}, 422),
        ({"spans": [[900, 100]]}, 422),
        ({"spans": [[0, 10**9]]}, 422),
        ({"words": [["m-0", 3]], "mode": "noise"}, 422),
        ({"words": "all"}, 422),
    ],
)
def test_what_does_not_fit_is_refused(node: Node, phone: Client, marks: dict[str, Any], status: int) -> None:
    key = heard(node)
    sent = {"base": phone.get(at(key, "redaction")).json()["base"], **marks}
    assert phone.put(at(key, "redaction"), sent, content_type=JSON).status_code == status
    assert phone.get(at(key, "redaction")).json()["state"] == "marking"


def test_marks_can_be_let_go(node: Node, phone: Client) -> None:
    key = heard(node)
    base = phone.get(at(key, "redaction")).json()["base"]
    phone.put(at(key, "redaction"), {"base": base, "segments": ["m-1"]}, content_type=JSON)
    assert phone.delete(at(key, "redaction")).status_code == 204
    assert phone.get(at(key, "redaction")).json()["marks"]["segments"] == []


def test_voices_are_read_chosen_and_removed(node: Node, phone: Client) -> None:
    key = heard(node)
    approve(key)
    upload = SimpleUploadedFile("r.ogg", READING.read_bytes(), "audio/ogg")
    sent = {"recording": upload, "agreed": "true"}
    assert phone.post(at(key, "reading"), sent).status_code == 204
    choice = {"circles": "revoiced", "public": "none"}
    assert phone.put(at(key, "voices"), choice, content_type=JSON).status_code == 204
    found = phone.get(at(key, "voices")).json()
    assert (found["circles"], found["public"]) == ("revoiced", "none")
    assert {one["voice"]: one["heard"] for one in found["tiers"]} == {"own": True, "disguised": False, "revoiced": True}
    assert phone.get(at(key, "voices/revoiced/audio")).status_code == 200
    assert phone.delete(at(key, "voices/revoiced")).status_code == 204
    assert phone.get(at(key, "voices/revoiced/audio")).status_code == 404
    assert phone.post(at(key, "disguise")).status_code == 202
    assert phone.get(at(key, "voices")).json()["state"] == "waiting"
