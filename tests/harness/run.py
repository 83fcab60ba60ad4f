"""One test run's folder and its settings.

Django loads its settings before any conftest is read: the node folder must exist by then, so pytest loads this with
`-p tests.harness.plugin`. xdist workers inherit the run's folder from the process that started them.
"""

import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER_VARIABLE = "TEJIDO_TEST_RUN"


def everything_required() -> bool:
    """Whether a skip counts as a failure (`TEJIDO_REQUIRE=all`)."""
    return os.environ.get("TEJIDO_REQUIRE") == "all"


def start() -> Path:
    """The run's folder; a worker's is the one of its controller. `TEJIDO_NODE` points into it from now on."""
    if WORKER and FOLDER_VARIABLE in os.environ:
        folder = Path(os.environ[FOLDER_VARIABLE])
    else:
        folder = Path(tempfile.mkdtemp(prefix="tejido-tests-"))
    os.environ[FOLDER_VARIABLE] = str(folder)
    node = folder / f"node-{WORKER or 'main'}"
    node.mkdir(mode=0o700, exist_ok=True)
    os.environ["TEJIDO_NODE"] = str(node)
    return folder


def current() -> Path:
    """The folder that `start` made."""
    return Path(os.environ[FOLDER_VARIABLE])


def finish(folder: Path) -> None:
    """Remove the run's folder; the controller calls it when all workers are gone."""
    shutil.rmtree(folder, ignore_errors=True)


def data_folder() -> Path:
    """Where real data should lie: `TEJIDO_DATA`, else `shared/data` beside the checkout or one folder higher."""
    named = os.environ.get("TEJIDO_DATA")
    if named:
        return Path(named).expanduser().resolve()
    places = [parent / "shared" / "data" for parent in ROOT.parents[:2]]
    return next((place for place in places if place.is_dir()), places[0])
