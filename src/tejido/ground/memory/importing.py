"""Reading files into the memory, a few hundred entries a transaction: a killed import goes on where it stopped.

What was read before is known by its digest, so reading a file again adds nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from tejido.engines.faults import catalogued
from tejido.engines.language import FileError, glossary, tmx
from tejido.engines.language.languages import primary
from tejido.ground.errors import Problem
from tejido.ground.memory import files, keeping
from tejido.ground.memory.keeping import Entry
from tejido.ground.memory.models import Origin, Term
from tejido.ground.store.public import writing

BATCH = 300
Progress = Callable[[int, int], None]
T = TypeVar("T")


def read(origin: Origin, path: Path, progress: Progress = lambda *_: None) -> int:
    """Read a file into its origin; the number of new entries. What is wrong with it is kept with the origin and raised."""
    try:
        with files.opened(path) as (stream, size):
            added = _read(origin, stream, size, progress)
    except FileError as error:
        _failed(origin, catalogued(error.template), dict(error.params))
        raise
    except Problem as error:
        _failed(origin, str(error.message), error.params)
        raise
    Origin.objects.filter(key=origin.key).update(state=Origin.State.READY, done=size, total=size, fault="", params={})
    progress(size, size)
    return added


def _failed(origin: Origin, fault: str, params: Mapping[str, object]) -> None:
    Origin.objects.filter(key=origin.key).update(state=Origin.State.FAILED, fault=fault, params=params)


def _read(origin: Origin, stream: IO[bytes], size: int, progress: Progress) -> int:
    if origin.kind == Origin.Kind.GLOSSARY:
        with writing():
            return add_terms(origin, glossary.read(stream))
    added = 0
    for batch in _batches(entries(stream)):
        with writing():
            added += keeping.insert(origin.key, batch)
            Origin.objects.filter(key=origin.key).update(done=stream.tell(), total=size)
        progress(min(stream.tell(), size - 1), size)
    return added


def entries(stream: IO[bytes]) -> Iterator[Entry]:
    """The usable entries of a TMX file."""
    for unit in tmx.read(stream):
        note = "; ".join([*unit.notes, *(value for _kind, value in unit.props)])[:500]
        for (source, text), (target, translation) in unit.pairs():
            yield Entry(source, text, target, translation, unit.name, note)


def add_terms(origin: Origin, rows: Iterable[glossary.Row]) -> int:
    """Add terms to an origin, leaving out those that it has; how many are new."""
    terms = {term.digest: term for row in rows if (term := _term(origin, row)) is not None}
    had = {bytes(one) for one in Term.objects.filter(origin=origin).values_list("digest", flat=True)}
    new = [term for digest, term in terms.items() if digest not in had]
    Term.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def _term(origin: Origin, row: glossary.Row) -> Term | None:
    a, b = primary(row.source_lang), primary(row.target_lang)
    if a == b:
        return None
    return Term(
        origin=origin, name=row.name, note=row.note, a=a[:8], b=b[:8], a_lang=row.source_lang, b_lang=row.target_lang,
        a_text=row.source, b_text=row.target,
        a_folded=keeping.folded(row.source)[:300], b_folded=keeping.folded(row.target)[:300],
        digest=keeping.digest(a, b, row.source, row.target),
    )  # fmt: skip


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
