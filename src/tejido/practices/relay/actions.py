"""Every change in the relay room: may they, is it valid, then one atomic append (or several within one transaction)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tejido.engines.language import captions
from tejido.ground.bodies import BadBody
from tejido.ground.consent import public as consent
from tejido.ground.errors import Invalid
from tejido.ground.network.selectors import own_space
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import Fact, append, writing
from tejido.practices.relay import (
    access,
    after,
    copies,
    drafts,
    errors,
    followers,
    policies,
    quoting,
    recordings,
    segments,
)
from tejido.practices.relay import events as ev
from tejido.practices.relay.access import clean
from tejido.practices.relay.facts import append as append_one
from tejido.practices.relay.facts import body as make
from tejido.practices.relay.facts import today
from tejido.practices.relay.models import Chain, Hop, Report
from tejido.practices.relay.openings import (
    change_chain,
    change_circle,
    end_invitation,
    invite_to_answer,
    open_chain,
    open_circle,
)

__all__ = [
    "Answer",
    "Words",
    "add_report",
    "answer",
    "bring_transcript",
    "change_chain",
    "change_circle",
    "correct_segment",
    "end_invitation",
    "grant_consent",
    "invite_to_answer",
    "open_chain",
    "open_circle",
    "pass_on",
    "record_transcript",
    "retry_transcription",
    "revise",
    "withdraw",
    "write_transcript",
]

LATE_MS = 2_000  # captions may outlast their sound by a breath


TAKEN = {
    "unpublish": (consent.TRANSCRIPT, consent.AUDIO),
    "unpass": (consent.PASS, consent.TRANSCRIPT, consent.AUDIO),
    "erase": consent.PURPOSES,
}
"""What each way of taking back withdraws; erasing destroys the report besides."""


@dataclass(frozen=True)
class Answer:
    """What a speaker said when asked: the purposes agreed to, the voice for the public, how and in which language."""

    purposes: tuple[str, ...] = ()
    audio: str = "none"
    form: str = "self"
    lang: str = "en"


@dataclass(frozen=True)
class Words:
    """What a report says: a file with the type its sender claims, or typed text; who spoke, when, in which language.

    `longest_s`: how long a recording may be where it is less than for everybody; `quotes`: segments of the voice
    that is answered whose words are told again.
    """

    lang: str
    audio: Path | None = None
    audio_type: str | None = None
    text: str = ""
    pseudonym: str = ""
    day: str = ""
    synthetic: bool = False
    longest_s: int = 0
    quotes: tuple[str, ...] = ()


def add_report(
    *, viewer: Viewer, chain: str, circle: str, words: Words, said: Answer | None = None, command: str = ""
) -> str:
    """Keep a report in the own space; its key. A recording is decoded first: what cannot be read is refused whole."""
    require(viewer, policies.REPORT)
    return _add(access.chain(chain), None, "report", circle, words, said, command)


def answer(
    *, viewer: Viewer, hop: str, role: str, circle: str, words: Words, said: Answer | None = None, command: str = ""
) -> str:
    """Keep an answer to a hop, a commentary or a parallel experience; its key. Passing it on is a step of its own."""
    require(viewer, policies.REPORT)
    row = access.hop(hop)
    if row.status != "shown":
        raise errors.VoiceGone
    return _add(access.chain(row.chain), row, role, circle, words, said, command)


def _add(
    chain: Chain, parent: Hop | None, role: str, circle: str, words: Words, said: Answer | None, command: str
) -> str:
    if command and (done := access.carried_out(command)):
        return done
    if not words.audio and not words.text.strip():
        raise errors.NothingSaid
    facts = _facts_of(chain, parent, role, circle, words)
    typed = _typed(words)
    recording = _recorded(words, said)
    try:
        return _write(facts, recording, typed, said, command)
    except BaseException:
        if recording:
            recording.discard()
        raise


def _facts_of(chain: Chain, parent: Hop | None, role: str, circle: str, words: Words) -> dict[str, Any]:
    spoken = words.day or today()
    if spoken > today():
        raise errors.DayAhead
    return make(
        ev.ReportAdded,
        role=role,
        chain=chain.aggregate,
        parent=parent.aggregate if parent else None,
        circle=access.own_circle(circle).aggregate,
        lang=access.language(words.lang),
        day=spoken,
        pseudonym=clean(words.pseudonym),
        synthetic=words.synthetic,
        quotes=quoting.taken(parent, words.quotes) if parent and words.quotes else [],
    )


def _recorded(words: Words, said: Answer | None) -> recordings.Recording | None:
    """The original is kept only where the speaker agreed to the archive."""
    if words.audio is None:
        return None
    keep = said is not None and consent.ARCHIVE in said.purposes
    found = recordings.take_in(words.audio, words.audio_type, keep_original=keep)
    if words.longest_s and found.duration > words.longest_s * 1000:
        found.discard()
        raise errors.RecordingTooLong(minutes=words.longest_s // 60)
    return found


def _typed(words: Words) -> tuple[ev.Segment, ...]:
    found = segments.typed(clean(words.text), "t")
    if len(found) > ev.MAX_SEGMENTS:
        raise errors.TooManyWords
    return found


def _write(
    body: dict[str, Any],
    recording: recordings.Recording | None,
    typed: tuple[ev.Segment, ...],
    said: Answer | None,
    command: str,
) -> str:
    with writing():
        if recording:
            master = recording.master.body() if recording.master else None
            body = {**body, "preview": recording.preview.body(), "master": master, "duration": recording.duration}
        files = recording.blobs if recording else ()
        added = append(own_space(), Fact(ev.REPORT_ADDED, body, blobs=files), command=command or None)[0]
        if added.repeated:
            if recording:
                recording.discard()
            return added.key
        if recording:
            drafts.Removed.objects.update_or_create(report=added.key, defaults={"fields": recording.removed})
        if typed:
            draft = make(ev.TranscriptDrafted, model="", lang=body["lang"], segments=[s.body() for s in typed])
            append_one(own_space(), ev.TRANSCRIPT_DRAFTED, draft, added.aggregate.hex())
        if said:
            _grant(added.aggregate, said)
        if recording and not typed:
            drafts.Transcription.objects.create(
                report=added.key, lang=body["lang"], prefix=segments.new_prefix(), total_ms=recording.duration
            )
            _request_transcription(added.key)
            recordings.keep_samples(recording, added.key)
        elif recording:
            recordings.forget(recording.samples.parent.name)  # nobody will listen to them: the words are there
    return added.key


def _request_transcription(report: str) -> None:
    from tejido.practices.relay import tasks  # tasks record what they heard by an action

    tasks.request(report)


def record_transcript(
    *, viewer: Viewer, report: str, model: str, lang: str, found: Collection[ev.Segment], command: str = ""
) -> None:
    """Keep a machine's draft beside whatever a person has written."""
    require(viewer, policies.CORRECT)
    row = access.report(report)
    lines = [segment.body() for segment in found]
    body = make(ev.TranscriptDrafted, model=model, lang=access.language(lang), segments=lines)
    append_one(own_space(), ev.TRANSCRIPT_DRAFTED, body, row.aggregate, command=command)


def write_transcript(*, viewer: Viewer, report: str, text: str) -> None:
    """Type a transcript oneself: where no machine can, or beside what it made."""
    require(viewer, policies.CORRECT)
    row = access.report(report)
    typed = segments.typed(clean(text), segments.new_prefix())
    if not typed:
        raise errors.NothingSaid
    _keep_typed(row, typed)


def bring_transcript(*, viewer: Viewer, report: str, content: bytes) -> None:
    """Keep captions that were made elsewhere (WebVTT or SRT) as a person's transcript, with their times.

    Raises `WrittenByHand` where a person has worked on the words already: theirs stay.
    """
    require(viewer, policies.CORRECT)
    row = access.report(report)
    if segments.touched(access.lines(row.lines)):
        raise errors.WrittenByHand
    found = _cues(content)
    late = next((one for one in found if row.preview and one.end_ms > row.duration + LATE_MS), None)
    if late:
        raise errors.CaptionsTooLong(line=late.line)
    brought = segments.cued(found, segments.new_prefix(), row.duration if row.preview else None)
    _keep_typed(row, brought)


def _cues(content: bytes) -> tuple[captions.Cue, ...]:
    try:
        return captions.read(content)
    except captions.FileError as cause:
        raise errors.BadCaptions(cause) from cause


def _keep_typed(row: Report, typed: Sequence[ev.Segment]) -> None:
    if len(typed) > ev.MAX_SEGMENTS:
        raise errors.TooManyWords
    body = make(ev.TranscriptDrafted, model="", lang=row.lang, segments=[s.body() for s in typed])
    with writing():
        append_one(own_space(), ev.TRANSCRIPT_DRAFTED, body, row.aggregate)
        drafts.Transcription.objects.filter(report=row.key).delete()


def correct_segment(
    *, viewer: Viewer, report: str, segment: str, base: str, text: str, settles: Collection[str] = ()
) -> None:
    """Put a person's words in place of a segment's. Raises `StaleCorrection` where its text has changed since `base`."""
    require(viewer, policies.CORRECT)
    text = clean(text)
    with writing():
        row = access.report(report)
        line = _line(row, segment)
        stale = segments.stale(line, base, text)
        if stale:
            raise errors.StaleCorrection(segment=segment, current=stale.current, proposed=text, base=stale.base)
        if text == line.text and line.by == "person" and not line.others:
            return
        body = make(ev.SegmentCorrected, segment=segment, base=line.base, text=text, settles=list(settles))
        append_one(own_space(), ev.SEGMENT_CORRECTED, body, row.aggregate)


def _line(row: Report, segment: str) -> segments.Line:
    for line in access.lines(row.lines):
        if line.id == segment:
            return line
    raise errors.NoSuchSegment


def grant_consent(*, viewer: Viewer, report: str, said: Answer) -> None:
    """Record the speaker's whole answer anew; copies that were passed carry it from then on."""
    policies.require_for(viewer, policies.REPORT, report)
    row = access.report(report)
    with writing():
        _grant(bytes.fromhex(row.aggregate), said)
        copies.settle(row)
        followers.tell(row.key)


def _grant(subject: bytes, said: Answer) -> None:
    try:
        consent.grant(
            subject, purposes=said.purposes, audio=said.audio, form=said.form, lang=access.language(said.lang)
        )
    except BadBody as error:
        raise Invalid(str(error)) from error


def pass_on(*, viewer: Viewer, report: str, command: str = "") -> str:
    """Give the other circles of the chain's network a copy, by the speaker's consent; the hop's key."""
    require(viewer, policies.PASS)
    with writing():
        if command and (done := access.carried_out(command)):
            return done
        row = access.report(report)
        if access.copies(row):
            raise errors.AlreadyPassed
        if not row.transcribed and not row.preview:
            raise errors.NotTranscribed
        hop = copies.make(row, command=command)
    return hop.key


def revise(*, viewer: Viewer, report: str) -> None:
    """Send the corrected words to the circles that have the earlier ones."""
    require(viewer, policies.PASS)
    with writing():
        row = access.report(report)
        found = access.copies(row)
        if not found:
            raise errors.NotPassed
        if not any(copies.differs(row, hop) for hop in found):
            raise errors.NothingChanged
        copies.renew(row)


def withdraw(
    *, viewer: Viewer, report: str, purposes: Collection[str] = consent.PURPOSES, erase_too: bool = True
) -> None:
    """Take consent back. Copies lose what it allowed; with `erase_too` the report itself is erased, here and everywhere."""
    policies.require_for(viewer, policies.WITHDRAW, report)
    with writing():
        row = access.report(report)
        subject = bytes.fromhex(row.aggregate)
        consent.withdraw(subject, purposes=purposes)
        if erase_too:
            copies.erase(row, copies.ERASED)
            consent.erase(own_space(), subject, kind=ev.REPORT_ADDED, stub={}, reason=copies.ERASED)
            drafts.Transcription.objects.filter(report=row.key).delete()
            drafts.Removed.objects.filter(report=row.key).delete()
            recordings.forget(row.key)
            after.erased(row.key)
        else:
            copies.settle(row)
        followers.tell(row.key)


def retry_transcription(*, viewer: Viewer, report: str) -> None:
    """Let a transcript be tried again that failed or waited for a model."""
    require(viewer, policies.CORRECT)
    from tejido.ground import work
    from tejido.practices.relay import tasks

    row = access.report(report)
    work.retry(tasks.claim_key(row.key))
    drafts.Transcription.objects.filter(report=row.key).update(state="waiting", code="", message="", params={})
    tasks.request(row.key)
