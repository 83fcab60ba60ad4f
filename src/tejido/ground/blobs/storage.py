"""Where the bytes lie: small immutable objects by name, written whole or not at all; and parts of these under way."""

import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_NAME = re.compile(r"[0-9a-f]{64}/(?:descriptor|[0-9]{1,9}(?:-[0-9a-f]{16})?)")
_STRAY = ".part"


class Storage(Protocol):
    """Objects of about 1 MiB under names `<64 hex digits>/<descriptor | number>`; parts that grow: `<number>-<16 hex digits>`."""

    def write(self, name: str, data: bytes) -> None:
        """Store durably; after a crash the object is there whole or not at all."""

    def add(self, name: str, start: int, data: bytes) -> None:
        """Let a part grow: `data` behind its first `start` bytes. Nothing is kept that would leave a gap; not durable."""

    def remove(self, name: str) -> None:
        """Remove one object, if it is there."""

    def read(self, name: str) -> bytes | None:
        """The object's bytes, None if absent."""

    def exists(self, name: str) -> bool:
        """Whether the object is there."""

    def delete(self, blob: str) -> None:
        """Remove every object of that blob, `descriptor` first: a half-deleted blob is not taken for a whole one."""

    def blobs(self) -> Iterator[str]:
        """Ids under which anything is stored, sorted."""

    def objects(self, blob: str) -> dict[str, float]:
        """Names after the slash and the Unix second each was written."""

    def tidy(self, before: float) -> None:
        """Remove what writes that never ended left behind before that Unix second."""


def checked(name: str) -> str:
    """`name`, or ValueError: no other text ever reaches the file system."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a stored object: {name!r}")
    return name


@dataclass(frozen=True)
class LocalStorage:
    """Files under one folder, two hex digits a shelf; readable by the node's user alone."""

    folder: Path

    def _path(self, name: str) -> Path:
        return self.folder / checked(name)[:2] / name

    def write(self, name: str, data: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{path.name}.{secrets.token_hex(6)}{_STRAY}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)

    def add(self, name: str, start: int, data: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            if file.seek(0, os.SEEK_END) >= start:
                file.seek(start)
                file.write(data)
                file.truncate()

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def read(self, name: str) -> bytes | None:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    def delete(self, blob: str) -> None:
        folder = self._path(f"{blob}/descriptor").parent
        (folder / "descriptor").unlink(missing_ok=True)
        for path in sorted(folder.glob("*")):
            path.unlink(missing_ok=True)
        if folder.is_dir():
            folder.rmdir()
            _sync_folder(folder.parent)

    def blobs(self) -> Iterator[str]:
        for shelf in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path.name for path in shelf.iterdir() if len(path.name) == 64)

    def objects(self, blob: str) -> dict[str, float]:
        folder = self._path(f"{blob}/descriptor").parent
        return {path.name: _written(path) for path in folder.glob("*") if path.suffix != _STRAY}

    def tidy(self, before: float) -> None:
        for path in self.folder.glob(f"*/*/*{_STRAY}"):
            if _written(path) <= before:
                path.unlink(missing_ok=True)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class MemoryStorage:
    """The twin for tests and for the simulator: the same contract, nothing on disk."""

    held: dict[str, tuple[bytes, float]] = field(default_factory=dict)

    def write(self, name: str, data: bytes) -> None:
        self.held[checked(name)] = (bytes(data), time.time())

    def add(self, name: str, start: int, data: bytes) -> None:
        held = self.read(name) or b""
        if len(held) >= start:
            self.held[name] = (held[:start] + data, time.time())

    def remove(self, name: str) -> None:
        self.held.pop(checked(name), None)

    def read(self, name: str) -> bytes | None:
        found = self.held.get(checked(name))
        return None if found is None else found[0]

    def exists(self, name: str) -> bool:
        return checked(name) in self.held

    def delete(self, blob: str) -> None:
        checked(f"{blob}/descriptor")
        for name in [n for n in self.held if n.startswith(f"{blob}/")]:
            del self.held[name]

    def blobs(self) -> Iterator[str]:
        yield from sorted({name.partition("/")[0] for name in self.held})

    def objects(self, blob: str) -> dict[str, float]:
        return {name.partition("/")[2]: at for name, (_, at) in self.held.items() if name.startswith(f"{blob}/")}

    def tidy(self, before: float) -> None:
        pass
