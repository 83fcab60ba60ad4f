"""Taking words out: mark, cut, listen, keep. Choosing voices stands in `voicing`."""

from typing import Any

import orjson

from tejido.engines import speech
from tejido.ground import blobs, originals
from tejido.ground.consent import public as consent
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import writing
from tejido.practices.relay import access, drafts, policies, recutting, segments, voices
from tejido.practices.relay.models import Report
from tejido.practices.relay.redaction import errors, voicing
from tejido.practices.relay.redaction.domain import Marks, Plan, name_of, plan, read_marks
from tejido.practices.relay.redaction.drafts import Marking, Voicing, Waveform


def mark(*, viewer: Viewer, report: str, base: str, marks: Marks, mode: str = speech.CUT) -> None:
    """Keep what is marked, on the words that `base` names; an earlier trial is thrown away. Raises StaleMarks."""
    require(viewer, policies.WITHDRAW)
    with writing():
        row = access.report(report)
        if base != base_of(row):
            raise errors.StaleMarks
        _drop_trial(row.key)
        kept = {"base": base, "marks": marks.body(), "mode": mode if row.preview else speech.CUT, "state": "marking"}
        Marking.objects.update_or_create(report=row.key, defaults={**kept, "trial": None, "message": "", "code": ""})


def cut(*, viewer: Viewer, report: str) -> None:
    """Have the recording cut as marked, to be listened to; text alone needs no waiting. Raises what `plan` raises."""
    require(viewer, policies.WITHDRAW)
    from tejido.practices.relay.redaction import tasks  # tasks record what they made by an action

    with writing():
        row, marking = _marking(report)
        _must_be_written(row)
        plan_of(row, marking)
        _drop_trial(row.key)
        fresh: dict[str, Any] = {
            "state": "waiting" if row.preview else "ready",
            "trial": None,
            "code": "",
            "message": "",
            "params": {},
        }
        Marking.objects.filter(report=row.key).update(**fresh)
        if row.preview:
            tasks.request(row.key)


def keep(*, viewer: Viewer, report: str, original: bool = False) -> int:
    """Put the report without what is marked in its place, and erase what came before: here at once, elsewhere by exchange.

    `original`: let the sealed original stay, which only the recovery sheets open, where the speaker agreed to the archive.
    How many stretches are gone. Raises NotMade, StaleMarks, StillTranscribing."""
    require(viewer, policies.WITHDRAW)
    with writing():
        row, marking = _marking(report)
        _must_be_written(row)
        if marking.state != "ready" or (row.preview and not marking.trial):
            raise errors.NotMade
        found = plan_of(row, marking)
        Marking.objects.filter(report=row.key).update(trial=None)  # it is the report's own from now on
        row = recutting.recut(
            row,
            mode=marking.mode if row.preview else "words",
            spans=found.count,
            model=row.model,
            segments=[segment.body() for segment in found.segments],
            preview=marking.trial,
            master=orjson.loads(row.master) if original and has_sealed(row) else None,
            duration=marking.duration if row.preview else 0,
        )
        if voices.DISGUISED in (row.circles, row.public) and row.preview:
            voicing.disguise(viewer=viewer, report=report)  # the changed voice held the words too
    return found.count


def has_sealed(row: Report) -> bool:
    """Whether an original is kept that this node itself cannot open."""
    held = consent.in_force(bytes.fromhex(row.aggregate))
    return bool(row.master) and orjson.loads(row.master)["type"] == originals.TYPE and consent.may_archive(held)


def forget(*, viewer: Viewer, report: str) -> None:
    """Let the marks and the trial go; the report stays as it is."""
    require(viewer, policies.WITHDRAW)
    forget_marks(access.report(report).key)


def forget_marks(report: str) -> None:
    """Drop what was marked and cut for a report."""
    with writing():
        _drop_trial(report)
        Marking.objects.filter(report=report).delete()


def forget_all(report: str) -> None:
    """Drop everything that lies here of a report."""
    forget_marks(report)
    Waveform.objects.filter(report=report).delete()
    Voicing.objects.filter(report=report).delete()


def made_trial(report: str, made: speech.Cut, spans: tuple[speech.Span, ...]) -> bool:
    """Keep what was cut in the vault, to be heard; False where the marks have changed meanwhile, or the report is gone."""
    ref = blobs.put(made.path, sealed=True, media_type=made.type)
    with writing():
        fresh = {
            "state": "ready",
            "trial": ref.to_dict(),
            "duration": made.duration,
            "spans": [list(span) for span in spans],
        }
        found = Marking.objects.filter(report=report, state="waiting", trial__isnull=True)
        row = Report.objects.filter(key=report).first()
        if row and any(plan_of(row, one).spans == spans for one in found) and found.update(**fresh):
            return True
        blobs.drop(ref.id)
    return False


def failed(report: str, code: str, message: str, params: dict[str, Any]) -> None:
    """Say why nothing was cut."""
    kept = {"state": "failed", "code": code, "message": message, "params": params}
    Marking.objects.filter(report=report, state="waiting").update(**kept)


def base_of(row: Report) -> str:
    """The name of the words and the sound of a report as they stand."""
    return name_of(orjson.loads(row.preview)["id"] if row.preview else "", access.lines(row.lines))


def plan_of(row: Report, marking: Marking) -> Plan:
    """What the marks come to. Raises StaleMarks, NothingMarked and the like."""
    if marking.base != base_of(row):
        raise errors.StaleMarks
    duration = row.duration if row.preview else 0
    found, prefix = access.lines(row.lines), segments.new_prefix()
    return plan(found, read_marks(marking.marks), duration=duration, mode=marking.mode, prefix=prefix)


def _marking(report: str) -> tuple[Report, Marking]:
    row = access.report(report)
    found = Marking.objects.filter(report=row.key).first()
    if found is None:
        raise errors.NothingMarked
    return row, found


def _must_be_written(row: Report) -> None:
    if drafts.Transcription.objects.filter(report=row.key, state__in=["waiting", "running"]).exists():
        raise errors.StillTranscribing


def _drop_trial(report: str) -> None:
    for trial in Marking.objects.filter(report=report, trial__isnull=False).values_list("trial", flat=True):
        if trial:
            blobs.drop(trial["id"])
