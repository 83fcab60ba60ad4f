"""Hops as they stand at home, ready to be judged: words, sound, consent and approved translations, in a few queries.

Of our own hops the report behind them counts, as it is today; and never more consent than the hop itself carries in the
network, so that a node restored from an old backup publishes nothing that was taken back since.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import orjson

from tejido.ground import blobs
from tejido.ground.consent import public as consent
from tejido.ground.network.selectors import own_space_key
from tejido.ground.store.public import entries_of, row_key
from tejido.practices.relay import access, voices
from tejido.practices.relay.domain import fold_hop
from tejido.practices.relay.events import REDACT
from tejido.practices.relay.models import Hop, Report
from tejido.practices.relay.names import Names, load
from tejido.practices.relay.publishing.plan import Sound, Source
from tejido.practices.relay.publishing.reasons import Reason
from tejido.practices.relay.review import subjects
from tejido.practices.relay.review.models import Passed, Translation
from tejido.practices.relay.review.pieces import PieceState, matched
from tejido.practices.relay.segments import APPROVED, Line

REDACTED = "redacted"
Texts = tuple[str, ...]


def gather(keys: Sequence[str], langs: Collection[str]) -> list[Source]:
    """These hops, in this order, with their approved translations into `langs`; eight queries however many there are."""
    found = {row.key: row for row in Hop.objects.filter(key__in=keys)}
    rows = [found[key] for key in keys if key in found]
    reports = {row.hop: row for row in Report.objects.filter(hop__in=found, space=own_space_key())}
    held = consent.in_force_many([row.key for row in reports.values()])
    names = load([row.circle for row in rows])
    sources = [_source(row, reports.get(row.key), held, names) for row in rows]
    made = _translations(sources, reports, langs)
    return [_with_versions(source, made, langs) for source in sources]


def _source(row: Hop, report: Report | None, held: Mapping[str, consent.Terms], names: Names) -> Source:
    circle, mine = names.circles.get(row.circle), row.org == names.own
    carried = consent.terms(row.purposes.split(), row.tier)
    allowed = consent.narrower(held.get(report.key, consent.NOTHING), carried) if report else carried
    sound, silent = _sound(row, report, allowed)
    lines = access.lines(report.lines if report else row.lines) if row.status == "shown" else ()
    if report:
        lines = voices.timed(
            lines, voices.SoundOf(dict(sound.file), sound.voice, sound.duration) if sound else voices.SILENT
        )
    return Source(
        key=row.key,
        name=row.aggregate,
        chain=row.chain,
        parent=row.parent,
        report=report.aggregate if report else "",
        role=row.role,
        day=row.day,
        lang=row.lang,
        who=(report or row).pseudonym or (circle.name if circle else ""),
        place=circle.place if circle else "",
        org_name=names.org(row.org),
        mine=mine,
        status=row.status,
        edition=row.edition,
        held=allowed if report or not mine else consent.NOTHING,  # without the report nobody can say what is allowed
        lines=lines,
        state=(report or row).state,
        sound=sound,
        silent=silent,
        synthetic=(report or row).synthetic,
        quotes=_quotes((report or row).quotes),
        chosen=report.public if report else "",
    )


def _sound(row: Hop, report: Report | None, held: consent.Terms) -> tuple[Sound | None, Reason | None]:
    """The sound that would be published; or why there is none although it was spoken."""
    if report is None:
        return _found(orjson.loads(row.audio) if row.audio else None, row.voice, row.duration), None
    if not report.preview and not orjson.loads(report.voices or "[]"):
        return None, None
    tier = public_tier(report, held)
    if tier == voices.NONE:
        return None, Reason.SOUND_NOT_CHOSEN if report.public == voices.NONE else Reason.VOICE_NOT_ALLOWED
    heard = voices.in_voice(report, tier)
    found = _found(heard.audio, heard.voice, heard.duration)
    return found, None if found else Reason.NO_SAFER_VOICE


def public_tier(report: Report, held: consent.Terms) -> str:
    """The voice in which a report is published: the one chosen, else the one its speaker allows."""
    return report.public or held.audio


def _found(file: dict[str, object] | None, voice: str, duration: int) -> Sound | None:
    return Sound(file, voice, duration, blobs.has(str(file["id"]))) if file else None


def _quotes(stored: str) -> tuple[tuple[str, str], ...]:
    found = orjson.loads(stored) if stored else []
    return tuple((row_key(bytes.fromhex(one["hop"])), one["segment"]) for one in found)


def _translations(
    sources: Sequence[Source], reports: Mapping[str, Report], langs: Collection[str]
) -> dict[tuple[str, str], list[Mapping[str, PieceState]]]:
    """Candidates by hop and language: what was made here of the report or hop, what the hop's own organisation passed."""
    hops = {(reports[one.key].key if one.key in reports else one.key): one.key for one in sources}
    found: dict[tuple[str, str], list[Mapping[str, PieceState]]] = {}
    for row in Translation.objects.filter(subject__in=hops, lang__in=langs).order_by("key"):
        found.setdefault((hops[row.subject], row.lang), []).append(subjects.pieces(row.pieces))
    theirs = {one.name for one in sources if not one.mine}
    orgs = dict(Hop.objects.filter(aggregate__in=theirs).values_list("aggregate", "org")) if theirs else {}
    for copy in Passed.objects.filter(name__in=theirs, lang__in=langs).order_by("key"):
        if copy.org == orgs.get(copy.name):
            found.setdefault((copy.hop, copy.lang), []).append(subjects.pieces(copy.pieces))
    return found


def _with_versions(
    source: Source, made: Mapping[tuple[str, str], list[Mapping[str, PieceState]]], langs: Collection[str]
) -> Source:
    tried = {lang: list(_approved(source, made.get((source.key, lang), []), lang)) for lang in langs}
    return replace(source, versions={lang: texts[0] for lang, texts in tried.items() if texts})


def _approved(source: Source, candidates: Sequence[Mapping[str, PieceState]], lang: str) -> Iterator[Texts]:
    """Translations of which a person approved every line; what was said in `lang` already needs none."""
    for pieces in candidates:
        texts = [_text(line, piece, source.lang, lang) for line, piece in matched(pieces, source.lines)]
        whole = tuple(text for text in texts if text is not None)
        if whole and len(whole) == len(texts):
            yield whole


def _text(line: Line, piece: PieceState, source: str, lang: str) -> str | None:
    if (line.lang or source) == lang:
        return line.text
    return piece.text if piece.state(line.base) == APPROVED else None


def history(name: str) -> tuple[int, str]:
    """How often words were taken out of a hop (by its full hash), and since when its consent is in force."""
    entries = entries_of(bytes.fromhex(name))
    cuts = sum(one.kind == REDACT and one.body.get("reason") == REDACTED for one in entries)
    state = fold_hop(entries)
    return cuts, state.terms.since if state else ""
