"""Asking the memory and the glossary."""

from collections.abc import Iterator

from tejido.engines.language import Match, Term, fuzzy
from tejido.engines.language.languages import primary
from tejido.ground.memory.keeping import folded
from tejido.ground.memory.models import Term as TermRow
from tejido.ground.store import db

ENOUGH_ROWS = 1500
"""Index rows that one look-up reads: the rarest features come first, the ones of every text are left out."""

COUNT = """SELECT feature, COUNT(*) FROM memory_feature
           WHERE length BETWEEN %s AND %s AND feature IN ({}) GROUP BY feature"""
NEAREST = """SELECT unit_id, COUNT(*) AS shared FROM memory_feature
             WHERE length BETWEEN %s AND %s AND feature IN ({})
             GROUP BY unit_id ORDER BY shared DESC, unit_id LIMIT 200"""
UNITS = """SELECT u.id, u.a, u.a_text, u.b_text, u.a_folded, u.b_folded, o.kind, o.name, u.subject
           FROM memory_unit u JOIN memory_origin o ON o.key = u.origin_id WHERE u.id IN ({})"""


def look_up(text: str, source: str, target: str, *, least: int = 60, most: int = 5) -> list[Match]:
    """See `tejido.ground.memory.look_up`: four queries, whatever the size of the memory."""
    wanted = folded(text)
    if not wanted:
        return []
    found = _nearest(wanted, fuzzy.direction(source, target), least)
    return fuzzy.ranked(text, wanted, _candidates(found, primary(source)), least, most)


def _nearest(wanted: str, way: str, least: int) -> list[int]:
    span = list(fuzzy.lengths(wanted, least))
    asked = fuzzy.features(wanted, way)
    often = dict(db.rows_in(COUNT, asked, span))
    chosen: list[int] = []
    total = 0
    for one in sorted(often, key=lambda one: (often[one], one)):
        total += often[one]
        if chosen and total > ENOUGH_ROWS:
            break
        chosen.append(one)
    return [unit for unit, _shared in db.rows_in(NEAREST, chosen, span)] if chosen else []


def _candidates(units: list[int], source: str) -> Iterator[tuple[str, Match]]:
    for key, a, a_text, b_text, a_folded, b_folded, kind, name, subject in sorted(db.rows_in(UNITS, units)):
        origin = f"{kind}:{subject or name}"
        if a == source:
            yield a_folded, Match(a_text, b_text, 0, origin, key)
        else:
            yield b_folded, Match(b_text, a_text, 0, origin, key)


def hints(text: str, source: str, target: str) -> list[Term]:
    """See `tejido.ground.memory.hints`: whole words only, the longest terms first."""
    wanted = f" {folded(text)} "
    found = {}
    for row in _terms(primary(source), primary(target)):
        forward = row.a == primary(source)
        term, there = (row.a_text, row.a_folded) if forward else (row.b_text, row.b_folded)
        if there and f" {there} " in wanted:
            meant = row.b_text if forward else row.a_text
            found[there, meant] = Term(term, meant, row.origin.name, row.note, row.pk)
    return sorted(found.values(), key=lambda one: (-len(one.term), one.entry))


def _terms(source: str, target: str) -> list[TermRow]:
    rows = TermRow.objects.select_related("origin").order_by("id")
    return [*rows.filter(a=source, b=target), *rows.filter(a=target, b=source)]
