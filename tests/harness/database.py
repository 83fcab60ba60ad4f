"""PostgreSQL databases for tests that need their own, and how a test with real transactions is cleared away."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.harness import postgres, run

KEPT = frozenset({"django_content_type", "auth_permission"})


def clear_only_what_was_touched() -> None:
    """After a test with real transactions only tables with rows are emptied, and Django's lists of models and permissions
    stay: making those anew took longer than most of these tests."""
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db import connection
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    flush, postgresql = connection.ops.sql_flush, connection.vendor == "postgresql"

    def sql_flush(style: Any, tables: Sequence[str], **how: bool) -> list[str]:
        how |= {"allow_cascade": True} if postgresql else {}  # what refers to them is empty, or among them
        return list(flush(style, _with_rows([one for one in tables if one not in KEPT]), **how))

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign]


def _with_rows(tables: Sequence[str]) -> list[str]:
    from django.db import connection

    asked = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(one)})" for one in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL of a running throw-away PostgreSQL server, shared by all workers of the run."""
    if not postgres.available():
        pytest.skip("no PostgreSQL server program here; install the package postgresql")
    return postgres.given() or postgres.shared(run.current())


@pytest.fixture
def postgres_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Makes fresh, empty databases on that server, by URL; all are dropped when the test ends."""
    made: list[str] = []

    def make() -> str:
        made.append(postgres.create_database(postgres_server))
        return made[-1]

    yield make
    for url in made:
        postgres.drop_database(postgres_server, url)
