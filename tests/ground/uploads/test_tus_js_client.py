"""tus-js-client, the reference client, as published, against the real server."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.ground.uploads.conftest import QUOTA, Place
from tests.ground.uploads.lines import bad_line
from tests.ground.uploads.wire import Browser
from tests.harness.run import ROOT

NPM = ROOT / "tests" / "npm"
SIZE = QUOTA.stat().st_size
Drive = Callable[..., dict[str, Any]]


@pytest.fixture
def drive(place: Place, keeper: Browser) -> Drive:
    """Run the client once; `more` are its options."""
    if not shutil.which("node") or not (NPM / "node_modules" / "tus-js-client").is_dir():
        pytest.skip("no tus-js-client here; install nodejs and npm, then: npm ci --prefix tests/npm")

    def run(port: int = 0, *, rest: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        headers = keeper.headers({})
        metadata = {"purpose": "relay.report", "filetype": "audio/ogg", "form": urlencode(place.fields())}
        asked = {
            "file": str(QUOTA),
            "endpoint": f"http://localhost:{port or place.node.port}/uploads/",
            "options": {"headers": headers, "metadata": metadata} | options,
        }
        done = subprocess.run(
            ["node", "upload.cjs", json.dumps(asked | (rest or {}))],
            cwd=NPM, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    return run


def is_report(place: Place, told: dict[str, Any]) -> bool:
    """Whether a report came of it."""
    return told["result"].strip("/").rpartition("/")[2] in place.reports()


def test_a_whole_upload(place: Place, drive: Drive) -> None:
    told = drive()
    assert (told["ended"], told["progress"], told["errors"]) == ("success", SIZE, [])
    assert told["requests"] == [["POST", 201], ["PATCH", 204]]
    assert is_report(place, told)


def test_in_chunks_the_first_with_the_creation(place: Place, drive: Drive) -> None:
    told = drive(chunkSize=5_000, uploadDataDuringCreation=True)
    assert told["ended"] == "success"
    assert told["requests"] == [["POST", 201], ["PATCH", 204], ["PATCH", 204], ["PATCH", 204]]
    assert is_report(place, told)


def test_the_line_is_cut_and_it_resumes(place: Place, drive: Drive) -> None:
    with bad_line(place.node.port, [5_000, 7_000]) as line:
        told = drive(line.port)
        assert line.done == 2
    assert told["ended"] == "success", told
    assert [one for one in told["requests"] if one[0] == "HEAD"] != []
    assert told["requests"][-1] == ["PATCH", 204]
    assert is_report(place, told)


def test_another_process_resumes(place: Place, drive: Drive, tmp_path: Path) -> None:
    storage = {"storage": str(tmp_path / "urls.json")}
    stopped = drive(chunkSize=5_000, rest=storage | {"stopAt": 5_000})
    assert stopped["ended"] == "stopped"
    told = drive(rest=storage)
    assert told["ended"] == "success", told
    assert told["url"] == stopped["url"]
    assert told["requests"] == [["HEAD", 200], ["PATCH", 204]]
    assert is_report(place, told)


def test_given_up(keeper: Browser, drive: Drive) -> None:
    stopped = drive(chunkSize=5_000, rest={"stopAt": 5_000, "terminate": True})
    assert ["DELETE", 204] in stopped["requests"]
    url = stopped["url"]
    assert keeper.tus("HEAD", url[url.index("/uploads/") :]).status == 410


def test_an_upload_that_is_gone_begins_anew(place: Place, keeper: Browser, drive: Drive, tmp_path: Path) -> None:
    storage = {"storage": str(tmp_path / "urls.json")}
    stopped = drive(chunkSize=5_000, rest=storage | {"stopAt": 5_000})
    url = stopped["url"]
    assert keeper.tus("DELETE", url[url.index("/uploads/") :]).status == 204
    told = drive(rest=storage)
    assert told["ended"] == "success", told
    assert told["requests"] == [["HEAD", 410], ["POST", 201], ["PATCH", 204]]
    assert is_report(place, told)


def test_a_form_that_does_not_fit_is_refused(drive: Drive) -> None:
    told = drive(metadata={"purpose": "relay.report", "form": "chain=none"})
    assert (told["ended"], told["requests"]) == ("error", [["POST", 404]])
