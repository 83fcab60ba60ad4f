"""The backup file: two readable lines, then one age stream (or, where that was asked for, nothing hidden) over a tar.

    tejido-backup/1
    {"created":"2026-11-22T10:00:00Z","database":"sqlite","how":"passphrase","key":"…","version":"0.1.0"}
    <age over a tar>
        node.json · keys/… · backups.json · database.sqlite3 or database.pgdump
        blobs/<id>/<number> · blobs/<id>/descriptor
        manifest.json       the size and SHA-256 of every file before it; without it the backup is half a one

A passphrase opens `key`, an age file that holds a one-time age identity; the stream is encrypted to that identity, because
age by passphrase cannot be streamed here. Whoever has the passphrase and the `age` program can open it without Tejido.
"""

import io
import os
import re
import stat
import tarfile
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import orjson
import pyrage

from tejido.ground.errors import Problem

MAGIC = b"tejido-backup/1\n"
MAX_HEADER = 64 * 1024
MANIFEST = "manifest.json"
SQLITE, POSTGRES = "database.sqlite3", "database.pgdump"
PLACES = re.compile(
    r"node\.json|backups\.json|keys/[a-z]{1,20}\.key|database\.(sqlite3|pgdump)|blobs/[0-9a-f]{64}/(descriptor|[0-9]{1,9})"
)
PIECE = 1 << 20
Progress = Callable[[int], None]
"""Told how many bytes were done since the last call."""


class BadBackup(Problem):
    """This is not a whole backup of a node: damaged, cut short, or another file. Nothing was changed. Take another copy."""

    status = 422
    code = "bad-backup"


class WrongSecret(Problem):
    """This passphrase or key does not open the backup. Nothing was changed."""

    status = 422
    code = "wrong-secret"


@dataclass(frozen=True)
class Header:
    """What can be read of a backup without opening it: when, of which database, how it is closed, by which version."""

    created: str
    database: str
    how: str
    key: str
    version: str

    def encode(self) -> bytes:
        """One line."""
        return orjson.dumps(vars(self), option=orjson.OPT_SORT_KEYS) + b"\n"


@dataclass(frozen=True)
class Lock:
    """How a backup is closed: by a passphrase, to age recipients, or (said explicitly) not at all."""

    passphrase: str = ""
    recipients: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """As the header says it."""
        return "passphrase" if self.passphrase else "recipient" if self.recipients else "plain"


@dataclass(frozen=True)
class Secret:
    """What opens it: a passphrase, or the text of an age identity."""

    passphrase: str = ""
    identity: str = ""


def locked(lock: Lock) -> tuple[str, Sequence[Any]]:
    """(`key` for the header, age recipients of the stream); raises `Problem` for a recipient that is none."""
    if lock.passphrase:
        once = pyrage.x25519.Identity.generate()
        return b64encode(pyrage.passphrase.encrypt(str(once).encode(), lock.passphrase)).decode(), [once.to_public()]
    try:
        return "", [pyrage.x25519.Recipient.from_str(one.strip()) for one in lock.recipients]
    except pyrage.RecipientError as error:
        raise WrongSecret("An age recipient looks like age1…; this one cannot be read.") from error


def identity(header: Header, secret: Secret) -> Any:
    """The age identity that opens the stream; raises `WrongSecret`."""
    try:
        if header.how == "passphrase":
            if not secret.passphrase:
                raise WrongSecret("This backup is closed by a passphrase: --passphrase-file, or type it in.")
            once = pyrage.passphrase.decrypt(b64decode(header.key), secret.passphrase)
            return pyrage.x25519.Identity.from_str(once.decode())
        lines = [line for line in secret.identity.splitlines() if line.startswith("AGE-SECRET-KEY-")]
        if not lines:
            raise WrongSecret("This backup is closed to an age key: --identity FILE names the file that holds it.")
        return pyrage.x25519.Identity.from_str(lines[0].strip())
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise WrongSecret from error


# --- writing


class Writer:
    """Puts files into the tar one after the other, remembering what the manifest says of them."""

    def __init__(self, tar: tarfile.TarFile, progress: Progress) -> None:
        self.tar, self.progress = tar, progress
        self.held: dict[str, list[int | str]] = {}

    def add(self, name: str, data: bytes) -> None:
        """A small file."""
        self._add(name, len(data), io.BytesIO(data))

    def add_file(self, name: str, file: IO[bytes]) -> None:
        """An open file of any size."""
        self._add(name, os.fstat(file.fileno()).st_size, file)

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        counted = _Counted(file, self.progress)
        self.tar.addfile(info, counted)
        forget_members(self.tar)
        self.held[name] = [size, counted.digest.hexdigest()]

    def close(self) -> None:
        """The manifest, then the end."""
        self.add(MANIFEST, orjson.dumps(self.held, option=orjson.OPT_SORT_KEYS))


class _Counted(io.RawIOBase):
    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        super().__init__()
        self.file, self.progress, self.digest = file, progress, sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        self.progress(len(data))
        return data


def write(
    path: Path, header: Header, recipients: Sequence[Any], fill: Callable[[Writer], None], progress: Progress
) -> int:
    """Write a backup to `path` (which must not exist) under a temporary name; its size in bytes."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(MAGIC + header.encode())
            with _sealed(file, recipients) as inner, tarfile.open(fileobj=inner, mode="w|", bufsize=PIECE) as tar:
                writer = Writer(tar, progress)
                fill(writer)
                writer.close()
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return path.stat().st_size


@contextmanager
def _sealed(file: IO[bytes], recipients: Sequence[Any]) -> Iterator[IO[bytes]]:
    """What is written into it arrives in `file`, encrypted to `recipients` where there are any."""
    if not recipients:
        yield file
        return
    read, write = os.pipe()
    encrypting = _thread(lambda source: pyrage.encrypt_io(source, file, recipients), os.fdopen(read, "rb"))
    with encrypting, os.fdopen(write, "wb") as target:
        yield target


@contextmanager
def _thread(work: Callable[[IO[bytes]], object], end: IO[bytes]) -> Iterator[None]:
    """`work(end)` beside the block; its error, if any, is raised after the block unless the block has its own."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with end:
                work(end)
        except BaseException as error:  # noqa: BLE001 - handed over to the other thread
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if failed:
        raise failed[0]


def forget_members(tar: tarfile.TarFile) -> None:
    """The library remembers every file that it has seen; without that memory stays flat."""
    vars(tar)["members"].clear()


# --- reading


def read_header(path: Path) -> Header:
    """The readable lines; raises `BadBackup`."""
    with _plain_file(path) as file:
        return _header(file, path.name)


def _plain_file(path: Path) -> IO[bytes]:
    if not path.exists():
        raise BadBackup(f"There is no file {path}.")
    if not stat.S_ISREG(path.stat().st_mode):
        raise BadBackup(f"{path} is not a file.")
    return path.open("rb")


def _header(file: IO[bytes], name: str) -> Header:
    if file.readline(len(MAGIC)) != MAGIC:
        raise BadBackup(f"{name} is not a backup of a node.")
    try:
        return Header(**orjson.loads(file.readline(MAX_HEADER)))
    except (orjson.JSONDecodeError, TypeError) as error:
        raise BadBackup(f"{name} is damaged in its first lines.") from error


def unpack(path: Path, folder: Path, secret: Secret, progress: Progress) -> Header:
    """Every file of a backup into `folder`, each compared with the manifest; raises `BadBackup` or `WrongSecret`."""
    with _plain_file(path) as file:
        header = _header(file, path.name)
        key = None if header.how == "plain" else identity(header, secret)
        try:
            with _opened(file, key) as inner, tarfile.open(fileobj=inner, mode="r|", bufsize=PIECE) as tar:
                _extract(tar, folder, progress)
                while inner.read(PIECE):
                    """To the end of the stream, which age verifies piece by piece."""
        except (tarfile.TarError, EOFError, pyrage.DecryptError, orjson.JSONDecodeError, AttributeError) as error:
            if "No matching keys" in str(error):
                raise WrongSecret from error
            raise BadBackup from error
    return header


@contextmanager
def _opened(file: IO[bytes], key: Any) -> Iterator[IO[bytes]]:
    if key is None:
        yield file
        return
    read, write = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        with suppress(BrokenPipeError), os.fdopen(write, "wb") as target:
            try:
                pyrage.decrypt_io(file, target, [key])
            except (pyrage.DecryptError, OSError) as error:
                failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with os.fdopen(read, "rb") as source:
            yield source
    except tarfile.TarError:
        thread.join()
        _raise_first(failed)
        raise
    finally:
        thread.join()
    _raise_first(failed)


def _raise_first(failed: Sequence[BaseException]) -> None:
    for error in failed:
        if isinstance(error, pyrage.DecryptError):
            raise error


def _extract(tar: tarfile.TarFile, folder: Path, progress: Progress) -> None:
    found: dict[str, list[int | str]] = {}
    manifest: Any = None
    for member in tar:
        forget_members(tar)
        source = tar.extractfile(member) if member.isreg() else None
        if source is None or member.name in found or manifest is not None:
            raise BadBackup(f"The backup holds something that does not belong there: {member.name[:80]!r}.")
        if member.name == MANIFEST:
            manifest = orjson.loads(source.read())
        elif PLACES.fullmatch(member.name):
            found[member.name] = _put(source, folder / member.name, progress)
        else:
            raise BadBackup(f"The backup holds a file under a strange name: {member.name[:80]!r}.")
    if manifest is None:
        raise BadBackup("The backup ends too early.")
    wrong = sorted(name for name in manifest.keys() | found.keys() if manifest.get(name) != found.get(name))
    if wrong:
        raise BadBackup(f"{len(wrong)} files in the backup are damaged or missing, first {wrong[0]}.")


def _put(source: IO[bytes], path: Path, progress: Progress) -> list[int | str]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while data := source.read(PIECE):
            file.write(data)
            digest.update(data)
            size += len(data)
            progress(len(data))
    return [size, digest.hexdigest()]
