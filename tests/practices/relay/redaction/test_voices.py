"""Who hears which voice: chosen, made, gone stale, never replaced by the speaker's own."""

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from tejido.ground import blobs
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import own_space
from tejido.ground.people import OPERATOR
from tejido.practices.relay import access, actions, voices
from tejido.practices.relay import events as ev
from tejido.practices.relay import selectors as relay
from tejido.practices.relay.facts import append, body
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.redaction import actions as redaction
from tejido.practices.relay.redaction import errors, selectors, tasks, voicing
from tejido.practices.relay.redaction.domain import Marks
from tejido.practices.relay.redaction.drafts import Voicing
from tejido.practices.relay.segments import first_line
from tests.ground.people.builders import signed_in
from tests.practices.relay.builders import PASS_ONLY, YES, Node, a_report
from tests.practices.relay.redaction.test_actions import cut, file_ids, heard
from tests.practices.relay.test_recordings import CLIPS

READING = CLIPS / "lagos-commentary.ogg"


def approve(key: str) -> None:
    """Every line, as a person would."""
    for line in relay.report(viewer=OPERATOR, key=key).lines:
        fact = body(ev.SegmentApproved, segment=line.id, text=line.base)
        append(own_space(), ev.SEGMENT_APPROVED, fact, Report.objects.get(key=key).aggregate)


def read(key: str, *, agreed: bool = True) -> None:
    voicing.read_again(viewer=OPERATOR, report=key, audio=READING, audio_type="audio/ogg", agreed=agreed)


def heard_by_circles() -> tuple[str, str]:
    """Blob id and voice of the one copy."""
    row = Hop.objects.get()
    return (orjson.loads(row.audio)["id"] if row.audio else "", row.voice)


def test_the_own_voice_passes_unless_another_was_chosen(node: Node) -> None:
    key = heard(node)
    actions.pass_on(viewer=OPERATOR, report=key)
    assert heard_by_circles()[1] == "own"
    voicing.choose(viewer=OPERATOR, report=key, circles="none", public="none")
    assert heard_by_circles() == ("", "own")
    (line, *_) = access.lines(Hop.objects.get().lines)
    assert line.start is None
    assert Hop.objects.get().edition == 2


def test_a_reading_needs_approved_words_and_its_readers_yes(node: Node) -> None:
    key = heard(node)
    with pytest.raises(errors.NotApproved):
        read(key)
    approve(key)
    with pytest.raises(errors.ReaderNotAsked):
        read(key, agreed=False)
    with pytest.raises(errors.NoVoice):
        voicing.choose(viewer=OPERATOR, report=key, circles="revoiced", public="none")
    read(key)
    assert voices.in_voice(Report.objects.get(key=key), "revoiced").duration > 1000


def test_a_chosen_reading_is_what_circles_hear_and_the_own_voice_is_gone_from_the_network(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    key = heard(node)
    approve(key)
    actions.pass_on(viewer=OPERATOR, report=key)
    own = heard_by_circles()[0]
    read(key)
    assert heard_by_circles() == (own, "own"), "adding a reading changes nothing by itself"
    voicing.choose(viewer=OPERATOR, report=key, circles="revoiced", public="none")
    reading, voice = heard_by_circles()
    assert (voice, reading != own) == ("revoiced", True)
    lines = access.lines(Hop.objects.get().lines)
    assert lines[0].start == 0
    assert lines[-1].end == Hop.objects.get().duration
    assert relay.report(viewer=OPERATOR, key=key).report.step == "passed"
    with django_capture_on_commit_callbacks(execute=True):
        voicing.remove(viewer=OPERATOR, report=key, voice="revoiced")
    assert heard_by_circles() == ("", "own")
    assert reading not in file_ids()


def test_a_reading_of_words_that_changed_is_heard_by_nobody(node: Node) -> None:
    key = heard(node)
    approve(key)
    read(key)
    voicing.choose(viewer=OPERATOR, report=key, circles="revoiced", public="none")
    line = relay.report(viewer=OPERATOR, key=key).lines[1]
    actions.correct_segment(viewer=OPERATOR, report=key, segment=line.id, base=line.base, text="and we left")
    assert voices.for_circles(Report.objects.get(key=key)) == voices.SILENT
    tier = {one.voice: one for one in selectors.voice_page(viewer=OPERATOR, report=key).tiers}["revoiced"]
    assert (tier.heard, tier.stale) == (False, True)
    with pytest.raises(NotFound):
        selectors.voice_audio(viewer=OPERATOR, report=key, voice="revoiced")


def test_a_second_reading_replaces_the_first(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key = heard(node)
        approve(key)
        read(key)
    before = file_ids()
    with django_capture_on_commit_callbacks(execute=True):
        read(key)
    assert len(file_ids()) == len(before)
    assert file_ids() != before


def test_a_cut_takes_every_made_voice_with_it_and_keeps_the_choice(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key = heard(node)
        approve(key)
        read(key)
        voicing.choose(viewer=OPERATOR, report=key, circles="revoiced", public="none")
        actions.pass_on(viewer=OPERATOR, report=key)
        cut(key, Marks(words=(("m-0", 3),)))
        redaction.keep(viewer=OPERATOR, report=key)
    row = Report.objects.get(key=key)
    assert (row.circles, orjson.loads(row.voices)) == ("revoiced", [])
    assert heard_by_circles() == ("", "own")
    assert file_ids() == {orjson.loads(row.preview)["id"]}


def test_the_public_voice_is_at_most_what_the_speaker_allows(node: Node) -> None:
    key = heard(node)
    actions.grant_consent(viewer=OPERATOR, report=key, said=PASS_ONLY)
    with pytest.raises(consent.ConsentMissing):
        voicing.choose(viewer=OPERATOR, report=key, circles="own", public="own")
    actions.grant_consent(viewer=OPERATOR, report=key, said=YES)
    voicing.choose(viewer=OPERATOR, report=key, circles="own", public="own")
    assert Report.objects.get(key=key).public == "own"


def test_a_voice_is_disguised_by_chance_heard_chosen_and_made_anew_after_a_cut(
    node: Node, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key = heard(node)
        actions.pass_on(viewer=OPERATOR, report=key)
        own = heard_by_circles()[0]
        voicing.disguise(viewer=OPERATOR, report=key)
        tasks.disguise.call(key)
        voicing.choose(viewer=OPERATOR, report=key, circles="disguised", public="disguised")
    first, voice = heard_by_circles()
    assert (voice, first not in ("", own)) == ("disguised", True)
    assert access.lines(Hop.objects.get().lines)[1].start == 2500
    assert not Voicing.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        cut(key, Marks(words=(("m-0", 3),)))
        redaction.keep(viewer=OPERATOR, report=key)
    assert heard_by_circles() == ("", "own"), "silent, never the own voice"
    assert Voicing.objects.get().state == "waiting"
    with django_capture_on_commit_callbacks(execute=True):
        tasks.disguise.call(key)
    second, voice = heard_by_circles()
    assert (voice, second not in ("", first, own)) == ("disguised", True)
    assert file_ids() == {second, orjson.loads(Report.objects.get(key=key).preview)["id"]}


def test_a_disguise_of_an_earlier_recording_is_thrown_away(node: Node) -> None:
    key = heard(node)
    voicing.disguise(viewer=OPERATOR, report=key)
    assert not voicing.disguised(key, "0" * 64, READING)
    assert orjson.loads(Report.objects.get(key=key).voices) == []


def test_a_typed_report_has_no_voice_to_disguise(node: Node) -> None:
    with pytest.raises(errors.NoRecording):
        voicing.disguise(viewer=OPERATOR, report=a_report(node))


def test_readings_follow_the_lines_by_their_length() -> None:
    lines = [first_line(ev.Segment(f"t-{i}", "a" * length)) for i, length in enumerate((10, 30, 60))]
    assert [(one.start, one.end) for one in voices.spread(lines, 1000)] == [(0, 100), (100, 400), (400, 1000)]
    assert voices.spread([], 1000) == ()


def page(key: str) -> str:
    return reverse("relay_voice", args=[key])


def test_the_page_says_what_a_disguise_cannot_do_and_takes_a_reading(node: Node) -> None:
    phone: Client = signed_in("amina", "member")
    key = heard(node)
    shown = phone.get(page(key)).text
    assert "may still recognise you" in shown
    assert "anonym" not in shown.lower()
    assert "approve every line" in shown
    approve(key)
    upload = SimpleUploadedFile("r.ogg", READING.read_bytes(), "audio/ogg")
    assert phone.post(page(key), {"do": "read", "recording": upload}).status_code == 422
    upload = SimpleUploadedFile("r.ogg", READING.read_bytes(), "audio/ogg")
    assert phone.post(page(key), {"do": "read", "recording": upload, "agreed": "on"}).status_code == 302
    assert phone.get(reverse("relay_voice_audio", args=[key, "revoiced"])).status_code == 200
    assert phone.get(reverse("relay_voice_audio", args=[key, "disguised"])).status_code == 404
    assert phone.post(page(key), {"circles": "revoiced", "public": "revoiced"}).status_code == 302
    assert Report.objects.get(key=key).circles == "revoiced"
    assert phone.post(page(key), {"circles": "disguised", "public": "none"}).status_code == 409
    assert phone.post(page(key), {"do": "remove", "voice": "revoiced"}).status_code == 302
    assert orjson.loads(Report.objects.get(key=key).voices) == []


def test_not_a_recording_is_refused_and_nothing_stays(node: Node) -> None:
    phone: Client = signed_in("amina", "member")
    key = heard(node)
    approve(key)
    before = set(blobs.ids())
    upload = SimpleUploadedFile("r.ogg", b"no sound", "audio/ogg")
    answer = phone.post(page(key), {"do": "read", "recording": upload, "agreed": "on"})
    assert answer.status_code == 422
    assert set(blobs.ids()) == before
