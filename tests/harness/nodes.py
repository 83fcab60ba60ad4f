"""Real nodes as a person runs them: the `tejido` command in processes of its own, on data folders of its own.

chicago = nodes.create("chicago")
chicago.call("chain", "open", ...)
url = chicago.serve()
worker = chicago.worker()
worker.kill9()
"""

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.harness import postgres, run, zygote

ANSWERS_WITHIN_S = 60
CALL_WITHIN_S = 300
LOG_LINES = 80
# Sets and dictionaries' order must not matter: neighbours differ in it, and each run.
HASH_SEEDS = [str(secrets.randbelow(2**32)) for _ in range(2)]
NOT_FOR_CHILDREN = ("DJANGO_SETTINGS_MODULE", "TEJIDO_NODE", postgres.URL_VARIABLE, run.FOLDER_VARIABLE)


class CommandFailed(Exception):
    """A `tejido` command ended with another exit status than the test expected; its output follows."""


class NodeFailed(Exception):
    """A node's process ended, or did not answer in time; the end of its log follows."""


@dataclass
class Process:
    """A running `tejido` process and its log file."""

    name: str
    popen: zygote.Process
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    def kill9(self) -> None:
        """As a power cut does: no clean-up, this process and those it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self, *, within_s: float = 15) -> int:
        """As Ctrl-C does; by force when that is not heard. The exit status."""
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(signal.SIGINT)
        try:
            return self.popen.wait(within_s)
        except subprocess.TimeoutExpired:
            return self.popen.returncode or -signal.SIGKILL
        finally:
            self.kill9()

    def log_end(self) -> str:
        """The last lines it wrote."""
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        return f"--- {self.name} (pid {self.pid}, exit {self.popen.poll()})\n" + "\n".join(lines)


@dataclass
class NodeProc:
    """One node: a data folder and the processes that the test runs on it."""

    name: str
    folder: Path
    env: dict[str, str]
    port: int = 0
    processes: list[Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it serves; `localhost`, because passkeys and cookies are bound to that name."""
        return f"http://localhost:{self.port}"

    def command(self, *args: str | Path) -> list[str]:
        """`python -m tejido --data FOLDER ARGS...`"""
        return [sys.executable, "-m", "tejido", *self.words(*args)]

    def words(self, *args: str | Path) -> list[str]:
        """What stands after `tejido`: `--data FOLDER ARGS...`"""
        return ["--data", str(self.folder), *map(str, args)]

    def call(self, *args: str | Path, status: int | None = 0, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run one command to its end; `status` is the exit status the test expects, None for any."""
        done = zygote.call("tejido", self.words(*args), self.env, stdin=stdin, within_s=CALL_WITHIN_S)
        if status is not None and done.returncode != status:
            shown = f"exit {done.returncode}, expected {status}\n{done.stdout}\n{done.stderr}"
            raise CommandFailed(f"tejido {' '.join(map(str, args))} on {self.name}: {shown}")
        return done

    def json(self, *args: str | Path, status: int | None = 0) -> Any:
        """What a command prints with `--json`."""
        return json.loads(self.call(*args, "--json", status=status).stdout)

    def start(self, *args: str | Path) -> Process:
        """Run a command in the background, with its children in a process group of its own."""
        log = self.folder.parent / f"{self.folder.name}-{args[0]}-{len(self.processes)}.log"
        with Path(os.devnull).open("rb") as nothing, log.open("wb") as output:
            files, env = [nothing.fileno(), output.fileno(), output.fileno()], {**self.env, "PYTHONUNBUFFERED": "1"}
            popen = zygote.start("tejido", self.words(*args), files, env, own_group=True)
        process = Process(f"{self.name} {args[0]}", popen, log)
        self.processes.append(process)
        return process

    def serve(self, *args: str) -> Process:
        """Serve on a free port and wait until it answers; `url` says where."""
        self.port = self.port or free_port()
        process = self.start("serve", "--bind", f"localhost:{self.port}", *args)
        _wait_for_answer(process, self.port)
        return process

    def worker(self, *args: str) -> Process:
        """Start a worker."""
        return self.start("worker", *args)

    def stop(self) -> None:
        """End every process still running."""
        for process in reversed(self.processes):
            process.stop()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_answer(process: Process, port: int) -> None:
    end = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < end and process.popen.poll() is None:
        if _answers(port):
            return
        time.sleep(0.05)
    raise NodeFailed(process.log_end())


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def environment(database: str) -> dict[str, str]:
    """The environment of a node's processes: none of this test run's own settings, an own database."""
    kept = {k: v for k, v in os.environ.items() if k not in NOT_FOR_CHILDREN and not k.startswith("PYTEST_")}
    paths = os.pathsep.join((str(run.ROOT / "src"), str(run.ROOT)))
    return {**kept, "PYTHONPATH": paths, **({postgres.URL_VARIABLE: database} if database else {})}


@dataclass
class Nodes:
    """Makes nodes for one test."""

    folder: Path
    make_database: Callable[[], str]
    surroundings: Callable[[str], dict[str, str]] = lambda _name: {}  # more of a node's environment
    made: list[NodeProc] = field(default_factory=list)

    def at(self, name: str, *, database: str | None = None) -> NodeProc:
        """A node without a folder yet; `database` is a PostgreSQL URL, "" for SQLite, None for that of this pass."""
        url = self.make_database() if database is None else database
        seed = HASH_SEEDS[len(self.made) % len(HASH_SEEDS)]
        node = NodeProc(
            name, self.folder / name, {**environment(url), **self.surroundings(name), "PYTHONHASHSEED": seed}
        )
        self.made.append(node)
        return node

    def create(self, name: str, *args: str, database: str | None = None) -> NodeProc:
        """`tejido node create NAME ARGS...` in a folder of its own, with the port that `serve` will use."""
        node = self.at(name, database=database)
        node.port = free_port()
        url = node.env.get(postgres.URL_VARIABLE, "")
        node.call("node", "create", name, "--port", str(node.port), *(["--database", url] if url else []), *args)
        return node

    def stop(self) -> None:
        """End all processes, then print the ends of their logs: pytest shows them if the test failed."""
        for node in reversed(self.made):
            node.stop()
        for node in self.made:
            for process in node.processes:
                print(process.log_end())


@pytest.fixture
def nodes(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Nodes]:
    """Nodes as processes, all ended when the test ends; on the PostgreSQL pass each has a database of its own."""
    on_postgres = bool(postgres.given())
    make = request.getfixturevalue("postgres_database") if on_postgres else lambda: ""
    group = Nodes(tmp_path, make)
    yield group
    group.stop()
