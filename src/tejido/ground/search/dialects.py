"""The two engines' full-text indexes. Both hold the tokens of `folded` exactly, and nothing else tells them apart.

SQLite: FTS5 over the table's own text (external content), tokenizer `ascii`, which splits at ASCII signs only, so at
our spaces. PostgreSQL: a GIN index over `array_to_tsvector`, which takes the tokens as they are; `to_tsvector` would
send them through a parser that knows web addresses, floats and the server's locale, and the engines would disagree.
"""

from typing import Protocol

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import F, RawSQL
from django.db.models.functions import Collate

from tejido.ground.search.models import Document
from tejido.ground.search.queries import Term

_VECTOR = "array_to_tsvector(string_to_array(folded, ' '))"


class Dialect(Protocol):
    """What differs between databases."""

    def matching(self, rows: QuerySet[Document], terms: tuple[Term, ...]) -> QuerySet[Document]:
        """Only the rows that hold every token, the prefix terms' by their beginning."""

    def bytewise(self, column: str) -> Collate | F:
        """The column, sorted by bytes."""

    def scrub(self) -> bool:
        """Remove from the files what deleted rows left; whether nothing is left. Not within a transaction."""


class Sqlite:
    """FTS5."""

    def matching(self, rows: QuerySet[Document], terms: tuple[Term, ...]) -> QuerySet[Document]:
        query = " ".join(f'"{token}"' + "*" * term.prefix for term in terms for token in term.tokens)
        return rows.filter(id__in=RawSQL("SELECT rowid FROM search_fts WHERE search_fts MATCH %s", [query]))

    def bytewise(self, column: str) -> Collate | F:
        return F(column)

    def scrub(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES('optimize')")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy: int = cursor.fetchone()[0]
        return not busy


class Postgres:
    """GIN over tokens."""

    def matching(self, rows: QuerySet[Document], terms: tuple[Term, ...]) -> QuerySet[Document]:
        query = " & ".join(f"'{token}'" + ":*" * term.prefix for term in terms for token in term.tokens)
        return rows.filter(RawSQL(f"{_VECTOR} @@ %s::tsquery", [query], output_field=BooleanField()))  # noqa: S611 (no user text in it)

    def bytewise(self, column: str) -> Collate | F:
        return Collate(column, "C")

    def scrub(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FULL, ANALYZE) search_document")
        return True


def dialect() -> Dialect:
    """The one of the node's database."""
    return Postgres() if connection.vendor == "postgresql" else Sqlite()
