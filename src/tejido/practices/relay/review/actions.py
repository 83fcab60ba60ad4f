"""Every change on the workbench: may they, does the speaker allow it, is it valid, then one atomic append."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from django.utils import timezone

from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import own_space
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import Fact, append, writing
from tejido.practices.relay import access
from tejido.practices.relay import actions as relay
from tejido.practices.relay import errors as relay_errors
from tejido.practices.relay import events as relay_events
from tejido.practices.relay.facts import body as make
from tejido.practices.relay.review import errors, policies, sharing, subjects
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.models import Drafting, Translation, Typing
from tejido.practices.relay.review.pieces import PieceState, blank
from tejido.practices.relay.review.records import ORIGINAL
from tejido.practices.relay.review.selectors import bench_id, translation_of
from tejido.practices.relay.review.selectors import outside as may_read_outside
from tejido.practices.relay.review.sharing import settle
from tejido.practices.relay.review.subjects import Subject
from tejido.practices.relay.segments import SEEN, Line, digest

__all__ = [
    "Seen",
    "approve",
    "correct",
    "discard",
    "forget_visits",
    "leave",
    "look_in",
    "record",
    "retry",
    "settle",
    "settle_all",
    "share",
    "start",
    "write_by_hand",
]


VISIT = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """What a person had before their eyes: hashes (or their first 16 digits) of the text and, where there is one, of
    its source.
    """

    base: str
    source: str = ""


def start(*, viewer: Viewer, key: str, lang: str, outside: bool = False) -> str:
    """Ask the machine for a draft; it works in the background, beside whatever people have written. The language's tag.

    `outside`: the words may go to the translation server that the keeper configured."""
    require(viewer, policies.CORRECT)
    subject, tag = to_translate(key, lang)
    words = [line for line in subject.lines if line.text.strip()]
    if not words:
        raise errors.NoWords
    if outside and not may_read_outside(subject):
        raise errors.WordsStayHere
    name, fresh = (
        bench_id(subject.key, tag),
        {"run": token_hex(6), "pieces": [], "tried": 0, "heard": {}, "heard_ms": 0, "state": "waiting", "code": ""},
    )
    with writing():
        known = {"kind": subject.kind, "subject": subject.key, "lang": tag, "total": len(words), "outside": outside}
        _begin(subject, tag)
        Drafting.objects.update_or_create(key=name, defaults={**known, **fresh, "message": "", "params": {}})
        _request(name)
    return tag


def _request(name: str) -> None:
    from tejido.practices.relay.review import tasks  # tasks record what they drafted by an action

    tasks.request(name)


def to_translate(key: str, lang: str) -> tuple[Subject, str]:
    """What is to be translated, and the language's tag; raises `ConsentMissing` where the speaker does not allow it."""
    subject, tag = subjects.find(key), access.language(lang)
    if tag == subject.lang:
        raise errors.SameLanguage
    if not consent.may_translate(subject.held):
        raise consent.ConsentMissing
    return subject, tag


def write_by_hand(*, viewer: Viewer, key: str, lang: str) -> str:
    """Begin a translation that people write, without a machine; the language's tag."""
    require(viewer, policies.CORRECT)
    subject, tag = to_translate(key, lang)
    with writing():
        _begin(subject, tag)
    return tag


def _begin(subject: Subject, lang: str) -> None:
    """An empty translation, where there is none: people can write in it before, or without, any machine."""
    if translation_of(subject.key, lang) is None:
        known = {"kind": subject.kind, "subject": subject.name, "source_lang": subject.lang, "lang": lang}
        sharing.add(ev.TRANSLATION_DRAFTED, make(ev.TranslationDrafted, **known, segments=[]))


def retry(*, viewer: Viewer, key: str, lang: str) -> None:
    """Let a draft be tried again that failed, or that no engine could make."""
    require(viewer, policies.CORRECT)
    from tejido.ground import work
    from tejido.practices.relay.review import tasks

    subject, tag = to_translate(key, lang)
    name = bench_id(subject.key, tag)
    work.retry(tasks.claim_key(name))
    Drafting.objects.filter(key=name).update(state="waiting", code="", message="", params={})
    tasks.request(name)


def record(*, viewer: Viewer, key: str, lang: str, run: str, pieces: Sequence[ev.Piece]) -> None:
    """Keep what the machine drafted, beside what people wrote. Asks for consent once more."""
    require(viewer, policies.CORRECT)
    with writing():
        subject, tag = to_translate(key, lang)
        row = sharing.existing(subject.key, tag)
        body = make(ev.TranslationRedrafted, segments=[piece.body() for piece in pieces])
        sharing.add(ev.TRANSLATION_REDRAFTED, body, row.aggregate, command=f"translate-{run}")


def correct(
    *, viewer: Viewer, key: str, into: str, segment: str, seen: Seen, text: str, settles: Collection[str] = ()
) -> None:
    """Put a person's words in place of a segment's. Raises `StaleText` where it has changed since."""
    require(viewer, policies.CORRECT)
    with writing():
        subject = subjects.find(key)
        if into == ORIGINAL:
            _correct_transcript(viewer, subject, segment, seen, text, settles)
        else:
            _correct_translation(subject, into, segment, seen, access.clean(text), settles)
        _left(viewer, subject.key, into, segment)


def _correct_transcript(
    viewer: Viewer, subject: Subject, segment: str, seen: Seen, text: str, settles: Collection[str]
) -> None:
    try:
        relay.correct_segment(
            viewer=viewer, report=subject.key, segment=segment, base=seen.base, text=text, settles=settles
        )
    except relay_errors.StaleCorrection as stale:
        known = {name: str(stale.params[name]) for name in ("segment", "current", "proposed", "base")}
        raise errors.StaleText(**known, source="", source_base="") from stale


def _correct_translation(
    subject: Subject, into: str, segment: str, seen: Seen, text: str, settles: Collection[str]
) -> None:
    row, line, piece = _at(subject, into, segment)
    if not _saw(seen.base, piece.base) and text != piece.text:
        raise errors.StaleText(**_both(line, piece, text))
    same = text == piece.text and (piece.by == "person" or not text) and not piece.others
    if not (same and piece.source == line.base):
        body = make(
            ev.TranslationCorrected,
            segment=segment,
            base=piece.base,
            text=text,
            source=line.base,
            settles=list(settles),
        )
        sharing.add(ev.TRANSLATION_CORRECTED, body, row.aggregate)
        _remember(row)


def approve(
    *,
    viewer: Viewer,
    key: str,
    into: str,
    segment: str,
    seen: Seen,
    text: str | None = None,
    settles: Collection[str] = (),
) -> None:
    """Approve a segment, with the words that the page shows (`text`) where they were changed there.

    Raises `StaleApproval` or `StaleSource` where the text, or what it translates, has changed since it was opened."""
    require(viewer, policies.APPROVE)
    with writing():
        subject = subjects.find(key)
        if into == ORIGINAL:
            _approve_transcript(viewer, subject, segment, seen, text, settles)
        else:
            _approve_translation(subject, into, segment, seen, text, settles)
        _left(viewer, subject.key, into, segment)


def _approve_transcript(
    viewer: Viewer, subject: Subject, segment: str, seen: Seen, text: str | None, settles: Collection[str]
) -> None:
    line = _line(subject, segment)
    wanted = line.text if text is None else access.clean(text)
    if not _saw(seen.base, line.base):
        raise errors.StaleApproval(
            segment=segment, current=line.text, proposed=wanted, base=line.base, source="", source_base=""
        )
    if wanted != line.text or (line.others and settles):
        _correct_transcript(viewer, subject, segment, seen, wanted, settles)
        line = _line(subjects.find(subject.key), segment)
    _ready(line.text, line.others)
    if line.state != "approved":
        body = make(relay_events.SegmentApproved, segment=segment, text=line.base)
        report = bytes.fromhex(subject.name)
        append(own_space(), Fact(relay_events.SEGMENT_APPROVED, body, report))


def _approve_translation(
    subject: Subject, into: str, segment: str, seen: Seen, text: str | None, settles: Collection[str]
) -> None:
    row, line, piece = _at(subject, into, segment)
    wanted = piece.text if text is None else access.clean(text)
    if not _saw(seen.base, piece.base):
        raise errors.StaleApproval(**_both(line, piece, wanted))
    if not _saw(seen.source, line.base):
        raise errors.StaleSource(**_both(line, piece, wanted))
    if wanted != piece.text or (piece.others and settles):
        _correct_translation(subject, into, segment, seen, wanted, settles)
        row, line, piece = _at(subject, into, segment)
    _ready(piece.text, piece.others)
    if piece.state(line.base) != "approved":
        body = make(ev.TranslationApproved, segment=segment, text=piece.base, source=line.base)
        sharing.add(ev.TRANSLATION_APPROVED, body, row.aggregate)
        _remember(row)


def _ready(text: str, others: Sequence[str]) -> None:
    if not text.strip():
        raise errors.NothingToApprove
    if others:
        raise errors.Unsettled


def _both(line: Line, piece: PieceState, proposed: str) -> dict[str, str]:
    return {
        "segment": line.id, "current": piece.text, "proposed": proposed, "base": piece.base, "source": line.text,
        "source_base": line.base,
    }  # fmt: skip


def _saw(seen: str, base: str) -> bool:
    return len(seen) >= SEEN and base.startswith(seen)


def _line(subject: Subject, segment: str) -> Line:
    for line in subject.lines:
        if line.id == segment:
            return line
    raise errors.NoSuchSegment


def _at(subject: Subject, into: str, segment: str) -> tuple[Translation, Line, PieceState]:
    """The translation, the segment, and its piece, which may be blank. Raises `NotFound`, `NoSuchSegment`."""
    row = sharing.existing(subject.key, into)
    line = _line(subject, segment)
    return row, line, subjects.pieces(row.pieces).get(segment) or blank(line)


def _remember(row: Translation) -> None:
    from tejido.practices.relay.review import tasks

    tasks.request_memory(row.key)


def share(*, viewer: Viewer, key: str, lang: str) -> str:
    """Give the other circles a translation of a report of ours, or its new edition; the key of the copy."""
    require(viewer, policies.PASS)
    with writing():
        return sharing.share(subjects.find(key), lang)


def discard(*, viewer: Viewer, key: str, lang: str) -> None:
    """Throw a translation away, with its copies and what the memory learned of it."""
    require(viewer, policies.APPROVE)
    with writing():
        subject = subjects.find(key)
        sharing.erase(sharing.existing(subject.key, lang))
        sharing.forget_local(subject.key, lang)


def look_in(*, viewer: Viewer, key: str, into: str, segment: str, text: str | None = None, base: str = "") -> None:
    """Say that somebody is in a segment; with `text`, keep what they have written there and not saved."""
    require(viewer, policies.CORRECT)
    if viewer.user_id is None:
        return
    subject = subjects.find(key)
    if into != ORIGINAL:
        sharing.existing(subject.key, into)
    _line(subject, segment)
    name = bench_id(subject.key, into)
    known = {"bench": name, "segment": segment, "user": viewer.user_id, "name": viewer.name[:80], "at": timezone.now()}
    typed = {} if text is None else {"text": text[: ev.MAX_TEXT], "base": base[:64]}
    Typing.objects.update_or_create(key=f"{name}:{segment}:{viewer.user_id}", defaults={**known, **typed})


def leave(*, viewer: Viewer, key: str, into: str, segment: str) -> None:
    """Leave a segment as it stands: what the viewer typed there is forgotten."""
    require(viewer, policies.CORRECT)
    _left(viewer, subjects.find(key).key, into, segment)


def _left(viewer: Viewer, key: str, into: str, segment: str) -> None:
    """What was typed is saved: it need not be kept beside."""
    Typing.objects.filter(key=f"{bench_id(key, into)}:{segment}:{viewer.user_id}").delete()


def approved_units(row: Translation) -> list[tuple[str, str]]:
    """Pairs of source and approved translation, for the memory."""
    standing = subjects.standing(row.kind, row.name)
    found = subjects.pieces(row.pieces)
    return [
        (line.text, found[line.id].text)
        for line in standing.lines
        if line.id in found and found[line.id].state(line.base) == "approved" and digest(line.text) == line.base
    ]


def settle_all() -> None:
    """Let everything follow what became of its subject: for the sweeper, since a process may end at any moment."""
    for key in sharing.orphans():
        settle(key)
    forget_visits()


def forget_visits() -> None:
    """Who was in which segment a day ago is nobody's business; what they typed there stays."""
    Typing.objects.filter(base="", at__lt=timezone.now() - VISIT).delete()
