"""Which backups were made, so that an erasure can say that older ones still hold what was erased.

A file in the data folder, not a table: it is read by people too, and it must outlive a rebuilt database.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from django.conf import settings

FILE = "backups.json"
FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Backup:
    """A backup that was made: where it was written, when (UTC), how large in bytes."""

    path: str
    created: datetime
    size: int

    @property
    def there(self) -> bool:
        """Whether the file lies there now; a stick that is not plugged in holds it all the same."""
        return Path(self.path).exists()


def stamp(moment: datetime) -> str:
    """As the header and the record write a moment."""
    return moment.astimezone(UTC).strftime(FORM)


def parsed(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)


def backups() -> list[Backup]:
    """All that are recorded, oldest first."""
    try:
        rows = orjson.loads(_path().read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return []
    found = [Backup(str(row["path"]), parsed(row["created"]), int(row["size"])) for row in rows]
    return sorted(found, key=lambda one: (one.created, one.path))


def backups_before(moment: datetime) -> list[Backup]:
    """Those that still hold what was erased at `moment`; for the page that confirms an erasure."""
    return [one for one in backups() if one.created <= moment]


def add(one: Backup) -> None:
    """Record a backup; another one at the same place is replaced."""
    with _locked():
        _save([*(other for other in backups() if other.path != one.path), one])


def forget(path: Path) -> bool:
    """Strike out a backup that was destroyed; whether it was recorded."""
    with _locked():
        before = backups()
        rest = [one for one in before if one.path != str(path.absolute())]
        _save(rest)
        return len(rest) < len(before)


def _path() -> Path:
    return Path(settings.NODE_DIR) / FILE


def _save(listed: list[Backup]) -> None:
    rows = [{"created": stamp(one.created), "path": one.path, "size": one.size} for one in listed]
    part = _path().with_name(FILE + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
    part.replace(_path())


@contextmanager
def _locked() -> Iterator[None]:
    with (Path(settings.NODE_DIR) / "backups.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
