"""What the worker tidies up."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import TestCase
from django.utils import timezone
from pytest_django import Settings

from tejido.ground import blobs
from tejido.ground.blobs.models import OpenBlob
from tejido.practices.relay.press import made
from tejido.site import jobs


@pytest.mark.django_db
def test_open_copies_that_nothing_names_go_after_a_day(settings: Settings, tmp_path: Path) -> None:
    settings.NODE_DIR = tmp_path
    left = blobs.put(b"copied, and then the process died", sealed=False, media_type="audio/mp4")
    fresh = blobs.put(b"just copied", sealed=False, media_type="audio/mp4")
    sealed = blobs.put(b"for somebody", sealed=True, media_type="audio/mp4")
    kept = made.keep("a" * 26, made.MP3, b"made of a voice", type="audio/mpeg")
    OpenBlob.objects.exclude(id=fresh.id).update(at=timezone.now() - timedelta(days=2))
    with TestCase.captureOnCommitCallbacks(execute=True):
        jobs.tidy()
    assert set(blobs.ids()) == {fresh.id, sealed.id, kept.blob}
    assert not OpenBlob.objects.filter(id=left.id).exists()
