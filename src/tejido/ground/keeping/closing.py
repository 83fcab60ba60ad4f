"""Which processes of a node run on this machine, and closing them until somebody at the machine opens the node again.

Each holds a lock on a file of its own as long as it or a child of it lives: a process id may be another's by now.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

FOLDER, CLOSED = "running", "closed"
WITHIN_S = 40.0
SAID = "This node is closed. `tejido node open` opens it again."


@dataclass(frozen=True)
class Running:
    """A process of a node: what it does (`serve`, `worker`) and its id."""

    what: str
    pid: int


@contextmanager
def noted(folder: Path, what: str) -> Iterator[None]:
    """Be found by `close` while this goes on."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    pid = os.getpid()
    path = place / f"{what}-{pid}"
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.write(str(pid))
        handle.flush()
        try:
            yield
        finally:
            if os.getpid() == pid:  # a web server's children leave by the same way
                path.unlink(missing_ok=True)


def running(folder: Path) -> list[Running]:
    """The node's processes on this machine, by what they do; leftovers of killed ones are cleared away."""
    place = folder / FOLDER
    found = [one for path in sorted(place.iterdir()) if (one := _living(path))] if place.is_dir() else []
    return sorted(found, key=lambda one: (one.what, one.pid))


def _living(path: Path) -> Running | None:
    what, _, pid = path.name.partition("-")
    with suppress(FileNotFoundError), path.open("r") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Running(what, int(pid)) if pid.isdecimal() else None
        path.unlink(missing_ok=True)
    return None


def is_closed(folder: Path) -> bool:
    """Whether the node was closed and not opened since."""
    return (folder / CLOSED).exists()


def close(folder: Path, *, within_s: float = WITHIN_S) -> list[Running]:
    """Stop the node's processes and let none start again; those that still live after `within_s` seconds."""
    (folder / CLOSED).touch(mode=0o600)
    for one in running(folder):
        with suppress(ProcessLookupError):
            os.kill(one.pid, signal.SIGTERM)
    until = time.monotonic() + within_s
    while (left := running(folder)) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def reopen(folder: Path) -> bool:
    """Let processes start again; whether the node was closed."""
    was = is_closed(folder)
    (folder / CLOSED).unlink(missing_ok=True)
    return was


def close_from_within(folder: Path) -> None:
    """Close the node by a process of its own, which outlives the one that answers a request now."""
    subprocess.Popen(
        [sys.executable, "-m", "tejido", "--data", str(folder), "node", "close"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
