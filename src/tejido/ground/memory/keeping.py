"""Writing to the memory: entries with their index, and taking them out again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.utils import timezone

from tejido.engines.language import fuzzy
from tejido.engines.language.languages import primary
from tejido.ground.memory.models import Feature, Origin, Unit
from tejido.ground.search.folding import words
from tejido.ground.store import db

BATCH = 300
MAX_TEXT = 20_000
REVIEW = "review"
"""The key of the origin of everything that was approved here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A text in one language, and what it is in another; tags as they came. `name` and `note` say more about it."""

    a_lang: str
    a_text: str
    b_lang: str
    b_text: str
    name: str = ""
    note: str = ""


def folded(text: str) -> str:
    """Words without case, signs and accents, by single spaces."""
    return " ".join(words(text))


def add(subject: str, translation: str, source: str, target: str, units: Iterable[tuple[str, str]]) -> int:
    """See `tejido.ground.memory.add`."""
    forget(translation=translation)
    today = timezone.now().date().isoformat()
    origin, _made = Origin.objects.get_or_create(
        key=REVIEW, defaults={"kind": Origin.Kind.REVIEW, "state": Origin.State.READY, "day": today}
    )
    entries = (Entry(source, ours, target, theirs) for ours, theirs in units)
    return insert(origin.key, entries, subject=subject, translation=translation)


def forget(subject: str = "", *, translation: str = "") -> int:
    """See `tejido.ground.memory.forget`."""
    if not subject and not translation:
        return 0
    found = Unit.objects.all()
    if subject:
        found = found.filter(subject=subject)
    if translation:
        found = found.filter(translation=translation)
    return remove(list(found.values_list("id", flat=True)))


def remove(units: Sequence[int]) -> int:
    """Delete entries with their index."""
    db.execute_in("DELETE FROM memory_feature WHERE unit_id IN ({})", units)
    return db.execute_in("DELETE FROM memory_unit WHERE id IN ({})", units)


def insert(origin: str, entries: Iterable[Entry], *, subject: str = "", translation: str = "") -> int:
    """Add entries to an origin, leaving out those that it has; how many are new. Within the caller's transaction."""
    rows = (_row(origin, one, subject, translation) for one in entries if usable(one))
    return sum(_insert(batch) for batch in _batches(rows))


def usable(entry: Entry) -> bool:
    """Whether both sides say something, in two languages, at a length that a segment can have."""
    texts = entry.a_text.strip(), entry.b_text.strip()
    return all(texts) and max(map(len, texts)) <= MAX_TEXT and primary(entry.a_lang) != primary(entry.b_lang)


def digest(*parts: str) -> bytes:
    """Tells an entry from others."""
    return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def _row(origin: str, entry: Entry, subject: str, translation: str) -> Unit:
    a, b = primary(entry.a_lang), primary(entry.b_lang)
    a_text, b_text = (" ".join(text.split()) for text in (entry.a_text, entry.b_text))
    return Unit(
        origin_id=origin, subject=subject, translation=translation, a=a[:8], b=b[:8],
        a_lang=entry.a_lang[:35], b_lang=entry.b_lang[:35], a_text=a_text, b_text=b_text,
        a_folded=folded(a_text), b_folded=folded(b_text), name=entry.name[:200], note=entry.note,
        digest=digest(a, b, a_text, b_text, translation),
    )  # fmt: skip


def _batches(rows: Iterable[Unit]) -> Iterator[list[Unit]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield list({unit.digest: unit for unit in batch}.values())


def _insert(batch: list[Unit]) -> int:
    origin, digests = batch[0].origin_id, [bytes(unit.digest) for unit in batch]
    sql = "SELECT digest FROM memory_unit WHERE origin_id = %s AND digest IN ({})"
    had = {bytes(one) for (one,) in db.rows_in(sql, digests, [origin])}
    new = [unit for unit in batch if bytes(unit.digest) not in had]
    Unit.objects.bulk_create(new)
    _index(new)
    return len(new)


def _index(units: Iterable[Unit]) -> None:
    rows: list[Any] = []
    for unit in units:
        for folded_text, way in ((unit.a_folded, f"{unit.a}>{unit.b}"), (unit.b_folded, f"{unit.b}>{unit.a}")):
            rows += ((one, len(folded_text), unit.pk) for one in dict.fromkeys(fuzzy.features(folded_text, way)))
    table = Feature._meta.db_table
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        marks = ",".join(["(%s,%s,%s)"] * len(part))
        db.execute(f"INSERT INTO {table} (feature, length, unit_id) VALUES {marks}", [v for row in part for v in row])  # noqa: S608
