"""The run's folder and its node."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.harness import run


def test_settings_were_loaded_from_this_runs_folder() -> None:
    assert Path(settings.NODE_DIR).parent == run.current()
    assert Path(settings.NODE_DIR).name == f"node-{run.WORKER or 'main'}"


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_is_a_file_in_write_ahead_mode() -> None:
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    assert mode == "wal"
    assert Path(str(connection.settings_dict["NAME"])).parent == Path(os.environ["TEJIDO_NODE"])
