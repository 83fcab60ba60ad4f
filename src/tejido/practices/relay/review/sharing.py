"""A translation's copies in the network, and its end: what its subject's consent, withdrawal or redaction make of it."""

from contextlib import suppress
from typing import Any

import orjson

from tejido.ground import memory, work
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import org_id, own_space
from tejido.ground.store.public import Appended, Fact, append, entries_of, row_key, writing
from tejido.practices.relay import access, recordings, traces
from tejido.practices.relay.facts import body as make
from tejido.practices.relay.models import Hop
from tejido.practices.relay.review import domain, errors, subjects
from tejido.practices.relay.review import events as ev
from tejido.practices.relay.review.models import Drafting, Passed, Translation, Typing
from tejido.practices.relay.review.selectors import bench_id, translation_of
from tejido.practices.relay.review.subjects import Subject

REPLACED, GONE = "replaced", "withdrawn"


def add(
    kind: str, body: dict[str, Any], aggregate: str = "", *, space: bytes | None = None, command: str = ""
) -> Appended:
    """One fact of a translation, in the own space unless another is named."""
    fact = Fact(kind, body, bytes.fromhex(aggregate) if aggregate else None, schema=ev.CATALOGUE.schema(kind))
    return append(space or own_space(), fact, command=command or None)[0]


def existing(subject: str, lang: str) -> Translation:
    """The translation; raises `NotFound`."""
    row = translation_of(subject, lang)
    if row is None:
        raise NotFound
    return row


def share(subject: Subject, lang: str) -> str:
    """The first copy of a translation, or a new edition of it; its key."""
    row = existing(subject.key, lang)
    if not domain.may_share(subject.held):
        raise consent.ConsentMissing
    hop = Hop.objects.filter(key=subject.hop, status="shown").first()
    if hop is None:
        raise errors.NotPassedOn
    body = _edition(row, subject, hop)
    copy = _copy_of(row)
    if copy is None:
        return _first(row, subject, hop, body)
    if _pieces(body) == _travelled(copy):
        raise errors.NothingNew
    _renew(copy, subject, body)
    return copy.key


def _edition(row: Translation, subject: Subject, hop: Hop) -> dict[str, Any]:
    theirs = subject.kind == ev.HOP
    pieces = domain.travelling(subjects.pieces(row.pieces), access.lines(hop.lines), approved_only=theirs)
    if not pieces:
        raise errors.NotApproved if theirs else errors.NoWords
    return make(
        ev.TranslationPassed, hop=hop.aggregate, source_lang=row.source_lang, lang=row.lang,
        consent=consent.carried(subjects.carried(hop) if theirs else subject.held),
        segments=[piece.body() for piece in pieces],
    )  # fmt: skip


def _speaker(subject: Subject, hop: Hop) -> bytes | consent.Terms:
    """Whose consent stands behind a copy: the speaker's own here, or what another organisation's copy carries."""
    return subjects.carried(hop) if subject.kind == ev.HOP else bytes.fromhex(subject.name)


def _first(row: Translation, subject: Subject, hop: Hop, body: dict[str, Any]) -> str:
    space = access.space(hop.space)
    with consent.speaking_for(_speaker(subject, hop)):
        made = add(ev.TRANSLATION_PASSED, body, space=space)
    sent = make(ev.TranslationSent, space=space.hex(), copy=made.aggregate.hex())
    add(ev.TRANSLATION_SENT, sent, row.aggregate)
    return made.key


def _renew(copy: Passed, subject: Subject, body: dict[str, Any]) -> None:
    """A new edition; those before it are erased everywhere."""
    space, aggregate = access.space(copy.space), bytes.fromhex(copy.aggregate)
    with consent.speaking_for(_speaker(subject, access.hop(copy.hop))):
        made = add(ev.TRANSLATION_REVISED, body, copy.aggregate, space=space)
    stub = _stub(copy, kept=True)
    consent.erase_earlier(space, aggregate, keep=(made.hash,), spare=(), stub=stub, reason=REPLACED)


def _stub(copy: Passed, *, kept: bool) -> dict[str, Any]:
    return make(ev.PassedStub, hop=copy.name, source_lang=copy.source_lang, lang=copy.lang, kept=kept)


def _copy_of(row: Translation) -> Passed | None:
    """The copy that still stands."""
    keys = [row_key(bytes.fromhex(one["copy"])) for one in orjson.loads(row.copies)]
    return Passed.objects.filter(key__in=keys).order_by("key").first()


Travelled = list[tuple[str, str, str, bool]]


def _pieces(body: dict[str, Any]) -> Travelled:
    return [(one["id"], one["source"], one["text"], one["approved"]) for one in body["segments"]]


def _travelled(copy: Passed) -> Travelled:
    return [(p.id, p.source, p.text, bool(p.approved)) for p in subjects.pieces(copy.pieces).values()]


def settle(key: str) -> None:
    """Let every translation of a report or hop, by its row key, follow what became of it. Repeating it changes nothing."""
    for row in Translation.objects.filter(subject=key):
        with writing():
            _settle(row)
    _trace_others(key)
    if not _may_still(key):
        with writing():
            memory.forget(key)
            forget_local(key)


def _trace_others(key: str) -> None:
    """Other organisations' translations of our voices: when a voice is taken back, its page says how far they are gone."""
    hops = Hop.objects.filter(key__in=traces.of([key]), org=org_id().hex())
    for copy in Passed.objects.filter(hop__in=hops.values("key")).exclude(org=org_id().hex()):
        traces.note(copy.hop, copy.key)


def _may_still(key: str) -> bool:
    try:
        return consent.may_translate(subjects.find(key).held)
    except NotFound:
        return False


def _settle(row: Translation) -> None:
    standing = subjects.standing(row.kind, row.name)
    if domain.must_go(standing):
        erase(row)
    elif not domain.made_from(entries_of(bytes.fromhex(row.aggregate))) <= subjects.said(row.name):
        _without_what_went(row, standing, corrected=subjects.only_corrected(row.name, row.aggregate))
    else:
        _follow(row)


def _without_what_went(row: Translation, standing: domain.Standing, *, corrected: bool) -> None:
    """Earlier words of the subject are gone: what was made from the others begins anew, the rest is erased."""
    stay = domain.kept(subjects.pieces(row.pieces).values(), standing.lines, corrected=corrected)
    shared = _copy_of(row) is not None
    erase(row)
    Typing.objects.filter(bench=bench_id(row.subject, row.lang)).delete()
    Drafting.objects.filter(key=bench_id(row.subject, row.lang)).delete()
    known = {"kind": row.kind, "subject": row.name, "source_lang": row.source_lang, "lang": row.lang}
    segments = [piece.body() for piece in stay.pieces]
    made = add(ev.TRANSLATION_DRAFTED, make(ev.TranslationDrafted, **known, segments=segments))
    for segment, text, source in stay.approved:
        body = make(ev.TranslationApproved, segment=segment, text=text, source=source)
        add(ev.TRANSLATION_APPROVED, body, made.aggregate.hex())
    if shared and stay.pieces:
        _share_again(row.subject, row.lang)


def _share_again(key: str, lang: str) -> None:
    subject = subjects.find(key)
    if domain.may_share(subject.held) and subject.hop:
        with suppress(errors.NoWords, errors.NotApproved):  # nothing of it is made from words that travelled
            share(subject, lang)


def _follow(row: Translation) -> None:
    """The copy carries the consent in force and the words that were passed; or it goes."""
    copy = _copy_of(row)
    if copy is None:
        return
    subject = subjects.find(row.subject)
    hop = Hop.objects.filter(key=copy.hop, status="shown").first()
    if hop is None or not domain.may_share(subject.held):
        _take_back(copy)
        return
    there = {line.base for line in access.lines(hop.lines)}
    carried = tuple(consent.carried(subject.held)["purposes"])
    if carried != tuple(copy.purposes.split()) or any(
        piece.source not in there for piece in subjects.pieces(copy.pieces).values()
    ):
        _renew_or_take_back(row, copy, subject, hop)


def _renew_or_take_back(row: Translation, copy: Passed, subject: Subject, hop: Hop) -> None:
    try:
        body = _edition(row, subject, hop)
    except (errors.NoWords, errors.NotApproved):
        _take_back(copy)
    else:
        _renew(copy, subject, body)


def _take_back(copy: Passed) -> None:
    traces.note(copy.hop, copy.key)
    space, aggregate = access.space(copy.space), bytes.fromhex(copy.aggregate)
    consent.erase(space, aggregate, kind=ev.TRANSLATION_PASSED, stub=_stub(copy, kept=False), reason=GONE)


def erase(row: Translation) -> None:
    """Erase a translation: here, its copies everywhere, and what the memory learned of it."""
    copy = _copy_of(row)
    if copy is not None:
        _take_back(copy)
    consent.erase(own_space(), bytes.fromhex(row.aggregate), kind=ev.TRANSLATION_DRAFTED, stub={}, reason=GONE)
    memory.forget(translation=row.key)


def sound_of(key: str) -> str:
    """The folder in which the sound of a subject lies in the open while it is translated."""
    return f"{key}-en"


def forget_local(key: str, lang: str = "") -> None:
    """Delete what was in the making: drafts, what people typed, the work on it."""
    drafting = Drafting.objects.filter(subject=key)
    typing = Typing.objects.filter(bench__startswith=f"{key}:")
    if lang:
        drafting, typing = drafting.filter(lang=lang), typing.filter(bench=bench_id(key, lang))
    names = list(drafting.values_list("key", flat=True))
    drafting.delete()
    typing.delete()
    recordings.forget(sound_of(key))
    work.forget([f"translate:{name}" for name in names])


def orphans() -> list[str]:
    """Row keys of subjects whose translations or drafts may have to follow; for the sweeper."""
    keys = {*Translation.objects.values_list("subject", flat=True), *Drafting.objects.values_list("subject", flat=True)}
    keys |= {bench.partition(":")[0] for bench in Typing.objects.values_list("bench", flat=True)}
    return sorted(keys)
