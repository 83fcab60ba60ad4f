"""Making a backup: database, files, keys and configuration of this node, in one file.

The database is copied first and the files after it, so that every file that it names is there. What was erased does not
travel; sheets, models, sound that is being worked on, and files that are made anew of others are left out.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from tejido import __version__
from tejido.ground import blobs
from tejido.ground.blobs import rebuildable
from tejido.ground.blobs.errors import BlobDamaged, BlobMissing
from tejido.ground.blobs.models import ErasedBlob
from tejido.ground.errors import Conflict, Invalid
from tejido.ground.keeping import archive, dumps, records
from tejido.ground.keeping.archive import Header, Lock, Writer
from tejido.ground.keeping.records import Backup
from tejido.ground.store import erasing, keyring
from tejido.ground.store.derived import BlobUse
from tejido.ground.store.models import Own
from tejido.ground.store.public import NotReady

LEAST = 12
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """A finished backup; `problems` name files that are damaged here and were left out."""

    backup: Backup
    how: str
    problems: tuple[str, ...]


@dataclass
class _Copy:
    progress: Progress
    total: int
    done: int = 0
    problems: list[str] = field(default_factory=list)

    def advanced(self, size: int) -> None:
        self.done += size
        self.progress(min(self.done, self.total), self.total)


def quiet(_done: int, _total: int) -> None:
    """No progress shown."""


def back_up(path: Path, lock: Lock, *, progress: Progress = quiet) -> Made:
    """Write a backup to `path` (a folder: under a dated name in it) and record it. Refuses to overwrite."""
    if not Own.objects.exists():
        raise NotReady
    if lock.passphrase and len(lock.passphrase) < LEAST:
        raise Invalid(f"A passphrase needs at least {LEAST} characters: several words that nobody would guess.")
    now = datetime.now(UTC).replace(microsecond=0)
    target = _target(path.absolute(), now)
    erasing.scrub()
    key, recipients = archive.locked(lock)
    header = Header(records.stamp(now), connection.vendor, lock.how, key, __version__)
    with dumps.dumped() as database:
        state = _Copy(progress, os.fstat(database.fileno()).st_size)
        left_out = _left_out()
        state.total += sum(_sizes(left_out))
        size = archive.write(
            target, header, recipients, lambda tar: _fill(tar, database, state, left_out), state.advanced
        )
    made = Backup(str(target), now, size)
    records.add(made)
    return Made(made, lock.how, tuple(state.problems))


def _target(path: Path, now: datetime) -> Path:
    target = path / f"tejido-{now:%Y-%m-%d-%H%M%S}.backup" if path.is_dir() else path
    if target.exists():
        raise Conflict(f"{target} exists already. Name another file; backups are never overwritten.")
    if not target.parent.is_dir():
        raise Invalid(f"There is no folder {target.parent}. Create it, or plug the stick in.")
    if target.is_relative_to(Path(settings.NODE_DIR)):
        raise Invalid("A backup within the node's own folder would be lost with it. Name a place elsewhere.")
    return target


def _left_out() -> set[str]:
    """What was erased, and what can be made anew unless an event names it."""
    made = rebuildable.ids()
    named = set(BlobUse.objects.values_list("blob", flat=True)) if made else set()
    return made - named | set(ErasedBlob.objects.values_list("id", flat=True))


def _sizes(left_out: set[str]) -> Iterator[int]:
    for path in (Path(settings.NODE_DIR) / "blobs").glob("*/*/*"):
        if path.suffix != ".part" and path.parent.name not in left_out:
            with suppress(FileNotFoundError):  # erased meanwhile
                yield path.stat().st_size


def _fill(tar: Writer, database: IO[bytes], state: _Copy, left_out: set[str]) -> None:
    folder = Path(settings.NODE_DIR)
    for name in ("node.json", records.FILE):
        if (folder / name).exists():
            tar.add(name, (folder / name).read_bytes())
    for name in (keyring.DEVICE, keyring.AGE):
        tar.add(f"keys/{name}", (keyring.folder() / name).read_bytes())
    tar.add_file(dumps.name(), database)
    for blob in blobs.ids():
        if blob not in left_out:
            _add_blob(tar, blob, state)


def _add_blob(tar: Writer, blob: str, state: _Copy) -> None:
    """Chunks first, the descriptor last: one that is erased meanwhile is not whole in the backup."""
    vault = blobs.vault()
    try:
        found = vault.descriptor(blob)
        for index in range(len(found.chunks)):
            tar.add(f"blobs/{blob}/{index}", vault.stored_chunk(blob, index, found))
    except BlobMissing:
        return
    except BlobDamaged as error:
        if vault.has(blob):
            state.problems.append(f"{blob[:12]}: {error}")
        return
    tar.add(f"blobs/{blob}/descriptor", found.encode())
