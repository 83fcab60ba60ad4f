"""How good machine's drafts are, and how fast words travel: figures of this node, by pair of languages.

Only pairs of a machine's draft and an approved text count; the way from recording to answer is counted in the language
that was spoken. Small numbers are shown as they are: these figures stay on the node.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tejido.engines.language.measures import corpus_chrf, median, unchanged_share
from tejido.ground.network.selectors import own_space_key
from tejido.ground.people import Viewer, require
from tejido.practices.relay import access
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.review import policies, subjects
from tejido.practices.relay.review.models import Translation
from tejido.practices.relay.review.pieces import PieceState, matched
from tejido.practices.relay.segments import Line

COLUMNS = (
    "source_lang", "lang", "texts", "drafted", "approved", "unchanged_percent", "chrf", "review_minutes", "answer_hours",
    "publication_hours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """One pair of languages; `lang` is empty for the transcripts themselves. None where nothing can be said yet.

    `unchanged_percent`: of the machine's segments that were approved, those approved as they were; `chrf`: chrF++ from
    draft to approved text, 0 to 100; `review_minutes`: the middle time from draft to approval; `answer_hours`: the
    middle time from recording to the first answer of another circle; `publication_hours`: likewise to publication.
    """

    source_lang: str
    lang: str
    texts: int
    drafted: int
    approved: int
    unchanged_percent: int | None
    chrf: float | None
    review_minutes: int | None
    answer_hours: float | None
    publication_hours: float | None


@dataclass
class _Tally:
    texts: int = 0
    drafted: int = 0
    pairs: list[tuple[str, str]] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)
    unchanged: int = 0
    changed: int = 0
    by_hand: int = 0
    answers: list[int] = field(default_factory=list)


def measured(*, viewer: Viewer) -> list[Measured]:
    """Every pair of languages with something to say, those with most texts first."""
    require(viewer, policies.CORRECT)
    tallies: dict[tuple[str, str], _Tally] = {}
    for row in Report.objects.filter(space=own_space_key(), transcribed=True).iterator(200):
        _transcript(tallies.setdefault((row.lang, ""), _Tally()), access.lines(row.lines))
    _answers(tallies)
    for made in Translation.objects.filter(space=own_space_key()).iterator(200):
        lines = subjects.standing(made.kind, made.name).lines
        pairs = matched(subjects.pieces(made.pieces), lines)
        _translation(tallies.setdefault((made.source_lang, made.lang), _Tally()), pairs)
    found = [_measured(pair, tally) for pair, tally in tallies.items()]
    return sorted(found, key=lambda one: (bool(one.lang), -one.texts, one.source_lang, one.lang))


def _transcript(tally: _Tally, lines: Iterable[Line]) -> None:
    """A line that was heard (it has times) and is still the machine's when it is approved was right as it stood."""
    tally.texts += 1
    for line in lines:
        machine = line.by == "machine"
        tally.drafted += line.start is not None
        if line.state == "approved" and line.start is not None:
            tally.unchanged += machine
            tally.changed += not machine
        elif line.state == "approved":
            tally.by_hand += 1


def _translation(tally: _Tally, pairs: Sequence[tuple[Line, PieceState]]) -> None:
    tally.texts += 1
    for line, piece in pairs:
        tally.drafted += bool(piece.machine)
        if piece.state(line.base) == "approved":
            if piece.machine:
                tally.pairs.append((piece.machine, piece.text))
            else:
                tally.by_hand += 1
            if piece.made and piece.checked:
                tally.seconds.append(max(0, piece.checked - piece.made))


def _answers(tallies: dict[tuple[str, str], _Tally]) -> None:
    """Seconds from a report's arrival here to the first answer to its copy."""
    reports = {
        hop: (lang, at)
        for hop, lang, at in Report.objects.filter(space=own_space_key())
        .exclude(hop="")
        .values_list("hop", "lang", "at")
    }
    first: dict[str, int] = {}
    for parent, at in Hop.objects.filter(parent__in=reports, at__isnull=False).values_list("parent", "at"):
        first[parent] = min(at or 0, first.get(parent, at or 0))
    for hop, answered in first.items():
        lang, at = reports[hop]
        if at is not None:
            tallies.setdefault((lang, ""), _Tally()).answers.append(max(0, answered - at))


def _measured(pair: tuple[str, str], tally: _Tally) -> Measured:
    approved = len(tally.pairs) + tally.unchanged + tally.changed + tally.by_hand
    return Measured(
        *pair,
        tally.texts,
        tally.drafted,
        approved,
        _unchanged(tally),
        round(corpus_chrf(tally.pairs), 1) if tally.pairs else None,
        None if (middle := median(tally.seconds)) is None else round(middle / 60),
        None if (hours := median(tally.answers)) is None else round(hours / 3600, 1),
        None,
    )


def _unchanged(tally: _Tally) -> int | None:
    if tally.pairs:
        return round(unchanged_share(tally.pairs) / 10)
    of = tally.unchanged + tally.changed
    return round(100 * tally.unchanged / of) if of else None
