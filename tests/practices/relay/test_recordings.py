"""A recording becomes a report, is transcribed, survives a killed worker, and leaves nothing when erased."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from tejido.engines.speech import Segment, Word, model
from tejido.ground import blobs, work
from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions, errors, recordings, selectors, tasks
from tejido.practices.relay.actions import Answer, Words
from tejido.practices.relay.drafts import Transcription
from tejido.practices.relay.models import Hop, Report
from tests.practices.relay.builders import YES, Node

CLIPS = Path(__file__).parents[3] / "src" / "tejido" / "demo" / "clips"
CLIP = CLIPS / "chicago-report.webm"


def recorded(node: Node, said: Answer | None = YES) -> str:
    words = Words("en", audio=CLIP, audio_type="audio/webm", synthetic=True)
    return actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=said)


def test_a_recording_waits_for_its_transcript_and_can_be_heard(node: Node) -> None:
    key = recorded(node)
    page = selectors.report(viewer=OPERATOR, key=key)
    assert page.report.step == "transcribing"
    assert page.report.synthetic
    assert page.transcription
    assert page.transcription.total_ms == page.report.duration > 1000
    ref = selectors.report_audio(viewer=OPERATOR, key=key)
    assert len(blobs.read(ref)) == ref.size > 0


def test_the_original_is_kept_only_for_the_archive(node: Node) -> None:
    recorded(node, Answer(("pass",), "none", "spoken", "en"))
    assert Report.objects.get().master == ""
    assert len(list(blobs.ids())) == 1
    recorded(node, YES)
    assert len(list(blobs.ids())) == 3


def test_the_original_goes_when_the_archive_is_taken_back(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    key = recorded(node, YES)
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(viewer=OPERATOR, report=key, purposes=["archive"], erase_too=False)
    assert len(list(blobs.ids())) == 1
    assert selectors.report_audio(viewer=OPERATOR, key=key)


@pytest.mark.parametrize(
    ("content", "kind"), [(b"", "empty_file"), (b"%PDF-1.4 not a sound", "not_audio"), (CLIP.read_bytes()[:300], "")]
)
def test_what_is_no_recording_is_refused_whole(node: Node, tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(errors.BadRecording) as caught:
        actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=Words("en", audio=path))
    assert kind in ("", caught.value.cause.code)
    assert not Report.objects.exists()
    assert list(blobs.ids()) == []
    assert list(recordings.work_folder().iterdir()) == []


def test_a_refused_report_leaves_no_sound_behind(
    node: Node, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    monkeypatch.setattr(actions, "_grant", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(OSError, match="disk full"):
        recorded(node)
    assert not Report.objects.exists()
    assert list(blobs.ids()) == []
    assert list(recordings.work_folder().iterdir()) == []


def test_without_a_model_the_report_says_how_to_get_one(node: Node, settings_without_model: None) -> None:
    key = recorded(node)
    tasks.transcribe.func(key)
    page = selectors.report(viewer=OPERATOR, key=key)
    assert page.transcription
    assert (page.transcription.state, page.transcription.code) == ("unavailable", "model_missing")
    assert page.report.step == "stuck"
    actions.write_transcript(viewer=OPERATOR, report=key, text="Typed instead.")
    page = selectors.report(viewer=OPERATOR, key=key)
    assert [line.text for line in page.lines] == ["Typed instead."]
    assert page.transcription is None
    assert page.report.step == "to-pass"


def test_erasing_takes_sound_and_half_a_transcript_with_it(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key = recorded(node)
    Transcription.objects.update(segments=[{"id": "x", "text": "half a secret"}])
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(viewer=OPERATOR, report=key)
    assert list(blobs.ids()) == []
    assert not Transcription.objects.exists()
    assert not (recordings.work_folder() / key).exists()
    tasks.transcribe.func(key)


@pytest.mark.speech
@pytest.mark.slow
def test_a_killed_transcription_goes_on_where_it_stopped(node: Node) -> None:
    found = model.Places(cache=Path(settings.NODE_DIR) / "models")
    if not model.available(found):
        pytest.skip("no recognition model is installed here")
    key = recorded(node)

    class Killed(BaseException):
        pass

    class Once:
        def beat(self, permille: int | None = None, note: str | None = None) -> None:
            raise Killed

    with pytest.raises(Killed):
        tasks.run(key, Once())  # type: ignore[arg-type]
    kept = Transcription.objects.get().segments
    assert len(kept) == 1
    recordings.forget(key)
    tasks.transcribe.func(key)
    page = selectors.report(viewer=OPERATOR, key=key)
    assert page.report.step == "to-pass"
    assert page.lines[0].text == kept[0]["text"]
    assert all(line.by == "machine" and line.end for line in page.lines)
    assert all(len(line.words) == 2 * len(line.text.split()) for line in page.lines)
    assert not Transcription.objects.exists()
    assert list(recordings.work_folder().iterdir()) == []
    progress = work.progress(tasks.claim_key(key))
    assert progress
    assert progress.state == "done"
    actions.pass_on(viewer=OPERATOR, report=key)
    assert Hop.objects.get().by == "machine"


def test_what_was_heard_becomes_a_segment_with_its_words_times_and_its_language() -> None:
    words = (Word(100, 400, "the"), Word(400, 700, "self"), Word(700, 900, "-made"), Word(950, 1300, "fuel"))
    heard = Segment(100, 1300, "the self-made fuel", "en", 800, words)
    made = tasks._segment("a-000", heard, "es-MX")
    assert (made.lang, made.words) == ("en", (100, 400, 400, 900, 950, 1300))
    assert tasks._segment("a-000", heard, "en-US").lang is None
    unlike = tasks._segment("a-000", replace(heard, text="the self-made oil"), "en")
    assert (unlike.words, unlike.by) == ((), "machine")
    assert made.body()["words"] == [100, 400, 400, 900, 950, 1300]
