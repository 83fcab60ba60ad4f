"""The speaker's answer as they spoke it: kept in the own space, heard by this organisation alone, erased with the report."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import own_space
from tejido.ground.people import Viewer
from tejido.ground.store.public import writing
from tejido.practices.relay import access, policies, recordings
from tejido.practices.relay import events as ev
from tejido.practices.relay.facts import append, today
from tejido.practices.relay.facts import body as checked


@dataclass(frozen=True)
class Spoken:
    """A spoken answer: its place in the list, day, language, length in ms."""

    number: int
    day: str
    lang: str
    duration: int


def keep(*, viewer: Viewer, report: str, audio: Path, audio_type: str | None, lang: str) -> None:
    """Keep a recording of the answer beside what was ticked. Raises `BadRecording`, having stored nothing."""
    policies.require_for(viewer, policies.REPORT, report)
    row, lang = access.report(report), access.language(lang)
    recording = recordings.take_in(audio, audio_type, keep_original=False)
    recordings.forget(recording.samples.parent.name)
    try:
        with writing():
            clip = recording.preview
            body = checked(ev.ReportAsked, clip=clip.body(), duration=recording.duration, lang=lang, day=today())
            append(own_space(), ev.REPORT_ASKED, body, row.aggregate, blobs=(clip.id,))
    except BaseException:
        recording.discard()
        raise


def answers(*, viewer: Viewer, report: str) -> list[Spoken]:
    """The spoken answers of a report, the first one first."""
    policies.require_for(viewer, policies.REPORT, report)
    kept = orjson.loads(access.report(report).asked)
    return [Spoken(i, one["day"], one["lang"], one["duration"]) for i, one in enumerate(kept)]


def audio(*, viewer: Viewer, report: str, number: int) -> BlobRef:
    """One spoken answer. Raises `NotFound`."""
    policies.require_for(viewer, policies.REPORT, report)
    kept = orjson.loads(access.report(report).asked)
    if number >= len(kept):
        raise NotFound
    return BlobRef.from_dict(kept[number]["clip"])
