"""Drafts in the background: each finished segment is saved, so that a killed worker goes on where it stopped.

The state is the truth: a `Drafting` row is a translation that somebody asked for. It goes when the draft is in the log.
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_noop

from tejido.engines import language
from tejido.ground import memory, work
from tejido.ground.consent.public import ConsentMissing
from tejido.ground.erasures.leftovers import before_receipts
from tejido.ground.errors import NotFound, Problem
from tejido.ground.people import OPERATOR
from tejido.ground.store.models import Own
from tejido.ground.store.public import writing
from tejido.practices.relay import access
from tejido.practices.relay.review import actions, hearing, selectors
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.models import Drafting, Translation
from tejido.practices.relay.review.subjects import Subject
from tejido.practices.relay.segments import Line

BATCH = 8
AT_ONCE = 20
SETTLE_EVERY_S = 600.0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
NO_ENGINE = gettext_noop("No machine on this node translates between these languages. People can write it.")


def claim_key(name: str) -> str:
    """The name of the work on a translation."""
    return f"translate:{name}"


def request(name: str) -> None:
    """Hint, once committed, that a translation waits for its draft."""
    work.enqueue_on_commit(translate, name)


def request_memory(translation: str) -> None:
    """Hint, once committed, that a translation's approved pairs have changed."""
    work.enqueue_on_commit(remember, translation)


@work.task()
def translate(name: str) -> None:
    """Draft a translation from where it was left; whoever else holds it goes on undisturbed."""
    work.alone(claim_key(name), lambda held: run(name, held))


def run(name: str, held: work.Held) -> None:
    """One attempt. Without consent, or without its subject, nothing of it stays."""
    draft = Drafting.objects.filter(key=name).first()
    if draft is None:
        return
    try:
        subject, _ = actions.to_translate(draft.subject, draft.lang)
        _draft(draft, subject, held)
    except (ConsentMissing, NotFound):
        Drafting.objects.filter(key=name).delete()


@dataclass(frozen=True)
class _Open:
    """Segments in one spoken language that wait for a draft."""

    lang: str
    lines: list[Line]


def _draft(draft: Drafting, subject: Subject, held: work.Held) -> None:
    done = {one["id"] for one in draft.pieces}
    draft.tried = len(done)
    hearing.listen(draft, subject, held)
    faults: dict[str, str] = {}
    for part in _batches(subject, done):
        texts, heard = [line.text for line in part.lines], hearing.english(draft, part.lines)
        outcome = memory.draft(
            texts, part.lang, draft.lang, heard=heard, heard_by=draft.heard_by, outside=draft.outside
        )
        faults |= outcome.faults
        pieces = [_piece(line, made) for line, made in zip(part.lines, outcome.drafts, strict=True) if made]
        if not _save(draft, pieces, len(part.lines)):
            return
        held.beat(permille=len(draft.pieces) * 1000 // max(1, draft.total))
    _finish(draft, faults)


def _batches(subject: Subject, done: set[str]) -> Iterator[_Open]:
    """A few segments of one language at a time, so that little is lost and progress is seen."""
    waiting = [line for line in subject.lines if line.text.strip() and line.id not in done]
    while waiting:
        lang = waiting[0].lang or subject.lang
        lines = [line for line in waiting[:BATCH] if (line.lang or subject.lang) == lang]
        yield _Open(lang, lines)
        taken = {line.id for line in lines}
        waiting = [line for line in waiting if line.id not in taken]


def _piece(line: Line, made: language.Draft) -> ev.Piece:
    text = access.clean(_CONTROL.sub(" ", made.text))[: ev.MAX_TEXT]
    suspects = tuple(ev.Suspect.from_body(one.plain()) for one in made.suspect[: ev.MAX_SUSPECTS])
    return ev.Piece(line.id, line.base, text, "machine", made.engine[:120], suspects)


def _save(draft: Drafting, pieces: Sequence[ev.Piece], tried: int) -> bool:
    """Keep what is finished; False where it was withdrawn, or asked for anew, meanwhile."""
    draft.pieces = [*draft.pieces, *(piece.body() for piece in pieces)]
    draft.tried += tried
    mine = Drafting.objects.filter(key=draft.key, run=draft.run)
    return bool(mine.update(pieces=draft.pieces, tried=draft.tried, state="waiting", code="", message="", params={}))


def _finish(draft: Drafting, faults: dict[str, str]) -> None:
    if not draft.pieces:
        message = " ".join(faults.values()) if faults else NO_ENGINE
        code = "engine-failed" if faults else "no-engine"
        Drafting.objects.filter(key=draft.key).update(state="unavailable", code=code, message=message, params={})
        return
    pieces = [ev.Piece.from_body(body) for body in draft.pieces]
    with writing():
        if Drafting.objects.filter(key=draft.key, run=draft.run).delete()[0]:
            actions.record(viewer=OPERATOR, key=draft.subject, lang=draft.lang, run=draft.run, pieces=pieces)


@work.task()
def remember(translation: str) -> None:
    """Let the memory know the approved pairs of a translation, and forget those that are not approved any more."""
    with writing():
        row = Translation.objects.filter(key=translation).first()
        if row is not None:
            memory.add(row.subject, row.key, row.source_lang, row.lang, actions.approved_units(row))


@work.task()
def settle(key: str) -> None:
    """Let translations follow what became of a report or hop."""
    actions.settle(key)


GAVE_UP = gettext_noop("The work ended each time before it was done, several times over. Try again later.")


@work.sweeper
def unfinished() -> None:
    """Queue drafts that wait; those that ended too often are shown as failed, so that a person can try again."""
    stuck = [key.partition(":")[2] for key, _ in work.stuck()]
    Drafting.objects.filter(key__in=stuck, state="waiting").update(state="failed", code="stuck", message=GAVE_UP)
    names = Drafting.objects.filter(state="waiting").order_by("key").values_list("key", flat=True)
    for key in work.due([claim_key(name) for name in names]):
        work.enqueue_once(translate, key.partition(":")[2])


@before_receipts
def finished(keys: Sequence[str]) -> None:
    """No receipt says that a voice is erased here while a translation, a draft or a memory of it is left."""
    for key in keys:
        actions.settle(key)


_settled_at = -SETTLE_EVERY_S


@work.sweeper
def left_behind() -> None:
    """Translations whose subject was withdrawn, withheld or redacted: normally they have followed at once."""
    global _settled_at  # noqa: PLW0603 - once in a while is enough, in each worker
    if time.monotonic() - _settled_at >= SETTLE_EVERY_S:
        _settled_at = time.monotonic()
        actions.settle_all()


@work.sweeper
def by_itself() -> None:
    """Begin drafts into the languages that the keeper chose, a few at a time; what nobody could draft is not tried again."""
    if not settings.NODE.translate_into or not Own.objects.exists():
        return
    for lang in settings.NODE.translate_into:
        for key in selectors.untranslated(lang, AT_ONCE):
            with suppress(Problem):
                actions.start(viewer=OPERATOR, key=key, lang=lang)
