"""Writing to the index and asking it."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from django.db import connection
from django.db.models import Case, ExpressionWrapper, IntegerField, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

from tejido.ground.search.dialects import dialect
from tejido.ground.search.folding import fold_text
from tejido.ground.search.models import Document
from tejido.ground.search.queries import Term, parse
from tejido.ground.search.records import Doc, Hit, Page
from tejido.ground.search.snippets import snippet

BATCH = 500
MAX_LIMIT = 200


def _row(doc: Doc) -> Document:
    title, text = doc.title.replace("\0", " "), doc.text.replace("\0", " ")
    head = fold_text(title)
    return Document(
        key=doc.key,
        source=doc.source,
        space=doc.space,
        kind=doc.kind,
        lang=doc.lang,
        day=doc.day,
        title=title,
        text=text,
        head=head,
        folded=f"{head} {fold_text(text)}".strip(),
    )


def replace(sources: Iterable[str], docs: Iterable[Doc]) -> None:
    """Put `docs` in the place of everything that derives from `sources`; within the caller's transaction."""
    remove(sources)
    rows = map(_row, docs)
    while batch := list(islice(rows, BATCH)):
        Document.objects.bulk_create(batch)


def remove(sources: Iterable[str]) -> None:
    """Take out everything that derives from `sources`. It leaves the files with `scrub`."""
    rest = iter(sources)
    while batch := list(islice(rest, BATCH)):
        Document.objects.filter(source__in=batch).delete()


def clear() -> None:
    """Empty the index, before it is built anew."""
    Document.objects.all().delete()


def scrub() -> bool:
    """After an erasure and outside of any transaction: remove what deleted rows left in the database's files.

    SQLite: deleted rows are overwritten (`secure_delete`); FTS5 drops deleted tokens only when it merges, so it is
    optimised, and the write-ahead log truncated. False while another connection still reads: call again.
    PostgreSQL: the table and its index are written anew; write-ahead log, replicas and backups are not reached.
    """
    if connection.in_atomic_block:
        raise RuntimeError("scrub() cannot work within a transaction")
    return dialect().scrub()


def search(
    query: str,
    *,
    spaces: Collection[str],
    kinds: Collection[str] | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Page:
    """Documents of those spaces that hold every word of `query`, the last by its beginning.

    Sorted by the number of words in the title, then newest day, then key: the same on every engine.
    """
    terms = parse(query)
    if not terms or not spaces:
        return Page((), 0)
    rows = _matching(terms, spaces, kinds)
    start = max(0, offset)
    found = rows.order_by(*_order(terms))[start : start + min(max(0, limit), MAX_LIMIT)]
    return Page(tuple(_hit(row, terms) for row in found.defer("head", "folded")), rows.count())


def _matching(terms: tuple[Term, ...], spaces: Collection[str], kinds: Collection[str] | None) -> QuerySet[Document]:
    rows = Document.objects.filter(space__in=list(spaces))
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    rows = dialect().matching(rows, terms)
    for term in terms:
        if len(term.tokens) > 1:
            rows = rows.filter(folded__contains=term.phrase)
    return rows


def _order(terms: tuple[Term, ...]) -> Iterator[OrderBy]:
    bytewise = dialect().bytewise
    in_title: Combinable = Value(0)
    for term in terms:
        in_title = in_title + _in_title(term)
    yield OrderBy(ExpressionWrapper(in_title, IntegerField()), descending=True)
    yield OrderBy(bytewise("day"), descending=True)
    yield from (OrderBy(bytewise(column)) for column in ("key", "kind", "lang"))


def _in_title(term: Term) -> Combinable:
    """1 where the title holds the term, else 0."""
    space = Value(" ", TextField())
    padded = Concat(space, "head", space, output_field=TextField())
    at = StrIndex(padded, Value(f" {term.phrase}" + " " * (not term.prefix)))
    return Case(When(GreaterThan(at, 0), then=1), default=0, output_field=IntegerField())


def _hit(row: Document, terms: tuple[Term, ...]) -> Hit:
    return Hit(row.key, row.source, row.space, row.kind, row.lang, row.day, row.title, snippet(row.text, terms))
