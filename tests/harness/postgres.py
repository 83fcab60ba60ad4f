"""A throw-away PostgreSQL server: its own folder, a Unix socket there, no network, nothing that survives it.

`python -m tests.harness.postgres -- COMMAND...` runs COMMAND with `TEJIDO_TEST_DATABASE` naming such a server.
PostgreSQL refuses to run as root; root starts it as the user `postgres`, else as `nobody`.
"""

import argparse
import fcntl
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil

from tests.harness import run

URL_VARIABLE = "TEJIDO_TEST_DATABASE"
ROLE = "tejido"
START_WITHIN_S = 60
INIT_OPTIONS = ("-U", ROLE, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_parallel_workers_per_gather": "0",  # a container's shared memory is often 64 MB
    "jit": "off",
}


class ServerFailed(Exception):
    """The throw-away PostgreSQL server did not start; its log follows."""


@dataclass(frozen=True)
class Server:
    """A running server: the postmaster's pid, the folder that is removed with it, the URL of its first database."""

    pid: int
    folder: str
    url: str


def given() -> str:
    """The server that the environment names; empty on the SQLite pass."""
    return os.environ.get(URL_VARIABLE, "")


def program(name: str) -> Path | None:
    """A server program (Debian keeps them out of PATH), of the newest version there is."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    found = next((folder / name for folder in folders if (folder / name).exists()), None)
    on_path = shutil.which(name)
    return found or (Path(on_path) if on_path else None)


def _version(folder: Path) -> int:
    number = re.match(r"\d+", folder.parent.name)
    return int(number.group()) if number else 0


def available() -> bool:
    """Whether a server is given or can be started here."""
    return bool(given() or (program("initdb") and program("postgres")))


def _as_user() -> dict[str, Any]:
    """What `subprocess` needs to leave root behind."""
    if os.geteuid() != 0:
        return {}
    account = _account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _account() -> pwd.struct_passwd:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def start() -> Server:
    """Make a cluster and start it; about two seconds."""
    initdb, postgres = program("initdb"), program("postgres")
    if initdb is None or postgres is None:
        raise ServerFailed("No PostgreSQL server program found. Install the package postgresql.")
    folder = Path(tempfile.mkdtemp(prefix="tejido-pg-", dir="/tmp"))  # a socket's path may have 107 characters
    if os.geteuid() == 0:
        os.chown(folder, _account().pw_uid, _account().pw_gid)
    _init(initdb, folder)
    log = (folder / "server.log").open("wb")
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    process = subprocess.Popen(
        [postgres, "-D", folder / "data", "-k", folder, *options],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=folder,
        start_new_session=True,
        **_as_user(),
    )
    log.close()
    server = Server(process.pid, str(folder), f"postgresql://{ROLE}@/postgres?host={folder}")
    _wait(process, server)
    process.returncode = 0  # whoever stops it knows it by its pid: it may be another process than this one
    return server


def _init(initdb: Path, folder: Path) -> None:
    command: list[str | Path] = [initdb, "-D", folder / "data", *INIT_OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **_as_user())
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise ServerFailed(done.stdout + done.stderr)


def _wait(process: "subprocess.Popen[bytes]", server: Server) -> None:
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        if _answers(server.url):
            return
        time.sleep(0.05)
    log = (Path(server.folder) / "server.log").read_text(errors="replace")
    stop(server)
    raise ServerFailed(log)


def _answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def stop(server: Server, *, within_s: float = 20) -> None:
    """End the server by its pid and remove its folder."""
    for signum in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
        if _signal(server.pid, signum) or _gone(server.pid, within_s):
            break
    shutil.rmtree(server.folder, ignore_errors=True)


def _signal(pid: int, signum: signal.Signals) -> bool:
    """True where there is no such process any more."""
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return True
    return False


def _gone(pid: int, within_s: float) -> bool:
    try:
        psutil.Process(pid).wait(within_s)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return _is_zombie(pid)
    return True


def _is_zombie(pid: int) -> bool:
    """Ended, but nobody has asked: its parent was a worker that has gone, and process 1 here reaps nothing."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def shared(folder: Path) -> str:
    """URL of the run's one server, started by the worker that first asks for it."""
    record = folder / "postgres.json"
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            server = start()
            record.write_text(json.dumps(server.__dict__))
    url: str = json.loads(record.read_text())["url"]
    return url


def stop_shared(folder: Path) -> None:
    """End that server, if one was started."""
    record = folder / "postgres.json"
    if record.exists():
        stop(Server(**json.loads(record.read_text())))


def create_database(server_url: str) -> str:
    """A new, empty database on the server; its URL."""
    name = f"t_{secrets.token_hex(6)}"
    _execute(server_url, f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(server_url: str, url: str) -> None:
    """Drop a database made by `create_database`, whoever is still connected to it."""
    _execute(server_url, f'DROP DATABASE IF EXISTS "{urlsplit(url).path.lstrip("/")}" WITH (FORCE)')


def _execute(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def running() -> Iterator[Server]:
    """A server for the length of a `with` block."""
    server = start()
    try:
        yield server
    finally:
        stop(server)


def main(argv: list[str]) -> int:
    """Run a command beside a throw-away server."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.postgres", description=__doc__)
    parser.add_argument("--if-available", action="store_true", help="without a server here, say so and do nothing")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(argv)
    command = options.command
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        parser.error("name the command to run, after --")
    if options.if_available and not available():
        print("PostgreSQL pass left out: no server program here (apt-get install postgresql)", flush=True)
        return int(run.everything_required())
    with running() as server:
        return subprocess.run(command, env={**os.environ, URL_VARIABLE: server.url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
