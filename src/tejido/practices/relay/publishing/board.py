"""What a keeper chooses from: every voice of the chains with what may leave of it, every language with how much is in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import orjson

from tejido.ground.errors import Problem
from tejido.ground.people import Viewer, require
from tejido.practices.relay.models import Chain
from tejido.practices.relay.publishing import plan as plans
from tejido.practices.relay.publishing import planning, policies, sources, standing
from tejido.practices.relay.publishing.choice import Choice
from tejido.practices.relay.publishing.models import Edition, Kept
from tejido.practices.relay.publishing.plan import STAYS, Planned
from tejido.practices.relay.publishing.planning import Preview
from tejido.practices.relay.publishing.reasons import SENTENCES, Reason
from tejido.practices.relay.review.models import Passed, Translation
from tejido.practices.relay.segments import Line

LETTERS = 20_000  # more words than this are not shown on one page


@dataclass(frozen=True)
class Row:
    """A voice: what would leave of it; its number in the edition, where it is `chosen`; `fresh`: not in the one before."""

    planned: Planned
    chosen: bool
    number: int | None
    fresh: bool

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Sentences, each with the language that it concerns (or empty)."""
        return [(str(SENTENCES[note.reason]), note.lang) for note in self.planned.notes]

    @property
    def lines(self) -> list[Line]:
        """Its words as they would leave; none where they stay."""
        return plans.spoken(self.planned.source.lines) if self.planned.leaves != STAYS else []

    @property
    def versions(self) -> list[tuple[str, tuple[str, ...]]]:
        """Its approved translations that would leave."""
        source = self.planned.source
        return [(lang, source.versions[lang]) for lang in self.planned.langs if lang in source.versions]


@dataclass(frozen=True)
class Board:
    """All of it. `choice`: completed with what stands to reason; `langs`: (tag, voices in it); `preview`: what would be
    published, or the `problem` why nothing can be; `legible`: the words are few enough for one page.
    """

    choice: Choice
    chains: tuple[Chain, ...]
    rows: tuple[Row, ...]
    langs: tuple[tuple[str, int], ...]
    preview: Preview | None
    problem: Problem | None
    legible: bool

    @property
    def base(self) -> str:
        """What the preview says, in short: publishing asks that it still holds."""
        return self.preview.plan.base if self.preview else ""

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many of the chosen voices leave with their sound, as words only, not at all."""
        leaves = [row.planned.leaves for row in self.rows if row.chosen]
        return (leaves.count(plans.VOICE), leaves.count(plans.WORDS), leaves.count(STAYS))


def board(*, viewer: Viewer, choice: Choice, slug: str = "") -> Board:
    """What can be chosen and what would leave. Raises `NotFound`, `NothingChosen`, `BadPeriod`, `SeveralNetworks`,
    `NoPublicSpace`.
    """
    require(viewer, policies.PUBLISH)
    choice = _as_before(choice, slug)
    chains = planning.chains_of(choice, slug)
    planning.network_of(chains)
    wide = replace(choice, hops=())
    keys = [hop.key for chain in chains for hop in planning.chosen(viewer, chain, wide)]
    tongues = _tongues(keys, chains, choice.langs)
    found = sources.gather(keys, tongues)
    whole = plans.plan(found, tongues, sound=choice.sound, numbers=standing.numbers(slug))
    counts = tuple((lang, sum(lang in one.langs for one in whole.leaving)) for lang in tongues)
    choice = _completed(choice, chains, whole, counts, slug)
    verdicts = plans.plan(found, choice.langs, sound=choice.sound)
    preview, problem = _previewed(viewer, choice, slug)
    numbers = {one.source.key: one.number for one in preview.plan.items} if preview else {}
    before = standing.numbers(slug)
    rows = tuple(
        Row(
            one,
            one.source.key in choice.hops,
            numbers.get(one.source.key),
            bool(slug) and one.source.name not in before,
        )
        for one in verdicts.items
    )
    legible = sum(len(line.text) for row in rows for line in row.lines) <= LETTERS
    return Board(choice, tuple(chains), rows, counts, preview, problem, legible)


def _previewed(viewer: Viewer, choice: Choice, slug: str) -> tuple[Preview | None, Problem | None]:
    try:
        found = planning.preview(viewer=viewer, choice=choice, slug=slug)
        planning.must_leave(found)
    except Problem as problem:
        return None, problem
    return found, None


def _tongues(keys: Sequence[str], chains: Sequence[Chain], asked: Collection[str]) -> list[str]:
    """Every language that something may be in: chosen, of the chains, of voices and of their translations."""
    hops = planning.hops(keys)
    subjects = [*keys, *planning.reports_of(keys)]
    found = {row.lang for row in hops} | {row.lang for row in chains} | set(asked)
    found |= set(Translation.objects.filter(subject__in=subjects).values_list("lang", flat=True))
    found |= set(Passed.objects.filter(hop__in=keys).values_list("lang", flat=True))
    return sorted(found)


def _completed(
    choice: Choice, chains: Sequence[Chain], whole: plans.Plan, counts: Sequence[tuple[str, int]], slug: str
) -> Choice:
    """Where nothing was chosen yet: every voice that may leave with what it answers, every language that all are in."""
    if not choice.hops:
        keys = planning.hops_before(slug) or plans.needed(whole)
        choice = replace(choice, hops=tuple(one.source.key for one in whole.items if one.source.key in keys))
    if not choice.langs:
        leaving = len(whole.leaving)
        full = tuple(lang for lang, count in counts if count and count == leaving)
        most = max(counts, key=lambda one: (one[1], one[0] == chains[0].lang))[0]
        choice = replace(choice, langs=full or (most,))
    if len(chains) == 1 and not choice.titles:
        (one,) = chains
        choice = replace(choice, titles={one.lang: one.title}, questions={one.lang: one.question})
    return choice


def _as_before(choice: Choice, slug: str) -> Choice:
    """A correction begins with what the last edition was, where nothing else is said."""
    rows = standing.kept(slug)
    edition = Edition.objects.filter(key=rows[0].edition).first() if rows else None
    if edition is None or choice.langs:
        return choice
    return _with_texts(replace(choice, langs=tuple(edition.langs.split()), form=edition.form), edition, rows[0])


def _with_texts(choice: Choice, edition: Edition, row: Kept) -> Choice:
    licence = edition.licence or choice.licence
    return replace(choice, licence=licence, sound=row.sound, places=row.places, **orjson.loads(edition.texts))


__all__ = ["Board", "Reason", "Row", "board"]
