"""Transcription in the background: each finished segment is saved, so that a killed worker goes on where it stopped.

The state is the truth: a `Transcription` row is a report without a finished transcript. It goes when the transcript is
in the log.
"""

import re
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils.translation import gettext_noop

from tejido.engines import speech
from tejido.engines.faults import catalogued
from tejido.engines.speech import languages, model
from tejido.ground import work
from tejido.ground.people import OPERATOR
from tejido.ground.store.public import writing
from tejido.practices.relay import access, actions, recordings, selectors
from tejido.practices.relay import events as ev
from tejido.practices.relay.drafts import Transcription
from tejido.practices.relay.models import Circle, Report

MOST = 2 * ev.MAX_WORDS
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def claim_key(report: str) -> str:
    """The name of the work on a report's transcript."""
    return f"transcribe:{report}"


def places() -> model.Places:
    """Where this node looks for its recognition model."""
    folder = settings.NODE.speech_model
    return model.Places(cache=Path(settings.NODE_DIR) / "models", folder=Path(folder) if folder else None)


def request(report: str) -> None:
    """Hint, once committed, that a report waits for its transcript."""
    work.enqueue_on_commit(transcribe, report)


@work.task()
def transcribe(report: str) -> None:
    """Transcribe a report from where it was left; whoever else holds it goes on undisturbed."""
    work.alone(claim_key(report), lambda held: run(report, held))


def run(report: str, held: work.Held) -> None:
    """One attempt. What no further attempt would cure is kept with the draft and shown; the rest is raised."""
    draft = Transcription.objects.filter(report=report).first()
    if draft is None:
        return
    try:
        found = model.find(places())
        _hear(draft, found, held)
    except speech.errors.RecogniserDied:
        raise
    except speech.SpeechError as fault:
        state = "unavailable" if isinstance(fault, speech.ModelError) else "failed"
        message = catalogued(fault.template)
        kept = {"state": state, "code": fault.code, "message": message, "params": dict(fault.params)}
        Transcription.objects.filter(report=report).update(**kept)


def _hear(draft: Transcription, found: Path, held: work.Held) -> None:
    preview = selectors.report_audio(viewer=OPERATOR, key=draft.report)
    chosen = speech.Settings(language=draft.lang, others=_languages(draft.report))
    with recordings.samples(draft.report, preview) as samples:
        stream = cast("Generator[speech.Segment]", speech.transcribe(samples, found, chosen, draft.done_ms))
        with closing(stream) as heard:
            for segment in heard:
                _save(draft, segment)
                held.beat(permille=draft.done_ms * 1000 // max(1, draft.total_ms))
        _finish(draft, found)


def _languages(report: str) -> tuple[str, ...]:
    """What else may be spoken in a report: the languages of its circle."""
    circle = Circle.objects.filter(key__in=Report.objects.filter(key=report).values("circle")).first()
    return tuple(circle.langs.split()) if circle else ()


def _save(draft: Transcription, heard: speech.Segment) -> None:
    name = f"{draft.prefix}-{len(draft.segments):03d}"
    draft.segments = [*draft.segments, _segment(name, heard, draft.lang).body()][: ev.MAX_SEGMENTS]
    draft.done_ms, draft.state = heard.end_ms, "waiting"
    Transcription.objects.filter(report=draft.report).update(
        segments=draft.segments, done_ms=draft.done_ms, state="waiting", code="", message="", params={}
    )


def _segment(name: str, heard: speech.Segment, lang: str) -> ev.Segment:
    """What was heard, as a report written in `lang` keeps it."""
    text = access.clean(_CONTROL.sub(" ", heard.text))[: ev.MAX_SEGMENT]
    end = min(heard.end_ms, ev.MAX_DURATION_MS)
    own = None if languages.same(heard.lang, lang) else heard.lang
    times = tuple(min(time, end) for time in speech.word_times(text, heard.words))
    return ev.Segment(name, text, min(heard.start_ms, end), end, "machine", own, times if len(times) <= MOST else ())


def _finish(draft: Transcription, found: Path) -> None:
    segments = [ev.Segment.from_body(body) for body in draft.segments]
    with writing():
        if not Transcription.objects.filter(report=draft.report).exists():
            return
        actions.record_transcript(
            viewer=OPERATOR,
            report=draft.report,
            model=found.name[:120],
            lang=draft.lang,
            found=segments,
            command=f"transcribe-{draft.report}-{draft.prefix}",
        )
        Transcription.objects.filter(report=draft.report).delete()


GAVE_UP = gettext_noop(
    "The process that listens ended each time, several times over. Perhaps this machine has too little memory."
)


@work.sweeper
def unfinished() -> None:
    """Queue what waits for a transcript; reports without a model wait until there is one.

    What ended too often without coming further is shown as failed, so that a person can let it be tried again."""
    stuck = [key.partition(":")[2] for key, _ in work.stuck() if key.startswith("transcribe:")]
    Transcription.objects.filter(report__in=stuck, state="waiting").update(
        state="failed", code="stuck", message=GAVE_UP
    )
    states = ["waiting", "unavailable"] if model.available(places()) else ["waiting"]
    reports = Transcription.objects.filter(state__in=states).order_by("report").values_list("report", flat=True)
    for key in work.due([claim_key(report) for report in reports]):
        work.enqueue_once(transcribe, key.partition(":")[2])
