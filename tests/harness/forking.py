"""The zygote itself, `python -m tests.harness.forking SOCKET`: see `tests.harness.zygote`, which starts it and asks it.

It imports nothing that a `tejido` command would not have imported when its Django is ready, but what forking needs.
"""

import gc
import json
import os
import random
import runpy
import select
import signal
import socket
import struct
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any

NUMBER = struct.Struct("!i")  # a pid, then what waitpid says
LARGEST = 1 << 18  # bytes of a request
FILES = 4  # standard input, output, error, and the socket that wants pid and exit status


class NotIdle(Exception):
    """A zygote may hold neither a thread nor a connection: both would be broken in the processes that it forks."""


def prepare() -> None:
    """What every `tejido` command does before it does anything of its own."""
    from tejido.site.cli import build, setup

    build()
    setup.django(create=True)
    from django.core.cache import caches
    from django.db import connections

    busy = [one for one in connections.all(initialized_only=True) if one.connection is not None]
    threads = [one.name for one in Path("/proc/self/task").iterdir()]
    if busy or caches.all(initialized_only=True) or len(threads) > 1:
        raise NotIdle(f"connections: {busy}, threads: {threads}")
    gc.collect()
    gc.freeze()  # else each child would copy every page when it looks for rubbish


class Forker:
    """Forks when asked, and tells how each of its children ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.asked: dict[int, socket.socket] = {}
        self.woken, self.wakes = socket.socketpair()
        for end in (self.woken, self.wakes):
            end.setblocking(False)

    def child(self) -> dict[str, Any]:
        """Returns in each child, with what it was asked for; in the zygote it never does."""
        signal.signal(signal.SIGCHLD, _noted)
        signal.set_wakeup_fd(self.wakes.fileno(), warn_on_full_buffer=False)
        while True:
            ready, _, _ = select.select([self.control, self.woken], [], [])
            if self.woken in ready:
                self.reap()
            if self.control in ready:
                message, files, _, _ = socket.recv_fds(self.control, LARGEST, FILES)
                if not message:
                    self.end()
                request: dict[str, Any] = json.loads(message)
                if self.fork(files, own_group=request["own_group"]) == 0:
                    return request

    def fork(self, files: list[int], *, own_group: bool) -> int:
        """0 in the child, whose standard files these are now; it tells its pid itself, when its group can be killed."""
        answers = socket.socket(fileno=files.pop())
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if own_group:
                os.setsid()
            _tell(answers, os.getpid())
            for number, file in enumerate(files):
                os.dup2(file, number)
            for one in (self.control, self.woken, self.wakes, answers, *self.asked.values()):
                one.close()
        else:
            self.asked[pid] = answers
        for file in files:
            os.close(file)
        return pid

    def reap(self) -> None:
        """Tell of those that have ended."""
        self.woken.recv(4096)
        while self.asked:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self.asked.pop(pid) as answers:
                _tell(answers, status)

    def end(self) -> None:
        """Nobody is there to ask any more: what still runs would run for nobody."""
        for pid in self.asked:
            group = os.getpgid(pid)
            if group == pid:
                os.killpg(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
        sys.exit(0)


def _noted(_signal: int, _frame: FrameType | None) -> None:
    """The wake-up tells the loop."""


def _tell(answers: socket.socket, number: int) -> None:
    try:
        answers.sendall(NUMBER.pack(number))
    except OSError:
        return  # who asked has gone


def become(request: dict[str, Any]) -> None:
    """As if this process had just been started with these words."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[1:] = request["args"]
    if "PYTHONUNBUFFERED" in os.environ:
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    random.seed()
    tempfile.tempdir = None
    del sys.modules["tejido.site.settings"]
    settings._wrapped = empty  # read anew, from the folder that the command names
    connections.__init__()  # type: ignore[misc]
    vars(connections).pop("settings", None)


def main(number: int) -> None:
    """Serve; in each child, run the module that was asked for."""
    prepare()
    request = Forker(socket.socket(fileno=number)).child()
    become(request)
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
