"""Reading and writing in a folder that others write to as well, and that nobody need trust.

Only plain files in plain directories are touched: a link could lead anywhere, a pipe would never end.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from tejido.log.errors import Malformed

PART = ".part"
PLAINLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def read(path: Path, most: int) -> bytes:
    """The bytes of a plain file; raises `Malformed` for anything else, for more than `most`, and where reading fails."""
    if not is_folder(path.parent):
        raise Malformed("lies in a link or in something that is no folder")
    try:
        handle = os.open(path, PLAINLY)
    except OSError as error:
        raise Malformed(f"cannot be opened as a plain file: {error.strerror}") from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            raise Malformed(f"no plain file, or larger than {most} bytes")
        return _all(handle, most)
    except OSError as error:
        raise Malformed(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(handle)


class Plain:
    """Many small files of one folder's folders, each in four system calls. A folder is looked at once, so let it live for one
    batch."""

    def __init__(self, root: Path, most: int) -> None:
        self._root, self._most = root, most
        self._folders: dict[str, str] = {}

    def read(self, folder: str, name: str) -> bytes | None:
        """The bytes of a plain file; empty where nothing lies there; None where `read` is needed to say what does."""
        inside = self._folders.get(folder)
        if inside is None:
            path = self._root / folder
            inside = self._folders[folder] = f"{path}{os.sep}" if is_folder(path) else ""
        try:
            handle = os.open(f"{inside}{name}", PLAINLY) if inside else None
        except FileNotFoundError:
            return b""
        except OSError:
            return None
        return None if handle is None else self._read(handle)

    def _read(self, handle: int) -> bytes | None:
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or not 0 < found.st_size <= self._most:
                return None
            data = os.read(handle, found.st_size + 1)  # one more shows its end
        except OSError:
            return None
        finally:
            os.close(handle)
        return data if len(data) == found.st_size else None


def _all(handle: int, most: int) -> bytes:
    parts, left = [], most + 1
    while left > 0 and (part := os.read(handle, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def exists(path: Path) -> bool:
    """Whether anything at all has this name, a broken link too."""
    return os.path.lexists(path)


def is_folder(path: Path) -> bool:
    """Whether this is a directory itself and no link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def make_folder(path: Path) -> None:
    """Make a directory; raises `NotADirectoryError` where a link or a file has its name."""
    path.mkdir(parents=True, exist_ok=True)
    if not is_folder(path):
        raise NotADirectoryError(20, "a link or a file lies where a folder belongs", str(path))


def write(path: Path, data: bytes, *, sync: bool = False) -> None:
    """Write under a temporary name, then rename."""
    with part_of(path) as part, part.open("xb") as handle:
        handle.write(data)
        handle.flush()
        if sync:
            os.fsync(handle.fileno())


class part_of:  # noqa: N801 - reads as a function
    """The temporary name of a file; renamed when the block ends well, removed when it does not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(f".{path.name[:150]}.{secrets.token_hex(4)}{PART}")

    def __enter__(self) -> Path:
        make_folder(self.path.parent)
        return self.part

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.part.replace(self.path)
        else:
            self.part.unlink(missing_ok=True)


def remove(path: Path) -> bool:
    """Delete a file and what a killed process has left of it; whether there was one."""
    if not is_folder(path.parent):
        return False
    for part in path.parent.glob(f".{path.name}.*{PART}"):
        part.unlink(missing_ok=True)
    try:
        path.unlink()
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        return False
    return True


def entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder, by name, without what is being written."""
    with os.scandir(folder) as found:
        yield from sorted((one for one in found if not one.name.startswith(".")), key=lambda one: one.name)


def shown(path: Path, root: Path) -> str:
    """A path as it can be printed anywhere: file names may hold anything."""
    text = str(path.relative_to(root)).encode("utf-8", "backslashreplace").decode()
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)[:200]
