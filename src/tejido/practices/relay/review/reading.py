"""Hops in a reader's language: approved words where there are any, else a machine's, marked; never mixed in silence.

A translation counts where it was made here, of the hop or of the report behind it, or was passed on: by the hop's own
organisation as it is, by another one the lines that a person there approved. And only while the speaker's consent to
translate stands.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import org_name
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.review import policies, subjects
from tejido.practices.relay.review.models import Passed, Translation
from tejido.practices.relay.review.pieces import UNKNOWN, PieceState, matched
from tejido.practices.relay.review.records import Rendering, Said
from tejido.practices.relay.segments import Line

MARKS = ("original", "suspect", "machine", "review", "")
"""From what a reader may trust least to what a person has checked."""


@dataclass(frozen=True)
class _Made:
    """A translation that a reader may be shown; `by`: the organisation that gave it, where it is neither ours nor the hop's."""

    pieces: Mapping[str, PieceState]
    by: str = ""


def reading_languages(*, viewer: Viewer, hops: Collection[str]) -> list[str]:
    """The languages in which some of these hops can be read besides their own."""
    require(viewer, policies.READ)
    keys = [*hops, *Report.objects.filter(hop__in=hops).values_list("key", flat=True)]
    found = {*Translation.objects.filter(subject__in=keys).values_list("lang", flat=True)}
    return sorted(found | {*Passed.objects.filter(hop__in=hops).values_list("lang", flat=True)})


def renderings(*, viewer: Viewer, hops: Collection[str], lang: str) -> dict[str, Rendering]:
    """These hops in `lang`, those that are shown; four queries, however many."""
    require(viewer, policies.READ)
    rows = list(Hop.objects.filter(key__in=hops, status="shown"))
    made = _made([row for row in rows if _may(row)], lang)
    return {row.key: _rendering(row, lang, made.get(row.key, ())) for row in rows}


def _may(row: Hop) -> bool:
    return consent.may_translate(consent.terms(row.purposes.split()))


def _made(rows: Sequence[Hop], lang: str) -> dict[str, list[_Made]]:
    orgs = {row.key: row.org for row in rows}
    behind = dict(Report.objects.filter(hop__in=orgs).values_list("key", "hop"))
    found: dict[str, list[_Made]] = {}
    for one in Translation.objects.filter(subject__in=[*orgs, *behind], lang=lang).order_by("-touched", "key"):
        hop = behind.get(one.subject, one.subject)
        found.setdefault(hop, []).append(_Made(subjects.pieces(one.pieces)))
    for copy in Passed.objects.filter(hop__in=orgs, lang=lang).order_by("key"):
        theirs = copy.org == orgs[copy.hop]
        pieces = {name: one for name, one in subjects.pieces(copy.pieces).items() if theirs or one.approved}
        found.setdefault(copy.hop, []).append(_Made(pieces, "" if theirs else copy.org))
    return {hop: sorted(made, key=lambda one: one.by) for hop, made in found.items()}


def _rendering(row: Hop, lang: str, candidates: Iterable[_Made]) -> Rendering:
    lines = access.lines(row.lines)
    tried = [
        ([_said(line, piece, row.lang, lang) for line, piece in matched(one.pieces, lines)], one.by)
        for one in candidates
    ]
    tried = tried or [([_said(line, None, row.lang, lang) for line in lines if line.text.strip()], "")]
    best, by = max(tried, key=lambda one: sum(MARKS.index(said.mark) for said in one[0]))
    mark = min((one.mark for one in best), key=MARKS.index, default="original")
    return Rendering(lang, tuple(best), mark, row.lang, org_name(by) if by else "")


def _said(line: Line, piece: PieceState | None, source: str, lang: str) -> Said:
    spoken = line.lang or source
    mark = "original" if piece is None else _mark(line, piece)
    if spoken == lang:
        mark = "machine" if line.by == "machine" and line.state == "draft" else ""
    original = spoken == lang or mark == "original" or piece is None
    text, shown = (line.text, spoken) if original or piece is None else (piece.text, lang)
    return Said(line.id, text, shown, mark, line.start, line.end)


def _mark(line: Line, piece: PieceState) -> str:
    """How far a piece may be trusted; a machine's that was made from other words than those said now counts for nothing,
    nor does a person's that was written for words which were corrected, until somebody has approved it."""
    state = piece.state(line.base)
    of_before = piece.source == UNKNOWN or (piece.by == "machine" and piece.source != line.base)
    if not piece.text.strip() or (of_before and state != "approved"):
        return "original"
    if state == "approved":
        return ""
    if piece.by == "person":
        return "review"
    return "suspect" if piece.suspects else "machine"
