"""Reading the whole log in batches, so that memory does not grow with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tejido.ground.store import db

BATCH = 2000


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads within see one moment of the database, and no writer waits for them.

    Django's own transactions begin IMMEDIATE on SQLite, which takes the write lock."""
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" if connection.vendor == "postgresql" else "BEGIN"
    db.execute(begin)
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def batches(sql: str) -> Iterator[list[Any]]:
    """Rows of a query with two places, `after` an id and a LIMIT; its first column is the id, in order."""
    last = 0
    while found := db.rows(sql, [last, BATCH]):
        yield found
        last = found[-1][0]


def place(log: bytes | memoryview, seq: int) -> str:
    """Where an event stands, short enough to read."""
    return f"log {bytes(log).hex()[:12]} seq {seq}"
