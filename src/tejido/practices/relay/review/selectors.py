"""Reading what is under review: the workbench, its list, its history. What is gone or may not be read is not found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.utils import timezone

from tejido.ground import memory, search
from tejido.ground.blobs import BlobRef
from tejido.ground.consent import public as consent
from tejido.ground.errors import NotFound
from tejido.ground.network.selectors import org_id, own_space_key
from tejido.ground.people import Viewer, require
from tejido.ground.store.public import entries_of
from tejido.practices.relay import selectors as relay
from tejido.practices.relay.domain import may_give_to_third_parties
from tejido.practices.relay.models import Chain, Circle, Hop, Report
from tejido.practices.relay.own import hidden
from tejido.practices.relay.review import domain, history, policies, subjects
from tejido.practices.relay.review.models import Drafting, Translation, Typing
from tejido.practices.relay.review.pieces import PieceState, matched, percent, state_of
from tejido.practices.relay.review.records import ORIGINAL, Bench, BenchItem, Offered, Row, Version
from tejido.practices.relay.review.subjects import Subject
from tejido.practices.relay.segments import Line
from tejido.practices.relay.segments import state_of as transcript_state

PRESENT_S = 20
FOUND = 500
HERE = ("localhost", "127.0.0.1", "::1")


standing = subjects.standing


def bench_id(subject: str, into: str) -> str:
    """What a text under review is called in local tables."""
    return f"{subject}:{into}"


def translation_of(subject: str, lang: str) -> Translation | None:
    """The translation of a subject into a language; of several (two devices began at once) the one people wrote in."""
    found = Translation.objects.filter(subject=subject, lang=lang, space=own_space_key())
    return found.order_by("-touched", "at", "key").first()


def bench(*, viewer: Viewer, key: str, into: str) -> Bench:
    """A text under review, whole. Raises `NotFound`, for the transcript of another organisation's voice too."""
    require(viewer, policies.CORRECT)
    subject = subjects.find(key)
    typed = _typed(subject.key, into, viewer)
    if into == ORIGINAL:
        return _transcript(subject, typed)
    row = translation_of(subject.key, into)
    under_way = Drafting.objects.filter(key=bench_id(subject.key, into)).first()
    if row is None and under_way is None:
        raise NotFound
    pieces = subjects.pieces(row.pieces) if row else {}
    pairs = matched(pieces, subject.lines)
    rows = tuple(_row(n, line, piece, subject.lang, into, typed) for n, (line, piece) in enumerate(pairs, 1))
    states = [one.state for one in rows]
    allowed = consent.may_translate(subject.held)
    share = domain.may_share(subject.held) and bool(subject.hop)
    return Bench(
        subject, into, into, rows, row is not None, state_of(pairs), percent(states), under_way,
        bool(row and orjson.loads(row.copies)), allowed, share,
    )  # fmt: skip


def _transcript(subject: Subject, typed: Mapping[str, str]) -> Bench:
    if subject.kind != "report":
        raise NotFound
    spoken = [line for line in subject.lines if line.text.strip()]
    rows = tuple(_spoken(number, line, subject.lang, typed) for number, line in enumerate(spoken, 1))
    done = percent([row.state for row in rows])
    return Bench(
        subject, ORIGINAL, subject.lang, rows, bool(rows), transcript_state(spoken), done, None, bool(subject.hop),
        consent.may_translate(subject.held), may_share=False,
    )  # fmt: skip


def _spoken(number: int, line: Line, lang: str, typed: Mapping[str, str]) -> Row:
    return Row(
        number, line.id, line.start, line.end, "", "", "", line.text, line.lang or lang, line.base, line.state, line.by,
        others=line.others, lapsed=bool(line.approved) and line.state != "approved",
        typing=_unless(line.text, typed.get(line.id)),
    )  # fmt: skip


def _unless(text: str, typed: str | None) -> str | None:
    return None if typed == text else typed


def _row(number: int, line: Line, piece: PieceState, source: str, lang: str, typed: Mapping[str, str]) -> Row:
    state = piece.state(line.base)
    return Row(
        number, line.id, line.start, line.end, line.text, line.lang or source, line.base, piece.text, lang, piece.base,
        state, piece.by, piece.engine, piece.beside, suspects=piece.suspects, others=piece.others,
        lapsed=bool(piece.approved) and state != "approved",
        moved=bool(piece.text) and piece.source != line.base and state != "approved",
        typing=_unless(piece.text, typed.get(line.id)),
    )  # fmt: skip


def row(*, viewer: Viewer, key: str, into: str, segment: str) -> tuple[Bench, Row]:
    """One segment and the text that it is of. Raises `NotFound`."""
    found = bench(viewer=viewer, key=key, into=into)
    for one in found.rows:
        if one.id == segment:
            return found, one
    raise NotFound


def sound(*, viewer: Viewer, key: str) -> BlobRef:
    """The sound of a text under review. Raises `NotFound`."""
    subject = subjects.find(key)
    if subject.kind == "report":
        return relay.report_audio(viewer=viewer, key=subject.key)
    return relay.hop_audio(viewer=viewer, key=subject.key)


def versions(*, viewer: Viewer, key: str, into: str, segment: str) -> list[Version]:
    """Everything that a segment said, the newest last, as far as it was not erased. Raises `NotFound`."""
    found, now = row(viewer=viewer, key=key, into=into, segment=segment)
    if found.is_transcript:
        return history.of_report(entries_of(bytes.fromhex(found.subject.name)), segment, now.text)
    made = translation_of(found.subject.key, into)
    return history.of_translation(entries_of(bytes.fromhex(made.aggregate)), segment, now.text) if made else []


@dataclass(frozen=True, slots=True)
class Hints:
    """What helps with a segment: what was translated before and is alike, and the glossary's terms."""

    matches: list[Any]
    terms: list[Any]


def hints(*, viewer: Viewer, source: str, source_lang: str, lang: str, most: int = 3) -> Hints:
    """Memory matches and glossary hints for a text."""
    require(viewer, policies.CORRECT)
    matches = memory.look_up(source, source_lang, lang, most=most)
    return Hints(matches, memory.hints(source, source_lang, lang))


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a page that looks again every few seconds asks for. `version` tells whether anything has changed.

    `who`: names of those who are in a segment; `lines`: id, what its text is called, and its state.
    """

    version: str
    percent: int
    drafted: int | None
    who: dict[str, list[str]]
    lines: list[tuple[str, str, str]]


def pulse(*, viewer: Viewer, key: str, into: str) -> Pulse:
    """How a text under review stands at this moment, and who else is at it."""
    found = bench(viewer=viewer, key=key, into=into)
    who = present(found, viewer)
    lines = [(one.id, f"{one.seen}{one.source_seen[:4]}{len(one.others)}", one.state) for one in found.rows]
    drafted = found.under_way.percent if found.under_way else None
    said = orjson.dumps([found.percent, drafted, who, lines, bool(found.under_way)])
    return Pulse(sha256(said).hexdigest()[:16], found.percent, drafted, who, lines)


def present(found: Bench, viewer: Viewer) -> dict[str, list[str]]:
    """Who else is in which segment just now."""
    since = timezone.now() - timedelta(seconds=PRESENT_S)
    others = _typing(found.subject.key, found.into).filter(at__gt=since).exclude(user=viewer.user_id or 0)
    last: dict[int, tuple[str, str]] = {}
    for user, segment, name in others.order_by("at").values_list("user", "segment", "name"):
        last[user] = (segment, name)
    who: dict[str, list[str]] = {}
    for segment, name in sorted(last.values()):
        who.setdefault(segment, []).append(name)
    return who


def _typed(subject: str, into: str, viewer: Viewer) -> dict[str, str]:
    """What the viewer wrote and did not save, by segment."""
    mine = _typing(subject, into).filter(user=viewer.user_id or 0).exclude(base="")
    return dict(mine.values_list("segment", "text"))


def _typing(subject: str, into: str) -> Any:
    return Typing.objects.filter(bench=bench_id(subject, into))


def offered(*, viewer: Viewer, key: str) -> list[Offered]:
    """The languages of the network's circles, and those that this text is in already, with how far it is there."""
    require(viewer, policies.READ)
    subject = subjects.find(key)
    rows = {one.lang: one for one in Translation.objects.filter(subject=subject.key).order_by("touched", "-at", "-key")}
    doing = {one.lang: one for one in Drafting.objects.filter(subject=subject.key)}
    known = dict.fromkeys([*rows, *doing, *_spoken_in_network()])
    return [_offer(lang, subject, rows.get(lang), doing.get(lang)) for lang in known if lang != subject.lang]


@dataclass(frozen=True, slots=True)
class Texts:
    """A report or voice in its languages, for its page; `outside`: the host of the node's translation server, if any."""

    key: str
    lang: str
    transcript: bool
    state: str
    percent: int
    may_translate: bool
    may_share: bool
    offered: list[Offered]
    outside: str


def texts(*, viewer: Viewer, key: str) -> Texts:
    """What a page shows of a subject's languages. Raises `NotFound`."""
    require(viewer, policies.CORRECT)
    subject = subjects.find(key)
    spoken = [line for line in subject.lines if line.text.strip()]
    share = domain.may_share(subject.held) and bool(subject.hop)
    return Texts(
        subject.key, subject.lang, subject.kind == "report" and bool(spoken), transcript_state(spoken),
        percent([line.state for line in spoken]), consent.may_translate(subject.held) and bool(spoken), share,
        offered(viewer=viewer, key=key), outside(subject),
    )  # fmt: skip


def outside(subject: Subject) -> str:
    """The host of the node's translation server, where it may read the subject's words; else nothing.

    Another machine is a third party: it gets what a person has approved and the speaker lets anybody read."""
    host = urlsplit(settings.NODE.translation_server).hostname or ""
    open_to_it = may_give_to_third_parties(subject.held, transcript_state(subject.lines))
    return host if open_to_it or host in HERE else ""


def readable(hops: Iterable[str]) -> set[str]:
    """Those of these hops that are shown and may be translated."""
    rows = Hop.objects.filter(key__in=hops, status="shown").values_list("key", "purposes")
    return {key for key, purposes in rows if consent.may_translate(consent.terms(purposes.split()))}


def _spoken_in_network() -> list[str]:
    """Languages of circles, those that most circles use first."""
    counts: dict[str, int] = {}
    for langs in Circle.objects.order_by("key").values_list("langs", flat=True):
        for lang in langs.split():
            counts[lang] = counts.get(lang, 0) + 1
    return sorted(counts, key=lambda lang: (-counts[lang], lang))


def _offer(lang: str, subject: Subject, made: Translation | None, doing: Drafting | None) -> Offered:
    pairs = matched(subjects.pieces(made.pieces) if made else {}, subject.lines)
    states = [piece.state(line.base) for line, piece in pairs]
    suspects = sum(bool(piece.suspects) and piece.state(line.base) == "draft" for line, piece in pairs)
    copied = bool(made and orjson.loads(made.copies))
    return Offered(lang, state_of(pairs), percent(states), suspects, made is not None, copied, doing)


class Benches(Sequence[BenchItem]):
    """What is to be reviewed, the newest first; counts and slices like a list, five queries a page."""

    def __init__(self, found: Sequence[tuple[str, str, str]]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, index: Any) -> Any:
        wanted = self._found[index] if isinstance(index, slice) else [self._found[index]]
        items = _items(wanted)
        return items if isinstance(index, slice) else items[0]


def benches(*, viewer: Viewer, query: str = "", kind: str = "", lang: str = "") -> Benches:
    """Transcripts of ours and translations of ours; `kind`: transcript or translation; `lang`: what they are in."""
    require(viewer, policies.CORRECT)
    space = own_space_key()
    reports = Report.objects.filter(space=space, transcribed=True)
    made = Translation.objects.filter(space=space)
    if lang:
        reports, made = reports.filter(lang=lang), made.filter(lang=lang)
    if query.strip():
        keys = _hits(query, space)
        reports, made = reports.filter(key__in=keys), made.filter(key__in=keys)
    for taken_out in hidden():
        reports, made = reports.exclude(key__in=taken_out), made.exclude(subject__in=taken_out)
    rows: list[tuple[int, str, str, str]] = []
    if kind != "translation":
        rows += [(at or 0, key, ORIGINAL, "") for key, at in reports.values_list("key", "at")]
    if kind != "transcript":
        rows += [
            (at or 0, subject, into, key) for key, subject, into, at in made.values_list("key", "subject", "lang", "at")
        ]
    rows.sort(key=lambda one: (-one[0], one[1], one[2]))
    return Benches([(subject, into, key) for _, subject, into, key in rows])


def _hits(query: str, space: str) -> set[str]:
    kinds = ["relay.report", "relay.translation"]
    return {hit.key for hit in search.search(query, spaces=[space], kinds=kinds, limit=FOUND).hits}


def _items(wanted: Sequence[tuple[str, str, str]]) -> list[BenchItem]:
    keys = {subject for subject, _, _ in wanted}
    texts: dict[str, Report | Hop] = {one.key: one for one in Report.objects.filter(key__in=keys)}
    texts |= {one.key: one for one in Hop.objects.filter(key__in=keys - set(texts), status="shown")}
    made = {one.key: one for one in Translation.objects.filter(key__in=[key for _, _, key in wanted if key])}
    titles = dict(Chain.objects.filter(key__in={one.chain for one in texts.values()}).values_list("key", "title"))
    return [
        _item(texts[subject], into, made.get(key), titles) for subject, into, key in wanted if subject in texts
    ]  # fmt: skip


def _item(text: Report | Hop, into: str, made: Translation | None, titles: Mapping[str, str]) -> BenchItem:
    lines = subjects.lines(text)
    if made is None:
        states = [line.state for line in lines if line.text.strip()]
        state, suspects = transcript_state(lines), 0
    else:
        pairs = matched(subjects.pieces(made.pieces), lines)
        states, state = [piece.state(line.base) for line, piece in pairs], state_of(pairs)
        suspects = sum(bool(piece.suspects) and piece.state(line.base) == "draft" for line, piece in pairs)
    kind = "translation" if made else "transcript"
    return BenchItem(
        text.key, into, kind, text.chain, titles.get(text.chain, ""), text.lang, made.lang if made else text.lang,
        len(states), states.count("approved"), suspects, percent(states), state, made.day if made else text.day,
    )  # fmt: skip


def languages(*, viewer: Viewer) -> list[str]:
    """Languages that something under review is in."""
    require(viewer, policies.CORRECT)
    found: Iterable[str] = [
        *Report.objects.filter(space=own_space_key()).values_list("lang", flat=True).distinct(),
        *Translation.objects.filter(space=own_space_key()).values_list("lang", flat=True).distinct(),
    ]
    return sorted(set(found))


def untranslated(lang: str, most: int) -> list[str]:
    """Reports of ours and other organisations' hops that may be put into `lang` and that nobody has begun to."""
    begun = Translation.objects.filter(lang=lang).values("subject")
    own = Report.objects.filter(space=own_space_key(), transcribed=True).exclude(key__in=begun).exclude(lang=lang)
    held = consent.in_force_many(keys := list(own.order_by("-at").values_list("key", flat=True)))
    mine = [key for key in keys if consent.may_translate(held.get(key, consent.NOTHING))]
    theirs = Hop.objects.filter(status="shown", letters__gt=0).exclude(key__in=begun).exclude(lang=lang)
    theirs = theirs.exclude(org=org_id().hex()).order_by("-at")
    allowed = readable(theirs.values_list("key", flat=True))
    return [*mine, *(hop for hop in theirs.values_list("key", flat=True) if hop in allowed)][:most]
