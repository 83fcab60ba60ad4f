"""The real data that tests may read: `TEJIDO_DATA`, by default `../shared/data`."""

from pathlib import Path

import pytest

from tests.harness import run


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with the real data; skips where there is none (a failure under `TEJIDO_REQUIRE=all`)."""
    folder = run.data_folder()
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set TEJIDO_DATA")
    return folder
