"""The pytest plugin of this suite, loaded with `-p tests.harness.plugin` before Django's settings are.

Under `TEJIDO_REQUIRE=all` a skip is a failure: a suite that passes by leaving things out says nothing.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.harness import postgres, run

FOLDER = run.start()

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


def pytest_report_header() -> list[str]:
    """Which database, and where real data is looked for."""
    database = "PostgreSQL" if postgres.given() else "SQLite"
    return [f"tejido: {database}, real data in {run.data_folder()}"]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The controller stops the shared server and removes the run's folder, the workers leave both alone."""
    if not run.WORKER and Path(FOLDER).is_dir():
        postgres.stop_shared(FOLDER)
        run.finish(FOLDER)
