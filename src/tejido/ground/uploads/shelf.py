"""Where uploads lie: a folder each, in the node's folder `uploads`, with a record, the bytes so far, and a lock.

No table: what is on the disk *is* the offset, so a crash cannot make the two disagree; a backup takes none of it along, and
giving up an upload is removing its folder. Folders are named by a hash of the address's secret part.

The lock is the kernel's (`flock`), held through an open file: it goes when its process dies, however that dies.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from tejido.ground.uploads.errors import InUse, NoSuchUpload

RECORD, DATA, LOCK, UNSURE = "record.json", "data", "lock", "unsure"
NEW = ".new-"
OPEN, DONE, FAILED, GONE = "open", "done", "failed", "gone"


@dataclass(frozen=True)
class Trouble:
    """Why an upload could not be finished: a problem's status, code, message and what fills it in."""

    status: int
    code: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """What is known of an upload but its bytes. Times are seconds since 1970; `metadata` is the header as it came."""

    owner: str
    purpose: str
    form: str
    metadata: str
    type: str
    sha256: str
    command: str
    length: int
    expires: int
    state: str = OPEN
    url: str = ""
    trouble: Trouble | None = None

    def ended(self, state: str, expires: int, **more: Any) -> "Record":
        """The same without anything that the sender wrote."""
        return replace(self, state=state, expires=expires, form="", metadata="", **more)


@dataclass(frozen=True)
class Slot:
    """One upload's folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def data(self) -> Path:
        return self.folder / DATA

    def record(self) -> Record:
        """Its record; raises `NoSuchUpload`."""
        try:
            held = orjson.loads((self.folder / RECORD).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise NoSuchUpload from None
        trouble = held.pop("trouble", None)
        return Record(**held, trouble=Trouble(**trouble) if trouble else None)

    def keep(self, record: Record) -> None:
        """Write the record; after a crash it is the old one or the new one."""
        write_whole(self.folder / RECORD, orjson.dumps(asdict(record)))

    def offset(self) -> int:
        """How many bytes are here and count: none of a piece whose checksum nobody could compare."""
        size = self.data.stat().st_size if self.data.exists() else 0
        with suppress(FileNotFoundError):
            return min(size, int((self.folder / UNSURE).read_bytes()))
        return size

    @contextmanager
    def locked(self, *, wait: bool = False) -> Iterator[None]:
        """Be the only one who changes this upload; raises `InUse` at once unless told to wait, or `NoSuchUpload`."""
        try:
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except (FileNotFoundError, NotADirectoryError):
            raise NoSuchUpload from None
        try:
            _take(handle, wait=wait)
            yield
        finally:
            os.close(handle)

    def cut_to(self, size: int) -> None:
        """Forget what follows the first `size` bytes."""
        with self.data.open("ab") as file:
            file.truncate(size)
            os.fsync(file.fileno())
        (self.folder / UNSURE).unlink(missing_ok=True)

    def doubt_from(self, size: int) -> None:
        """What is written after `size` does not count until `trust` is called."""
        write_whole(self.folder / UNSURE, str(size).encode())

    def trust(self) -> None:
        """What is here counts."""
        (self.folder / UNSURE).unlink(missing_ok=True)

    def drop_bytes(self) -> None:
        """Remove what was sent."""
        self.data.unlink(missing_ok=True)
        (self.folder / UNSURE).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def digest(self) -> str:
        """SHA-256 of what is here, in hexadecimal digits."""
        found = sha256()
        with self.data.open("rb") as file:
            while piece := file.read(1 << 20):
                found.update(piece)
        return found.hexdigest()


def _take(handle: int, *, wait: bool) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise InUse from None


def root() -> Path:
    """The folder of all uploads; only this node's user can look into it."""
    folder = Path(settings.NODE_DIR) / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def slot(secret: str) -> Slot:
    """The folder of the upload whose address ends in `secret`."""
    return named(sha256(secret.encode()).hexdigest()[:32])


def named(name: str) -> Slot:
    """The folder of that name."""
    return Slot(root() / name)


def slots() -> list[Slot]:
    """All uploads, the longest known first by name."""
    return [Slot(folder) for folder in sorted(root().iterdir()) if folder.is_dir() and not folder.name.startswith(NEW)]


@contextmanager
def counting() -> Iterator[None]:
    """Nobody else begins an upload meanwhile; so quotas hold."""
    with (root() / ".lock").open("wb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make(secret: str, record: Record) -> Slot:
    """A new upload's folder, whole or not at all; within `counting`."""
    made = slot(secret)
    fresh = Slot(made.folder.with_name(NEW + made.name))
    fresh.folder.mkdir(mode=0o700)
    fresh.keep(record)
    fresh.data.touch(mode=0o600)
    fresh.folder.rename(made.folder)
    _sync(made.folder.parent)
    return made


def remove_half_made() -> None:
    """Folders of uploads whose beginning was cut off; within `counting`."""
    for folder in root().glob(f"{NEW}*"):
        shutil.rmtree(folder, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write under another name, then rename: after a crash the old or the new is there."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
