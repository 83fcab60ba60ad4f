"""The few database habits that the store shares: one writer at a time, queries in chunks, row keys."""

import gc
from base64 import b32encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models, transaction

M = TypeVar("M", bound=models.Model)
CHUNK = 900  # placeholders a query; old SQLite builds stop at 999
WRITER = 0x7E11D0  # PostgreSQL advisory lock: ids are given out in the order of commits
REBUILDER = 0x7E11D1


@contextmanager
def writing() -> Iterator[None]:
    """A transaction with the store's write lock: SQLite begins IMMEDIATE, PostgreSQL takes an advisory lock."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER])
        yield


@contextmanager
def session_lock(*, wait: bool) -> Iterator[bool]:
    """On PostgreSQL the rebuild's lock, until the end or the connection's; whether it was had. SQLite is one machine's."""
    if connection.vendor != "postgresql":
        yield True
        return
    take = "SELECT pg_advisory_lock(%s)" if wait else "SELECT pg_try_advisory_lock(%s)"
    held = value(take, [REBUILDER]) is not False
    try:
        yield held
    finally:
        if held:
            value("SELECT pg_advisory_unlock(%s)", [REBUILDER])


@contextmanager
def without_collector() -> Iterator[None]:
    """For a batch that makes many objects and no cycles: looking for cycles took a tenth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:  # several threads may be here: whoever switched it off switches it on
            gc.enable()


def rows(sql: str, params: Sequence[Any] = ()) -> list[Any]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def value(sql: str, params: Sequence[Any] = ()) -> Any:
    """The first column of the first row, or None."""
    found = rows(sql, params)
    return found[0][0] if found else None


def load(model: type[M], where: str = "", params: Sequence[Any] = ()) -> list[M]:
    """Rows of a small table as model instances, without a queryset's making: `append` reads five such tables each time."""
    names, converters = _shape(model, connection.vendor)
    sql = f"SELECT {names} FROM {model._meta.db_table} {where}"  # noqa: S608
    found = [list(row) for row in rows(sql, params)]
    for place, expression, converter in converters:
        for row in found:
            row[place] = converter(row[place], expression, connection)
    return [model.from_db("default", _names(model), row) for row in found]


@lru_cache
def _names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@lru_cache
def _shape(model: type[models.Model], _vendor: str) -> tuple[str, list[tuple[int, Any, Any]]]:
    """Column names, and `(place, expression, converter)` where a stored value is not yet the field's."""
    quote, table = connection.ops.quote_name, model._meta.db_table
    converters: list[tuple[int, Any, Any]] = []
    for place, field in enumerate(model._meta.concrete_fields):
        expression = field.get_col(table)
        found = (*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection))
        converters += [(place, expression, converter) for converter in found]
    return ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields), converters


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def many(sql: str, values: Sequence[Sequence[Any]]) -> None:
    """Run a statement once a row."""
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(sql, values)


def rows_in(sql: str, items: Iterable[Any], params: Sequence[Any] = ()) -> list[Any]:
    """Rows of a query whose `IN ({})` is filled with `items`, chunk by chunk; `params` stand before it."""
    listed = list(items)
    found: list[Any] = []
    for start in range(0, len(listed), CHUNK):
        part = listed[start : start + CHUNK]
        found += rows(sql.format(",".join(["%s"] * len(part))), [*params, *part])
    return found


def execute_in(sql: str, items: Iterable[Any], params: Sequence[Any] = ()) -> int:
    """As `rows_in`, for a statement; the number of rows it touched."""
    listed = list(items)
    count = 0
    for start in range(0, len(listed), CHUNK):
        part = listed[start : start + CHUNK]
        count += execute(sql.format(",".join(["%s"] * len(part))), [*params, *part])
    return count


def upsert(table: str, columns: Sequence[str], key: str, values: Sequence[Sequence[Any]]) -> None:
    """Insert rows, replacing those with the same key."""
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    many(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {sets}", values)  # noqa: S608


@lru_cache(maxsize=20_000)
def row_key(aggregate: bytes) -> str:
    """A row's key: the first 16 bytes of an aggregate's id in lower-case base32, 26 characters."""
    return b32encode(aggregate[:16])[:26].decode().lower()
