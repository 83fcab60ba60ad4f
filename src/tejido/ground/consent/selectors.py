"""What is in force. Only records of the own space count: nobody else can speak for a report."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import orjson

from tejido.ground.consent.domain import NOTHING, Statement, Terms, narrower, terms
from tejido.ground.consent.models import Consent
from tejido.ground.network.selectors import own_space
from tejido.ground.store.public import row_key


@dataclass(frozen=True)
class Record:
    """A report's consent: what is in force, its history, whether answers stand side by side."""

    terms: Terms
    history: tuple[Statement, ...]
    conflict: bool


def in_force(subject: bytes) -> Terms:
    """What the person behind a report allows now; nothing without a record."""
    return in_force_many([row_key(subject)]).get(row_key(subject), NOTHING)


def in_force_many(keys: Iterable[str]) -> dict[str, Terms]:
    """What is in force, by the row key of the report; one query."""
    found: dict[str, Terms] = {}
    for row in rows(keys):
        held = _terms(row)
        found[row.subject] = narrower(found[row.subject], held) if row.subject in found else held
    return found


def record(subject: bytes) -> Record:
    """In force and history of one report."""
    found = rows([row_key(subject)])
    history = tuple(Statement(**line) for row in found for line in orjson.loads(row.history))
    conflict = len(found) > 1 or any(len(orjson.loads(row.heads)) > 1 for row in found)
    held = reduce(narrower, map(_terms, found)) if found else NOTHING
    return Record(held, history, conflict)


def rows(keys: Iterable[str]) -> list[Consent]:
    """The records of these reports in the own space, in order of key."""
    space = row_key(own_space())
    return list(Consent.objects.filter(subject__in=list(keys), space=space).order_by("key"))


def _terms(row: Consent) -> Terms:
    return terms(row.purposes.split(), row.audio, row.since)
