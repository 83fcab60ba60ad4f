"""The spoken answer: heard by this organisation alone, kept through a cut, gone with the report."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from tejido.ground import blobs
from tejido.ground.errors import NotFound
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions, asking
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import Node, a_report
from tests.practices.relay.test_recordings import CLIPS

CLIP = CLIPS / "lagos-commentary.ogg"
SAID = {"asked": "on", "purposes": ["pass"], "audio": "none", "form": "spoken", "asked_in": "es"}


def page(key: str) -> str:
    return reverse("relay_consent", args=[key])


def test_a_spoken_answer_is_kept_heard_and_erased_with_the_report(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    phone: Client = signed_in("amina", "member")
    key = a_report(node, said=None)
    clip = SimpleUploadedFile("a.ogg", CLIP.read_bytes(), "audio/ogg")
    assert phone.post(page(key), {**SAID, "clip": clip}).status_code == 302
    (spoken,) = asking.answers(viewer=OPERATOR, report=key)
    assert (spoken.lang, spoken.duration > 1000) == ("es", True)
    heard = phone.get(reverse("relay_spoken_answer", args=[key, 0]))
    assert heard.status_code == 200
    assert reverse("relay_spoken_answer", args=[key, 0]) in phone.get(page(key)).text
    assert signed_in("gast", "guest").get(reverse("relay_spoken_answer", args=[key, 0])).status_code == 403
    with pytest.raises(NotFound):
        asking.audio(viewer=OPERATOR, report=key, number=1)
    actions.pass_on(viewer=OPERATOR, report=key)
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(viewer=OPERATOR, report=key)
    assert list(blobs.ids()) == []


def test_what_is_no_recording_records_no_answer_either(node: Node) -> None:
    phone: Client = signed_in("amina", "member")
    key = a_report(node, said=None)
    clip = SimpleUploadedFile("a.ogg", b"no sound", "audio/ogg")
    assert phone.post(page(key), {**SAID, "clip": clip}).status_code == 422
    assert asking.answers(viewer=OPERATOR, report=key) == []


def test_questions_are_put_in_the_speakers_language(node: Node) -> None:
    phone: Client = signed_in("amina", "member")
    key = a_report(node, said=None)
    arabic = phone.get(page(key) + "?in=ar").text
    assert '<div class="questions" lang="ar" dir="rtl">' in arabic
    assert "What do they agree to?" not in arabic
    assert "What do they agree to?" in phone.get(page(key)).text
