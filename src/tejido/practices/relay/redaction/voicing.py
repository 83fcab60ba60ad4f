"""In which voice a report is heard: its own, a disguised one, somebody else's reading, none. Every write about it."""

from pathlib import Path
from typing import Any

import orjson

from tejido.engines.speech.preview import TYPE as PREVIEW
from tejido.ground import blobs
from tejido.ground.blobs import BlobRef
from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import own_space
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import redact, writing
from tejido.practices.relay import access, copies, policies, recordings, voices
from tejido.practices.relay import events as ev
from tejido.practices.relay.facts import append as append_one
from tejido.practices.relay.facts import body as make_body
from tejido.practices.relay.facts import today
from tejido.practices.relay.models import Report
from tejido.practices.relay.redaction import errors
from tejido.practices.relay.redaction.drafts import Voicing
from tejido.practices.relay.segments import APPROVED

REASON = "voice"


def choose(*, viewer: Viewer, report: str, circles: str, public: str) -> None:
    """In which voice other circles hear it, and anybody once it is published. Copies that were passed follow at once.

    Raises ConsentMissing where the speaker does not allow that voice in public, NoVoice where it was not made."""
    require(viewer, policies.REPORT)
    with writing():
        row = access.report(report)
        held = consent.in_force(bytes.fromhex(row.aggregate))
        if public != voices.NONE and not consent.may_publish_audio(held, public):
            raise consent.ConsentMissing
        for tier in {circles, public} - {voices.NONE, voices.OWN}:
            if voices.in_voice(row, tier).audio is None:
                raise errors.NoVoice
        body = make_body(ev.VoiceChosen, circles=circles, public=public)
        append_one(own_space(), ev.VOICE_CHOSEN, body, row.aggregate)
        follow(row.key, before=row)


def follow(report: str, *, before: Report) -> None:
    """Let copies that were passed follow where what circles hear is not what they heard before."""
    row = access.report(report)
    if access.copies(row) and voices.for_circles(row) != voices.for_circles(before):
        copies.settle(row)


def disguise(*, viewer: Viewer, report: str) -> None:
    """Have the voice changed in the background, by chance anew each time; the chance is kept nowhere."""
    require(viewer, policies.REPORT)
    from tejido.practices.relay.redaction import tasks

    with writing():
        row = access.report(report)
        if not row.preview:
            raise errors.NoRecording
        fresh = {"source": orjson.loads(row.preview)["id"], "state": "waiting", "code": "", "message": "", "params": {}}
        Voicing.objects.update_or_create(report=row.key, defaults=fresh)
        tasks.request_disguise(row.key)


def disguised(report: str, source: str, made: Path) -> bool:
    """Keep a disguised voice, as long as what it was made of; False where nobody waits for it any more.

    That is so where the recording has changed meanwhile, or the report is gone."""
    ref = blobs.put(made, sealed=True, media_type=PREVIEW)
    with writing():
        row = Report.objects.filter(key=report).first()
        waiting = Voicing.objects.filter(report=report, source=source)
        if row is None or voices.source(row, voices.DISGUISED) != source or not waiting.exists():
            blobs.drop(ref.id)
            return False
        _put(row, voices.DISGUISED, ref, row.duration, source, None)
        waiting.delete()
        follow(report, before=row)
    return True


def failed(report: str, code: str, message: str, params: dict[str, Any]) -> None:
    """Say why the voice could not be changed."""
    Voicing.objects.filter(report=report).update(state="failed", code=code, message=message, params=params)


def read_again(*, viewer: Viewer, report: str, audio: Path, audio_type: str | None, agreed: bool) -> None:
    """Keep another person's reading of the words as they stand, all of them approved; the reader has agreed.

    Raises NotApproved, ReaderNotAsked, BadRecording."""
    require(viewer, policies.REPORT)
    row = access.report(report)
    _must_be_readable(row, agreed=agreed)
    recording = recordings.take_in(audio, audio_type, keep_original=False)
    recordings.forget(recording.samples.parent.name)
    try:
        with writing():
            row = access.report(report)
            _must_be_readable(row, agreed=agreed)
            ref = BlobRef.from_dict(recording.preview.body())
            words = voices.source(row, voices.REVOICED)
            _put(row, voices.REVOICED, ref, recording.duration, words, today())
            follow(report, before=row)
    except BaseException:
        recording.discard()
        raise


def _must_be_readable(row: Report, *, agreed: bool) -> None:
    if not agreed:
        raise errors.ReaderNotAsked
    if row.state != APPROVED:
        raise errors.NotApproved


def _put(row: Report, voice: str, ref: BlobRef, duration: int, of: str, agreed: str | None) -> None:
    body = make_body(ev.ReportVoiced, voice=voice, audio=ref.to_dict(), duration=duration, of=of, agreed=agreed)
    append_one(own_space(), ev.REPORT_VOICED, body, row.aggregate, blobs=(ref.id,))
    _erase(row, voice)  # what stood before


def remove(*, viewer: Viewer, report: str, voice: str) -> None:
    """Erase a disguised voice or a reading, here and from the copies that carry it; those fall silent."""
    require(viewer, policies.WITHDRAW)
    with writing():
        row = access.report(report)
        _erase(row, voice)
        Voicing.objects.filter(report=row.key).delete()
        follow(report, before=row)


def _erase(row: Report, voice: str) -> None:
    aggregate = bytes.fromhex(row.aggregate)
    for made in orjson.loads(row.voices) if row.voices else ():
        if made["voice"] == voice:
            event = bytes.fromhex(made["hash"])
            redact(own_space(), event, aggregate=aggregate, kind=ev.REPORT_VOICED, stub={}, reason=REASON)
