"""Every change in the relay room: may they, is it valid, then one atomic append (or several within one transaction)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from django.utils import timezone

from tejido.ground.bodies import BadBody, Payload
from tejido.ground.consent import public as consent
from tejido.ground.errors import Invalid
from tejido.ground.network.selectors import own_space
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import Appended, Fact, append, writing
from tejido.practices.relay import access, domain, drafts, errors, policies, recordings, segments
from tejido.practices.relay import events as ev
from tejido.practices.relay.access import clean
from tejido.practices.relay.models import Chain, Hop, Report

REASON = "withdrawn"


@dataclass(frozen=True)
class Answer:
    """What a speaker said when asked: the purposes agreed to, the voice for the public, how and in which language."""

    purposes: tuple[str, ...] = ()
    audio: str = "none"
    form: str = "self"
    lang: str = "en"


@dataclass(frozen=True)
class Words:
    """What a report says: a file with the type its sender claims, or typed text; who spoke, when, in which language."""

    lang: str
    audio: Path | None = None
    audio_type: str | None = None
    text: str = ""
    pseudonym: str = ""
    day: str = ""
    synthetic: bool = False


def open_circle(
    *, viewer: Viewer, name: str, place: str, langs: Collection[str], network: bytes | None = None, command: str = ""
) -> str:
    """Open a circle in a network (default: the first this node is in); its key."""
    require(viewer, policies.OPEN)
    body = _body(ev.Circle, name=clean(name), place=clean(place), langs=[access.language(lang) for lang in langs])
    return _append(network or access.first_network(), ev.CIRCLE_OPENED, body, command=command).key


def change_circle(*, viewer: Viewer, circle: str, name: str, place: str, langs: Collection[str]) -> None:
    """Describe a circle of one's own anew."""
    require(viewer, policies.OPEN)
    row = access.own_circle(circle)
    body = _body(ev.Circle, name=clean(name), place=clean(place), langs=[access.language(lang) for lang in langs])
    _append(access.space(row.space), ev.CIRCLE_CHANGED, body, row.aggregate)


def open_chain(*, viewer: Viewer, circle: str, title: str, question: str, lang: str, command: str = "") -> str:
    """Open a chain with its question, in the circle's network; its key."""
    require(viewer, policies.OPEN)
    row = access.own_circle(circle)
    body = _body(
        ev.ChainOpened,
        title=clean(title),
        question=clean(question),
        lang=access.language(lang),
        circle=row.aggregate,
    )
    return _append(access.space(row.space), ev.CHAIN_OPENED, body, command=command).key


def change_chain(*, viewer: Viewer, chain: str, title: str, question: str) -> None:
    """Word a chain of one's own anew."""
    require(viewer, policies.OPEN)
    row = access.own_chain(chain)
    body = _body(ev.ChainChanged, title=clean(title), question=clean(question))
    _append(access.space(row.space), ev.CHAIN_CHANGED, body, row.aggregate)


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
    spoken = words.day or _today()
    if spoken > _today():
        raise errors.DayAhead
    return _body(
        ev.ReportAdded,
        role=role,
        chain=chain.aggregate,
        parent=parent.aggregate if parent else None,
        circle=access.own_circle(circle).aggregate,
        lang=access.language(words.lang),
        day=spoken,
        pseudonym=clean(words.pseudonym),
        synthetic=words.synthetic,
    )


def _recorded(words: Words, said: Answer | None) -> recordings.Recording | None:
    """The original is kept only where the speaker agreed to the archive."""
    if words.audio is None:
        return None
    keep = said is not None and consent.ARCHIVE in said.purposes
    return recordings.take_in(words.audio, words.audio_type, keep_original=keep)


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
        if typed:
            draft = _body(ev.TranscriptDrafted, model="", lang=body["lang"], segments=[s.body() for s in typed])
            _append(own_space(), ev.TRANSCRIPT_DRAFTED, draft, added.aggregate.hex())
        if said:
            _grant(added.aggregate, said)
        if recording and not typed:
            drafts.Transcription.objects.create(
                report=added.key, lang=body["lang"], prefix=segments.new_prefix(), total_ms=recording.duration
            )
            _request_transcription(added.key)
            recordings.keep_samples(recording, added.key)
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
    body = _body(ev.TranscriptDrafted, model=model, lang=access.language(lang), segments=lines)
    _append(own_space(), ev.TRANSCRIPT_DRAFTED, body, row.aggregate, command=command)


def write_transcript(*, viewer: Viewer, report: str, text: str) -> None:
    """Type a transcript oneself: where no machine can, or beside what it made."""
    require(viewer, policies.CORRECT)
    row = access.report(report)
    typed = segments.typed(clean(text), segments.new_prefix())
    if not typed:
        raise errors.NothingSaid
    if len(typed) > ev.MAX_SEGMENTS:
        raise errors.TooManyWords
    body = _body(ev.TranscriptDrafted, model="", lang=row.lang, segments=[s.body() for s in typed])
    with writing():
        _append(own_space(), ev.TRANSCRIPT_DRAFTED, body, row.aggregate)
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
        body = _body(ev.SegmentCorrected, segment=segment, base=line.base, text=text, settles=list(settles))
        _append(own_space(), ev.SEGMENT_CORRECTED, body, row.aggregate)


def _line(row: Report, segment: str) -> segments.Line:
    for line in access.lines(row.lines):
        if line.id == segment:
            return line
    raise errors.NoSuchSegment


def grant_consent(*, viewer: Viewer, report: str, said: Answer) -> None:
    """Record the speaker's whole answer anew; copies that were passed carry it from then on."""
    require(viewer, policies.REPORT)
    row = access.report(report)
    with writing():
        _grant(bytes.fromhex(row.aggregate), said)
        _renew_copies(row)


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
        row = access.report(report)
        if access.copies(row):
            raise errors.AlreadyPassed
        if not row.transcribed and not row.preview:
            raise errors.NotTranscribed
        chain = access.chain(row.chain)
        space, subject = access.space(chain.space), bytes.fromhex(row.aggregate)
        body = _copy(row)
        with consent.speaking_for(subject):
            hop = _append(space, ev.HOP_PASSED, body, blobs=_blob_ids(body), command=command)
        passage = _body(ev.ReportPassed, space=space.hex(), hop=hop.aggregate.hex())
        _append(own_space(), ev.REPORT_PASSED, passage, row.aggregate)
    return hop.key


def _copy(row: Report) -> dict[str, Any]:
    return _body(
        ev.HopPassed,
        **orjson.loads(row.names),
        role=row.role,
        lang=row.lang,
        day=row.day,
        pseudonym=row.pseudonym,
        audio=orjson.loads(row.preview) if row.preview else None,
        duration=row.duration,
        synthetic=row.synthetic,
        **_words_and_consent(row),
    )


def _words_and_consent(row: Report) -> dict[str, Any]:
    held = consent.in_force(bytes.fromhex(row.aggregate))
    if not consent.may_pass(held):
        raise consent.ConsentMissing
    lines = access.lines(row.lines)
    return {
        "consent": consent.carried(held),
        "segments": [segment.body() for segment in domain.passed_segments(lines)],
    }


def _blob_ids(body: dict[str, Any]) -> tuple[str, ...]:
    return (body["audio"]["id"],) if body.get("audio") else ()


def revise(*, viewer: Viewer, report: str) -> None:
    """Send the corrected words to the circles that have the earlier ones."""
    require(viewer, policies.PASS)
    with writing():
        row = access.report(report)
        found = access.copies(row)
        if not found:
            raise errors.NotPassed
        if not any(domain.differs(access.lines(row.lines), access.lines(hop.lines)) for hop in found):
            raise errors.NothingChanged
        _renew_copies(row)


def _renew_copies(row: Report) -> None:
    """Let every copy carry today's words and consent."""
    subject = bytes.fromhex(row.aggregate)
    for hop in access.copies(row):
        body = _body(ev.HopRevised, **_words_and_consent(row))
        with consent.speaking_for(subject):
            _append(access.space(hop.space), ev.HOP_REVISED, body, hop.aggregate)


def withdraw(
    *, viewer: Viewer, report: str, purposes: Collection[str] = consent.PURPOSES, erase_too: bool = True
) -> None:
    """Take consent back. Copies lose what it allowed; with `erase_too` the report itself is erased, here and everywhere."""
    require(viewer, policies.WITHDRAW)
    with writing():
        row = access.report(report)
        subject = bytes.fromhex(row.aggregate)
        consent.withdraw(subject, purposes=purposes)
        if erase_too or not consent.may_pass(consent.in_force(subject)):
            _erase_copies(row)
        else:
            _renew_copies(row)
        if erase_too:
            consent.erase(own_space(), subject, stub={}, reason=REASON)
            drafts.Transcription.objects.filter(report=row.key).delete()
            recordings.forget(row.key)


def _erase_copies(row: Report) -> None:
    for hop in access.copies(row):
        consent.erase(access.space(hop.space), bytes.fromhex(hop.aggregate), stub=orjson.loads(hop.stub), reason=REASON)


def invite_to_answer(
    *,
    viewer: Viewer,
    chain: str,
    circle: str,
    to_org: bytes,
    deadline: str,
    hop: str | None = None,
    to_circle: str | None = None,
    note: str = "",
    command: str = "",
) -> str:
    """Ask another organisation, or one circle of it, to answer a chain or a hop until a day; the invitation's key."""
    require(viewer, policies.PASS)
    row = access.chain(chain)
    body = _body(
        ev.AnswerInvited,
        chain=row.aggregate,
        circle=access.own_circle(circle).aggregate,
        to_org=to_org.hex(),
        deadline=deadline,
        hop=access.hop(hop).aggregate if hop else None,
        to_circle=access.circle(to_circle).aggregate if to_circle else None,
        note=clean(note),
    )
    if deadline < _today():
        raise errors.DeadlinePast
    return _append(access.space(row.space), ev.ANSWER_INVITED, body, command=command).key


def retry_transcription(*, viewer: Viewer, report: str) -> None:
    """Let a transcript be tried again that failed or waited for a model."""
    require(viewer, policies.CORRECT)
    from tejido.ground import work
    from tejido.practices.relay import tasks

    row = access.report(report)
    drafts.Transcription.objects.filter(report=row.key).update(state="waiting", code="", message="", params={})
    work.retry(tasks.claim_key(row.key))
    tasks.request(row.key)


def end_invitation(*, viewer: Viewer, invitation: str) -> str:
    """Take an invitation of one's own back; the key of its chain."""
    require(viewer, policies.PASS)
    row = access.own_invitation(invitation)
    _append(access.space(row.space), ev.INVITATION_ENDED, {}, row.aggregate)
    return row.chain


def _body(payload: type[Payload], **values: Any) -> dict[str, Any]:
    """A checked body; what does not fit is told to whoever sent it."""
    try:
        return payload.from_body(values).body()
    except BadBody as error:
        raise Invalid(str(error)) from error


def _append(
    space: bytes,
    kind: str,
    body: dict[str, Any],
    aggregate: str = "",
    *,
    blobs: tuple[str, ...] = (),
    command: str = "",
) -> Appended:
    fact = Fact(kind, body, bytes.fromhex(aggregate) if aggregate else None, blobs, schema=ev.CATALOGUE.schema(kind))
    return append(space, fact, command=command or None)[0]


def _today() -> str:
    return date.isoformat(timezone.now().date())
