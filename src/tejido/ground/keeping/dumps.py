"""A consistent copy of the node's database as one file, and its way back."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from tejido.ground.errors import Conflict, Problem
from tejido.ground.keeping.archive import POSTGRES, SQLITE
from tejido.ground.store import db

STRAY = ".dump-"
VERSIONS = Path("/usr/lib/postgresql")


class NoClient(Problem):
    """PostgreSQL's client tools are not installed here. Install the package postgresql-client and try again."""

    status = 500
    code = "no-postgresql-client"


class DumpFailed(Problem):
    """The database could not be copied."""

    status = 500
    code = "dump-failed"


def name() -> str:
    """The file's name in the backup."""
    return SQLITE if connection.vendor == "sqlite" else POSTGRES


@contextmanager
def dumped() -> Iterator[IO[bytes]]:
    """An open file with the database as of one moment; it has no name any more and goes when it is closed.

    SQLite writes it anew (`VACUUM INTO`), so that the free pages of erased rows do not travel."""
    for old in Path(settings.NODE_DIR).glob(f"{STRAY}*"):
        old.unlink(missing_ok=True)
    path = Path(settings.NODE_DIR) / f"{STRAY}{secrets.token_hex(6)}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if connection.vendor == "sqlite":
            db.execute("VACUUM INTO %s", [str(path)])
        else:
            _run("pg_dump", "--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--file={path}")
        file = path.open("rb")
    finally:
        path.unlink(missing_ok=True)
    with file:
        yield file


def restore_postgres(path: Path) -> None:
    """Fill the empty PostgreSQL database that the settings name, wholly or not at all."""
    if connection.introspection.table_names():
        raise Conflict("The database named by --database is not empty. Make a new one (createdb) and name that.")
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", *_into(), str(path))


def _into() -> list[str]:
    return [f"--dbname={connection.settings_dict['NAME']}"]


def _run(name: str, *options: str) -> None:
    done = subprocess.run([program(name), *options], capture_output=True, text=True, env=_environment(), check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DumpFailed(f"{name} could not do it: {last}")


def program(name: str) -> str:
    """The newest there is: an older pg_dump refuses a newer server. Debian keeps each version apart."""
    versions = VERSIONS.glob(f"*/bin/{name}")
    newest = sorted(versions, key=lambda path: int(re.sub(r"\D.*", "", path.parent.parent.name) or 0))
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        raise NoClient
    return found


def _environment() -> dict[str, str]:
    """Where and as whom to connect; in the environment, where other users of the machine cannot read the password."""
    known = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {variable: str(known[key]) for variable, key in names.items() if known.get(key)}
    return {**os.environ, **given}
