"""A process that has done what every `tejido` command does first, and forks for each command that a test runs.

Python, Django and our modules take a second of processor time to start, and the suite runs thousands of commands. Here they
start once: the zygote does what `tejido.site.cli.setup.django` does (no more: a module that a command forgets to import is
missing here as well), in an empty folder, without a connection or a thread. For each command it forks; the child takes the
command's environment, folder, files and arguments, forgets the settings, which are then read anew from the command's own
data folder, and goes on as `python -m` does. Each command is a process of its own, as before, and ends as one.
With TEJIDO_TEST_FORK=no every command is started from nothing.
"""

import atexit
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.harness import run
from tests.harness.forking import NUMBER

# What the interpreter itself reads when it starts: a command with others of these needs a zygote of its own.
AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ")

SWITCH = "TEJIDO_TEST_FORK"  # "no": every command is started, not forked


class ZygoteFailed(Exception):
    """The process that forks test commands has ended; what it wrote follows."""


@dataclass
class Zygote:
    """A running zygote, as a test run sees it."""

    environment: dict[str, str]
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="tejido-zygote-")))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, (self.folder / "log").open("wb") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.forking", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={**self.environment, "TEJIDO_NODE": str(self.folder / "none")},
                cwd=run.ROOT,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    def fork(self, request: dict[str, Any], files: list[int]) -> "Forked":
        """A new process with these standard files."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                with self.lock:
                    socket.send_fds(self.control, [json.dumps(request).encode()], [*files, theirs.fileno()])
            except OSError as error:
                ours.close()
                raise self.failed() from error
        return Forked(self, ours)

    def failed(self) -> ZygoteFailed:
        log = (self.folder / "log").read_text(errors="replace")
        return ZygoteFailed(f"exit {self.popen.poll()}\n{log}")

    def stop(self) -> None:
        """It ends when nobody can ask any more, and with it what it forked."""
        self.control.close()
        self.popen.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Forked:
    """A process that a zygote forked, to be handled as a `subprocess.Popen` is."""

    def __init__(self, zygote: Zygote, answers: socket.socket) -> None:
        self.zygote, self.answers = zygote, answers
        self.returncode: int | None = None
        self.lock = threading.Lock()
        self.pid = self._number()

    def _number(self) -> int:
        got = self.answers.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(got) < NUMBER.size:
            self.answers.close()
            raise self.zygote.failed()
        number: int = NUMBER.unpack(got)[0]
        return number

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, negative for a signal; raises `subprocess.TimeoutExpired`."""
        with self.lock:
            if self.returncode is None:
                waiting = select.poll()  # unlike select it takes any file number
                waiting.register(self.answers, select.POLLIN)
                if not waiting.poll(None if timeout is None else timeout * 1000):
                    raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
                self.returncode = os.waitstatus_to_exitcode(self._number())
                self.answers.close()
            return self.returncode

    def send_signal(self, signum: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)


Process = Forked | subprocess.Popen[bytes]
_running: dict[tuple[tuple[str, str], ...], Zygote] = {}
_starting = threading.Lock()


def _matters(name: str) -> bool:
    return name.startswith(AT_START) and name != "PYTHONUNBUFFERED"


def of(environment: dict[str, str]) -> Zygote:
    """The zygote for commands with this environment."""
    key = tuple(sorted((name, value) for name, value in environment.items() if _matters(name)))
    with _starting:
        if key not in _running:
            _running[key] = Zygote(environment)
        return _running[key]


def running() -> list[Zygote]:
    """Those of this test run's process."""
    return list(_running.values())


@atexit.register
def stop() -> None:
    """End all zygotes of this test run's process."""
    while _running:
        _running.popitem()[1].stop()


def start(
    module: str, args: list[str], files: list[int], environment: dict[str, str], *, own_group: bool = False
) -> Process:
    """`python -m MODULE ARGS...` with these standard files; `own_group`: in a session and process group of its own."""
    if os.environ.get(SWITCH) == "no":
        command, (given, out, err) = [sys.executable, "-m", module, *args], files
        return subprocess.Popen(
            command, stdin=given, stdout=out, stderr=err, env=environment, cwd=run.ROOT, start_new_session=own_group
        )
    request = {
        "module": module,
        "args": args,
        "environment": environment,
        "folder": str(run.ROOT),
        "own_group": own_group,
    }
    return of(environment).fork(request, files)


def call(
    module: str, args: list[str], environment: dict[str, str], *, stdin: str = "", within_s: float | None = None
) -> "subprocess.CompletedProcess[str]":
    """What `python -m MODULE ARGS...` printed, and its exit status: as `subprocess.run(..., text=True)` says it."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        given.write(stdin)
        given.seek(0)
        forked = start(module, args, [given.fileno(), out.fileno(), err.fileno()], environment)
        try:
            status = forked.wait(within_s)
        finally:
            forked.send_signal(signal.SIGKILL)
            forked.wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([module, *args], status, out.read(), err.read())
