"""Shared by all tests; the fixtures themselves live in `tests/harness/`."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Timed assertions are forbidden: a slow machine is no failure, neither of a property nor of a test.
settings.register_profile("tejido", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("tejido")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as on a node: WAL, locks and secure_delete do nothing in memory."""
    from django.conf import settings
    from django.db import connections

    options = connections["default"].settings_dict
    if options["ENGINE"].endswith("sqlite3"):
        options["TEST"]["NAME"] = str(Path(settings.NODE_DIR) / "db.sqlite3")
