"""The pytest plugin of this suite, loaded with `-p tests.harness.plugin` before Django's settings are.

Under `TEJIDO_REQUIRE=all` a skip is a failure: a suite that passes by leaving things out says nothing.
"""

from collections import Counter
from collections.abc import Collection, Generator
from pathlib import Path
from typing import Any

import pytest

from tests.harness import postgres, run, zygote

FOLDER = run.start()
# Fixtures that give a test the database of this pass: in this process, or to processes that it starts.
DATABASES = {"db", "transactional_db", "nodes", "environment", "postgres_server", "postgres_database"}

pytest_plugins = ["tests.harness.browser", "tests.harness.data", "tests.harness.database", "tests.harness.nodes"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test fails where everything is required."""
    report = yield
    if run.everything_required() and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"{item.nodeid} was skipped under TEJIDO_REQUIRE=all: {_reason(report.longrepr)}"
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module skipped as a whole fails as well."""
    report = yield
    if run.everything_required() and report.outcome == "skipped":
        report.longrepr = f"{collector.nodeid} was skipped under TEJIDO_REQUIRE=all: {_reason(report.longrepr)}"
        report.outcome = "failed"
    return report


def _reason(longrepr: Any) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests come first: one that began last would keep one core waiting for it.

    The PostgreSQL pass leaves out what touches no database of this pass, and so can find nothing new there."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])
    if postgres.given():
        pure = [item for item in items if not touches_database(item)]
        items[:] = [item for item in items if touches_database(item)]
        config.hook.pytest_deselected(items=pure)


def touches_database(item: pytest.Item) -> bool:
    """Whether a test may use the database of this pass: pytest-django keeps it from all others, processes get it by fixture."""
    named: Collection[str] = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not DATABASES.isdisjoint(named)


def pytest_report_header() -> list[str]:
    """Which database, and where real data is looked for."""
    database = "PostgreSQL" if postgres.given() else "SQLite"
    return [f"tejido: {database}, real data in {run.data_folder()}"]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The controller stops the shared server and removes the run's folder, the workers leave both alone."""
    zygote.stop()
    if not run.WORKER and Path(FOLDER).is_dir():
        postgres.stop_shared(FOLDER)
        run.finish(FOLDER)
