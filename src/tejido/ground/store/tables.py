"""Derived tables: created from their models, never migrated. Another shape means drop, create, and fold again.

Each may have a twin with a suffix while a rebuild fills it; the swap renames tables, and indexes carry random names so that
two generations can stand side by side.
"""

import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256

from django.db import connection, models

from tejido.ground.store import db, statistics
from tejido.ground.store.derived import Aggregate, BlobUse, EventIndex, ReadModel
from tejido.ground.store.models import ReadTable, Rebuild
from tejido.ground.store.registry import REGISTRY

NEW = "__new"
OLD = "__old"
Model = type[models.Model]


def derived() -> tuple[Model, ...]:
    """Every table that a rebuild makes anew."""
    return (EventIndex, Aggregate, BlobUse, *REGISTRY.models())


def name(model: Model, suffix: str = "") -> str:
    """The table's quoted name."""
    return connection.ops.quote_name(model._meta.db_table + suffix)


@lru_cache
def columns(model: Model) -> tuple[str, ...]:
    """Column names in the order of fields."""
    return tuple(str(field.column) for field in model._meta.concrete_fields)


def shape(model: Model) -> str:
    """What `ReadTable` compares: a digest of the statements that create the table."""
    return sha256("\n".join(statements(model, "", "")).encode()).hexdigest()


def statements(model: Model, suffix: str, tag: str) -> list[str]:
    """CREATE TABLE and CREATE INDEX; `tag` keeps the index names of two generations apart."""
    quote = connection.ops.quote_name
    parts = [f"{quote(str(f.column))} {f.db_type(connection)}{_constraint(f)}" for f in model._meta.concrete_fields]
    sql = [f"CREATE TABLE {name(model, suffix)} ({', '.join(parts)})"]
    for number, fields in enumerate(_indexes(model)):
        index = quote(f"{model._meta.db_table[:40]}_{number}_{tag}")
        listed = ", ".join(quote(str(_column(model, f))) for f in fields)
        sql.append(f"CREATE INDEX {index} ON {name(model, suffix)} ({listed})")
    return sql


def _column(model: Model, field: str) -> str | None:
    return next(f.column for f in model._meta.concrete_fields if f.name == field.lstrip("-"))


def _constraint(field: models.Field) -> str:  # type: ignore[type-arg]
    if field.primary_key:
        return " NOT NULL PRIMARY KEY"
    return "" if field.null else " NOT NULL"


def _indexes(model: Model) -> list[Sequence[str]]:
    found: list[Sequence[str]] = [index.fields for index in model._meta.indexes]
    if issubclass(model, ReadModel) and not model.single:
        found.append(["source"])
    found += [[f.name] for f in model._meta.concrete_fields if getattr(f, "db_index", False) and not f.primary_key]
    return found


def create(model: Model, suffix: str = "") -> None:
    """Create an empty table, dropping one of that name."""
    db.execute(f"DROP TABLE IF EXISTS {name(model, suffix)}")
    for sql in statements(model, suffix, secrets.token_hex(4)):
        db.execute(sql)
    statistics.keep_none([model._meta.db_table + suffix])


def ensure() -> bool:
    """Create what is missing, recreate what has another shape; whether a rebuild is due."""
    known = {row.name: row for row in ReadTable.objects.all()}
    stale = False
    Rebuild.objects.get_or_create(id=1)
    for model in derived():
        table = model._meta.db_table
        if table in known and known[table].shape == shape(model):
            stale |= known[table].stale
            continue
        create(model)
        had_events = bool(db.value("SELECT 1 FROM store_event LIMIT 1"))
        ReadTable.objects.update_or_create(name=table, defaults={"shape": shape(model), "stale": had_events})
        stale |= had_events
    return stale


def insert(model: Model, rows: Iterable[models.Model], suffix: str = "") -> None:
    """Upsert model instances by their primary key."""
    fields = model._meta.concrete_fields
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    key = next(str(field.column) for field in fields if field.primary_key)
    db.upsert(name(model, suffix), columns(model), key, values)


def delete_sources(model: Model, sources: Iterable[str], suffix: str = "") -> None:
    """Delete the rows of these aggregates."""
    column = "key" if getattr(model, "single", False) else "source"
    db.execute_in(f"DELETE FROM {name(model, suffix)} WHERE {column} IN ({{}})", sources)  # noqa: S608
