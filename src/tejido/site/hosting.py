"""Other organisations' nodes on one's own machine: each a data folder, a database, keys and processes of its own.

Whoever hosts can read what these nodes can read, and the nodes say so on their pages. What a host cannot do is sign for an
organisation whose sheets it has never seen: so a node is best made at home and brought as a backup.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tejido.ground.errors import Conflict, Invalid, NotFound
from tejido.ground.keeping import closing
from tejido.site import node
from tejido.site.server import GRACE_S

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
FIRST_PORT, LAST_PORT = 8101, 8999
PROCESSES = ("serve", "worker")
PATIENCE_S = (1, 2, 5, 15, 60)
SETTLED_S = 300.0


@dataclass(frozen=True)
class Hosted:
    """A hosted node. `running`: its processes on this machine; `size`: bytes of its folder."""

    name: str
    folder: Path
    organisation: str
    port: int
    closed: bool
    running: tuple[closing.Running, ...]
    size: int


def place(root: Path, name: str) -> Path:
    """The folder of a hosted node; raises `Invalid` for a name that could lead elsewhere."""
    if not NAME.match(name):
        raise Invalid("A hosted node's name has small letters, digits and hyphens, at most 40: it names a folder.")
    return root / name


def hosted(root: Path) -> list[Hosted]:
    """Every node beneath a folder, by name."""
    found = sorted(path for path in root.iterdir() if (path / node.CONFIG).is_file()) if root.is_dir() else []
    return [_hosted(path) for path in found]


def _hosted(folder: Path) -> Hosted:
    config = node.load(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    running = tuple(closing.running(folder))
    return Hosted(folder.name, folder, config.name, config.port, closing.is_closed(folder), running, size)


def one(root: Path, name: str) -> Hosted:
    """A hosted node; raises `NotFound`."""
    folder = place(root, name)
    if not (folder / node.CONFIG).is_file():
        raise NotFound(f"No node “{name}” is hosted in {root}. `tejido host list` shows those that are.")
    return _hosted(folder)


def free_port(root: Path) -> int:
    """The first port that no hosted node has and nobody listens on."""
    taken = {one.port for one in hosted(root)}
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if port not in taken and _is_free(port):
            return port
    raise Conflict(f"No port from {FIRST_PORT} to {LAST_PORT} is free. Give one with --port.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def begin(root: Path, name: str) -> Path:
    """The folder for a new node, which must not exist yet; nobody but its owner may enter it."""
    folder = place(root, name)
    if folder.exists():
        raise Conflict(f"“{name}” is hosted already, in {folder}. Choose another name, or remove it first.")
    root.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    return folder


def tell_host(folder: Path, *, host: str, port: int) -> None:
    """Write down in the node's own configuration where it lives now."""
    node.save(replace(node.load(folder), hosted_by=host, port=port, processes=1))


def command(folder: Path, *words: str) -> list[str]:
    """`tejido WORDS…` for one node."""
    return [sys.executable, "-m", "tejido", "--data", str(folder), *words]


def bare() -> dict[str, str]:
    """An environment without anything of another node's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TEJIDO_", "DJANGO_"))}


def remove(root: Path, name: str) -> Path:
    """Close a node and delete its folder; raises `Conflict` while a process of it lives."""
    folder = one(root, name).folder
    if left := closing.close(folder):
        raise Conflict(f"{left[0].what} of “{name}” (process {left[0].pid}) does not end. Nothing was deleted.")
    shutil.rmtree(folder)
    return folder


@dataclass
class _Kept:
    """One process that is to run, and how often it fell."""

    folder: Path
    what: str
    popen: "subprocess.Popen[bytes] | None" = None
    falls: int = 0
    begun: float = 0.0
    again: float = 0.0


@dataclass
class Supervisor:
    """Runs the processes of every hosted node; what falls is started again, later each time; closed nodes are left alone."""

    root: Path
    tell: Callable[[str], None] = print
    kept: dict[tuple[str, str], _Kept] = field(default_factory=dict)
    stopping: bool = False

    def forever(self, pause_s: float = 0.5) -> None:
        """Until SIGTERM or Ctrl-C; then everything ends, as each node's own `close` would end it."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                self.look(time.monotonic())
                time.sleep(pause_s)
        finally:
            self.end()

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def look(self, now: float) -> None:
        """Start what should run and does not."""
        for one in self._wanted():
            if one.popen is not None and one.popen.poll() is not None:
                self._fell(one, now)
            if one.popen is None and now >= one.again:
                one.popen, one.begun = self._start(one), now

    def _wanted(self) -> Iterator[_Kept]:
        for folder in sorted(path for path in self.root.iterdir() if (path / node.CONFIG).is_file()):
            for what in PROCESSES if not closing.is_closed(folder) else ():
                yield self.kept.setdefault((folder.name, what), _Kept(folder, what))

    def _start(self, one: _Kept) -> "subprocess.Popen[bytes]":
        self.tell(f"{one.folder.name}: {one.what} starts")
        return subprocess.Popen(
            command(one.folder, one.what),
            env=bare(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _fell(self, one: _Kept, now: float) -> None:
        one.falls = 0 if now - one.begun > SETTLED_S else one.falls + 1
        wait = PATIENCE_S[min(one.falls, len(PATIENCE_S) - 1)]
        self.tell(
            f"{one.folder.name}: {one.what} ended with status {one.popen.returncode if one.popen else '?'}; again in {wait} s"
        )
        one.popen, one.again = None, now + wait

    def end(self) -> None:
        """End what was started here, by process id."""
        running = [one.popen for one in self.kept.values() if one.popen is not None and one.popen.poll() is None]
        for popen in running:
            popen.terminate()
        until = time.monotonic() + GRACE_S + 10
        for popen in running:
            try:
                popen.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                popen.kill()
                popen.wait()
