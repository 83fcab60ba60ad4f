"""The recording as it was sent: sealed where the speaker left it to the archive, else erased; what it told is listed."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from tejido.ground import blobs, originals
from tejido.ground.originals.models import Recipient
from tejido.ground.people import OPERATOR, Viewer
from tejido.practices.relay import actions, drafts, public, selectors
from tejido.practices.relay.actions import Answer, Words
from tests.engines.speech.sounds import tone, write
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import YES, Node


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """An upload that tells who made it."""
    return write(tmp_path / "IMG_samira.m4a", tone(1), {"title": "PLANTED kitchen", "artist": "PLANTED Samira"})


def added(node: Node, sent: Path, said: Answer | None = YES) -> str:
    words = Words("en", audio=sent, audio_type="audio/mp4")
    return actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=said)


def test_the_original_is_sealed_to_the_sheets(node: Node, sent: Path, tmp_path: Path) -> None:
    key = added(node, sent)
    closed = tmp_path / "closed.age"
    closed.write_bytes(b"".join(public.sealed_original(viewer=OPERATOR, report=key)))
    assert closed.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519")
    assert closed.read_bytes().count(b"-> X25519") == 3
    held = [path for path in Path(settings.NODE_DIR).rglob("*") if path.is_file() and path != sent]
    assert not any(b"PLANTED" in path.read_bytes() for path in held)
    with pytest.raises(originals.NotOpened):
        originals.open_sealed(closed, tmp_path / "out", b"\1" * 32)


def test_no_sheet_known_means_erased_and_said(node: Node, sent: Path) -> None:
    Recipient.objects.all().delete()
    key = added(node, sent)
    assert len(list(blobs.ids())) == 1
    found = selectors.original(viewer=OPERATOR, key=key)
    assert found
    assert (found.kept, found.wanted) == (False, True)


def test_the_sealed_original_goes_with_the_archives_consent(
    node: Node, sent: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    key = added(node, sent)
    before = selectors.original(viewer=OPERATOR, key=key)
    assert before
    assert before.kept
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(viewer=OPERATOR, report=key, purposes=["archive"], erase_too=False)
    after = selectors.original(viewer=OPERATOR, key=key)
    assert after
    assert (after.kept, after.wanted) == (False, False)
    assert len(list(blobs.ids())) == 1


def test_names_of_fields_are_kept_and_values_nowhere(node: Node, sent: Path) -> None:
    key = added(node, sent, Answer(("pass",), "none", "spoken", "en"))
    found = selectors.original(viewer=OPERATOR, key=key)
    assert found
    assert {("title", "QuickTime"), ("artist", "QuickTime")} <= set(found.removed)
    assert "PLANTED" not in str(drafts.Removed.objects.values_list())
    actions.withdraw(viewer=OPERATOR, report=key)
    assert not drafts.Removed.objects.exists()


def test_a_typed_report_has_no_original_and_only_facilitators_take_one(node: Node, sent: Path) -> None:
    words = Words("en", text="Typed.")
    typed = actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=YES)
    assert selectors.original(viewer=OPERATOR, key=typed) is None
    with pytest.raises(Exception, match="nothing here"):
        public.sealed_original(viewer=OPERATOR, report=typed)
    with pytest.raises(Exception, match="not allowed"):
        public.sealed_original(viewer=Viewer(1, frozenset({"member"}), "m"), report=added(node, sent))


def test_the_page_lists_what_was_found_and_says_who_can_open_the_original(node: Node, sent: Path) -> None:
    key = added(node, sent)
    text = signed_in("amina", "facilitator").get(reverse("relay_report", args=[key])).text
    assert "These fields were found in it and removed" in text
    assert "printed recovery sheets" in text
    assert "PLANTED" not in text
    assert "clean" not in text
