"""Cutting, drawing and disguising in the background; the state is the truth, so that a killed worker loses nothing."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from django.utils.translation import gettext_noop

from tejido.engines import speech
from tejido.engines.faults import catalogued
from tejido.ground import blobs, work
from tejido.ground.blobs import BlobRef
from tejido.ground.errors import Problem
from tejido.practices.relay import access, recordings
from tejido.practices.relay.models import Report
from tejido.practices.relay.redaction import actions, voicing
from tejido.practices.relay.redaction.drafts import Marking, Voicing, Waveform

COLUMNS = 400
GAVE_UP = gettext_noop(
    "The process that cuts ended each time, several times over. Perhaps this machine has too little memory."
)


def claim_key(report: str) -> str:
    """The name of the work on a report's cut."""
    return f"redact:{report}"


def request(report: str) -> None:
    """Hint, once committed, that a report waits to be cut."""
    work.enqueue_on_commit(cut, report)


def request_picture(report: str) -> None:
    """Hint that a report's loudness is to be drawn."""
    work.enqueue_once(draw, report)


@work.task()
def cut(report: str) -> None:
    """Cut a report as it is marked; whoever else holds it goes on undisturbed."""
    work.alone(claim_key(report), lambda held: run(report, held))


def run(report: str, held: work.Held) -> None:
    """One attempt. What no further attempt would cure is kept with the marks and shown; the rest is raised."""
    row = Report.objects.filter(key=report).first()
    marking = Marking.objects.filter(report=report, state="waiting").first()
    if row is None or marking is None:
        return
    held.beat(permille=100)
    try:
        found = actions.plan_of(row, marking)
        with opened(row.preview) as source:
            made = speech.cut(source, found.spans, source.with_name("cut.m4a"), mode=marking.mode)
            held.beat(permille=800)
            actions.made_trial(report, made, found.spans)
    except speech.SpeechError as fault:
        actions.failed(report, fault.code, catalogued(fault.template), dict(fault.params))
    except Problem as problem:
        actions.failed(report, problem.code, str(problem), {})


@contextmanager
def opened(stored: str) -> Iterator[Path]:
    """A file of the vault (its reference as JSON) in the open, in a folder of its own that goes with the block."""
    folder = recordings.work_folder() / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    try:
        source = folder / "source"
        with source.open("wb") as file:
            for chunk in blobs.open_range(BlobRef.from_dict(orjson.loads(stored))):
                file.write(chunk)
        yield source
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@work.task()
def draw(report: str) -> None:
    """Draw how loud a report's recording is."""
    row = Report.objects.filter(key=report).first()
    if row is None or not row.preview:
        return
    blob = str(orjson.loads(row.preview)["id"])
    if Waveform.objects.filter(report=report, blob=blob).exists():
        return
    with opened(row.preview) as source:
        peaks = speech.peaks(source, COLUMNS)
    if access.exists(report):
        Waveform.objects.update_or_create(report=report, defaults={"blob": blob, "peaks": peaks})


def request_disguise(report: str) -> None:
    """Hint, once committed, that a voice waits to be changed."""
    work.enqueue_on_commit(disguise, report)


@work.task()
def disguise(report: str) -> None:
    """Change a report's voice; whoever else holds it goes on undisturbed."""
    work.alone(f"disguise:{report}", lambda held: _disguise(report, held))


def _disguise(report: str, held: work.Held) -> None:
    row, waiting = Report.objects.filter(key=report).first(), Voicing.objects.filter(report=report).first()
    if row is None or waiting is None or not row.preview or waiting.state == "failed":
        return
    held.beat(permille=100)
    try:
        with opened(row.preview) as source:
            target = source.with_name("disguised.m4a")
            speech.disguise(source, target)
            held.beat(permille=900)
            voicing.disguised(report, str(orjson.loads(row.preview)["id"]), target)
    except speech.SpeechError as fault:
        voicing.failed(report, fault.code, catalogued(fault.template), dict(fault.params))


@work.sweeper
def undisguised() -> None:
    """Queue voices that wait to be changed."""
    waiting = Voicing.objects.filter(state="waiting").order_by("report").values_list("report", flat=True)
    for key in work.due([f"disguise:{report}" for report in waiting]):
        work.enqueue_once(disguise, key.partition(":")[2])


@work.sweeper
def unfinished() -> None:
    """Queue what waits to be cut; what ended too often is shown as failed."""
    stuck = [key.partition(":")[2] for key, _ in work.stuck() if key.startswith("redact:")]
    Marking.objects.filter(report__in=stuck, state="waiting").update(state="failed", code="stuck", message=GAVE_UP)
    waiting = Marking.objects.filter(state="waiting").order_by("report").values_list("report", flat=True)
    for key in work.due([claim_key(report) for report in waiting]):
        work.enqueue_once(cut, key.partition(":")[2])
