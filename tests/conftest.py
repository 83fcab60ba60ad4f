"""Shared by all tests; the fixtures themselves live in `tests/harness/`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from hypothesis import HealthCheck, settings

from tests.harness.database import clear_only_what_was_touched

# Timed assertions are forbidden: a slow machine is no failure, neither of a property nor of a test.
settings.register_profile("tejido", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
# The whole suite says the same of the same code; parts of it (T=...) and `make fuzz` look elsewhere each time.
settings.register_profile("same", settings.get_profile("tejido"), derandomize=True)
settings.load_profile("same" if os.environ.get("TEJIDO_EXAMPLES") == "same" else "tejido")


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Argon2 as always, but without its cost: hashing was more than half of what the suite took. Nodes that run as processes
    of their own bear it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("time_cost", 1), ("memory_cost", 64), ("parallelism", 1)):
            patch.setattr(Argon2PasswordHasher, name, value)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as on a node: WAL, locks and secure_delete do nothing in memory."""
    from django.conf import settings
    from django.db import connections

    options = connections["default"].settings_dict
    if options["ENGINE"].endswith("sqlite3"):
        options["TEST"]["NAME"] = str(Path(settings.NODE_DIR) / "db.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """pytest-django's, then our way of clearing away."""
    clear_only_what_was_touched()
