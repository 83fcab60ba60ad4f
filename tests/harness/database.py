"""PostgreSQL databases for tests that need their own."""

from collections.abc import Callable, Iterator

import pytest

from tests.harness import postgres, run


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
