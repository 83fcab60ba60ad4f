"""Reading what is being marked and made of this organisation's own reports."""

from dataclasses import dataclass

import orjson

from tejido.ground.blobs import BlobRef
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotFound, Problem
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access, own, policies, voices
from tejido.practices.relay.access import sound
from tejido.practices.relay.events import Segment
from tejido.practices.relay.models import Report
from tejido.practices.relay.own import ReportPage
from tejido.practices.relay.redaction import actions
from tejido.practices.relay.redaction.domain import Marks, read_marks
from tejido.practices.relay.redaction.drafts import Marking, Voicing, Waveform
from tejido.practices.relay.segments import APPROVED


@dataclass(frozen=True)
class Redaction:
    """A report and what is marked in it. `state`: marking, waiting, ready, failed, or stale (made on earlier words).

    `after`: the words as they would be; `peaks`: loudness in equal steps, None where it was not drawn yet; `problem`: why
    the marks come to nothing; `sealed`: an original is kept that only the recovery sheets open.
    """

    page: ReportPage
    base: str
    marks: Marks
    mode: str
    state: str
    trial: BlobRef | None
    duration: int
    after: tuple[Segment, ...]
    cuts: tuple[tuple[int, int], ...]
    peaks: tuple[int, ...] | None
    message: str
    params: dict[str, object]
    sealed: bool


def redaction(*, viewer: Viewer, report: str) -> Redaction:
    """A report, as the editor shows it. Raises `NotFound`."""
    require(viewer, policies.WITHDRAW)
    page = own.report(viewer=viewer, key=report)
    row = access.report(report)
    base = actions.base_of(row)
    held = Marking.objects.filter(report=report).first() or Marking(report=report, base=base)
    stale = held.base != base
    marks = Marks() if stale else read_marks(held.marks)
    found = None
    if marks:
        try:
            found = actions.plan_of(row, held)
        except Problem:
            found = None
    trial = BlobRef.from_dict(held.trial) if held.trial and not stale else None
    return Redaction(
        page=page,
        base=base,
        marks=marks,
        mode=held.mode,
        state="stale" if stale else held.state,
        trial=trial,
        duration=held.duration,
        after=found.segments if found else (),
        cuts=found.spans if found else (),
        peaks=peaks(report, row.preview),
        message=held.message,
        params=held.params,
        sealed=actions.has_sealed(row),
    )


def peaks(report: str, preview: str) -> tuple[int, ...] | None:
    """How loud a recording is; nothing without sound, None before it was drawn."""
    if not preview:
        return ()
    drawn = Waveform.objects.filter(report=report, blob=orjson.loads(preview)["id"]).first()
    return tuple(drawn.peaks) if drawn and drawn.peaks else None


def trial_audio(*, viewer: Viewer, report: str) -> BlobRef:
    """The recording as it was cut for listening. Raises `NotFound`."""
    require(viewer, policies.WITHDRAW)
    row = access.report(report)
    held = Marking.objects.filter(report=row.key, state="ready").first()
    if held is None or not held.trial or held.base != actions.base_of(row):
        raise NotFound
    return sound(orjson.dumps(held.trial).decode())


@dataclass(frozen=True)
class Tier:
    """A voice of a report. `heard`: there is a file to listen to; `stale`: it was made of earlier words or sound;
    `allowed`: the speaker allows it in public; `duration` in ms.
    """

    voice: str
    heard: bool
    stale: bool
    allowed: bool
    duration: int


@dataclass(frozen=True)
class VoicePage:
    """In which voices a report exists and is heard; `state` and `message` of a disguise in the making, or empty."""

    page: ReportPage
    tiers: tuple[Tier, ...]
    circles: str
    public: str
    approved: bool
    state: str
    message: str
    params: dict[str, object]


def voice_page(*, viewer: Viewer, report: str) -> VoicePage:
    """A report's voices. Raises `NotFound`."""
    require(viewer, policies.REPORT)
    page, row = own.report(viewer=viewer, key=report), access.report(report)
    waiting = Voicing.objects.filter(report=report).first()
    tiers = tuple(_tier(row, voice, page.consent.terms) for voice in (voices.OWN, voices.DISGUISED, voices.REVOICED))
    state, message, params = (waiting.state, waiting.message, waiting.params) if waiting else ("", "", {})
    return VoicePage(page, tiers, row.circles, row.public, row.state == APPROVED, state, message, params)


def _tier(row: Report, voice: str, held: consent.Terms) -> Tier:
    sound_of = voices.in_voice(row, voice)
    made = any(one["voice"] == voice for one in orjson.loads(row.voices)) if row.voices else False
    stale = made and sound_of.audio is None
    return Tier(voice, sound_of.audio is not None, stale, consent.may_publish_audio(held, voice), sound_of.duration)


def voice_audio(*, viewer: Viewer, report: str, voice: str) -> BlobRef:
    """A report in one voice. Raises `NotFound`."""
    require(viewer, policies.REPORT)
    found = voices.in_voice(access.report(report), voice).audio
    return sound(orjson.dumps(found).decode() if found else None)
