"""Reading what is being marked and made of this organisation's own reports."""

from dataclasses import dataclass

import orjson

from tejido.ground.blobs import BlobRef
from tejido.ground.errors import NotFound, Problem
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access, own, policies
from tejido.practices.relay.access import sound
from tejido.practices.relay.events import Segment
from tejido.practices.relay.own import ReportPage
from tejido.practices.relay.redaction import actions
from tejido.practices.relay.redaction.domain import Marks, read_marks
from tejido.practices.relay.redaction.drafts import Marking, Waveform


@dataclass(frozen=True)
class Redaction:
    """A report and what is marked in it. `state`: marking, waiting, ready, failed, or stale (made on earlier words).

    `after`: the words as they would be; `peaks`: loudness in equal steps, None where it was not drawn yet; `problem`: why
    the marks come to nothing.
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
