"""Commands that a zygote forks are as if they had been started."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tejido.site.node import NodeConfig, save
from tests.harness import run, zygote
from tests.harness.nodes import Nodes, environment

LOOKING = "tests.harness.looking"
FORKING_ITSELF = {"runpy", "pkgutil"}


def looked(**more: str) -> dict[str, Any]:
    done = zygote.call(LOOKING, ["a", "ü b"], {**environment(""), **more}, stdin="given\n")
    assert done.returncode == 3, done.stderr
    assert done.stderr == "said\n"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_is_as_a_process_that_was_started(tmp_path: Path) -> None:
    save(NodeConfig(tmp_path, name="Chicago", https=True, threads=3))
    env = {**environment(""), "TEJIDO_NODE": str(tmp_path), "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-m", LOOKING, "a", "ü b"]
    real = subprocess.run(command, input="given\n", env=env, cwd=run.ROOT, capture_output=True, text=True, check=False)
    started = json.loads(real.stdout)
    forked = looked(TEJIDO_NODE=str(tmp_path), PYTHONHASHSEED="7")
    assert started.pop("pid") != forked.pop("pid")
    assert started.pop("chance") != forked.pop("chance")
    assert started == forked
    assert (real.returncode, real.stderr) == (3, "said\n")


def test_it_can_be_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(zygote.SWITCH, "no")
    monkeypatch.setattr(zygote, "of", None)
    assert looked(TEJIDO_NODE=str(tmp_path))["words"][1:] == ["a", "ü b"]


def test_each_has_chance_and_settings_of_its_own(tmp_path: Path) -> None:
    one, other = looked(TEJIDO_NODE=str(tmp_path / "1")), looked(TEJIDO_NODE=str(tmp_path / "2"))
    assert one["chance"] != other["chance"]
    assert one["database"] == str(tmp_path / "1" / "db.sqlite3")
    assert other["database"] == str(tmp_path / "2" / "db.sqlite3")


def test_a_zygote_has_loaded_what_every_command_loads(tmp_path: Path) -> None:
    """No more: a command that forgot an import is not to live on what another has imported."""
    shown = "import sys; print(*sorted(sys.modules))"
    ready = "from tejido.site.cli import build, setup; build(); setup.django(create=True)"
    ours = "from tests.harness.forking import prepare; prepare()"
    loaded = [set(python(f"{before}; {shown}", tmp_path).split()) for before in (ready, ours)]
    assert {one for one in loaded[1] - loaded[0] if not one.startswith("tests")} <= FORKING_ITSELF


def python(code: str, folder: Path) -> str:
    env = {**environment(""), "TEJIDO_NODE": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=run.ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_killed_one_says_so(nodes: Nodes) -> None:
    node = nodes.create("Chicago")
    server = node.serve()
    assert server.popen.poll() is None
    assert os.getpgid(server.pid) == server.pid
    at_once = node.worker()
    at_once.kill9()
    assert at_once.popen.returncode == -signal.SIGKILL
    server.kill9()
    assert server.popen.returncode == -signal.SIGKILL
    assert not Path(f"/proc/{server.pid}").exists()


def test_one_that_takes_too_long_is_killed(nodes: Nodes) -> None:
    node = nodes.create("Chicago")
    with pytest.raises(subprocess.TimeoutExpired):
        zygote.call("tejido", node.words("worker"), node.env, within_s=3)


KILLED = """
import os
from pathlib import Path
from typing import Any
from tests.harness import nodes, zygote
node = nodes.Nodes(Path(os.environ["TEJIDO_TEST_RUN"]), lambda: "").create("Chicago")
worker = node.worker()
print(worker.pid, *(one.popen.pid for one in zygote.running()), flush=True)
os.kill(os.getpid(), 9)
"""


def test_with_who_asked_for_them_all_go(tmp_path: Path) -> None:
    env = {**environment(""), run.FOLDER_VARIABLE: str(tmp_path), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", KILLED], env=env, cwd=run.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = list(map(int, done.stdout.split()))
    assert len(pids) == 2
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            assert process.status() == psutil.STATUS_ZOMBIE or process.wait(60) is None
