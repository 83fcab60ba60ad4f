"""The folder of an export: what we wrote into it, and how a new state takes the place of the old one.

A run gathers everything that is new under `.tejido-site/new`; until it has all, the site in the folder is the old one, whole.
Then the list of what to do is written, and done: new files first, pages after what they lead to, removals last. A run that is
killed while doing so is completed by the next one, which finds the list.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from tejido.web.public.exporting.errors import Damaged, InTheWay, NotAFolder, NotOurs, NotWritable, UnderWay

OURS = ".tejido-site"
FORM = 1


@dataclass(frozen=True)
class Entry:
    """A file of ours: its hash, its size, the ETag it came with, and the path on the node that it shows."""

    sha256: str
    size: int
    etag: str
    path: str


@dataclass
class Folder:
    """A folder that is ours while this lasts. `before`: what the last run wrote; `after`: what this one wants there."""

    root: Path
    before: dict[str, Entry]
    after: dict[str, Entry] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    @property
    def new(self) -> Path:
        """Where this run gathers what has changed."""
        return self.root / OURS / "new"

    def unchanged(self, name: str) -> Entry | None:
        """What we wrote there, if it still lies there as we left it."""
        entry, path = self.before.get(name), self.root / name
        return entry if entry and path.is_file() and path.stat().st_size == entry.size else None

    def keep(self, name: str, entry: Entry) -> None:
        """The file stays as it is."""
        self.after[name] = entry

    def put(self, name: str, pieces: Iterable[bytes], *, path: str, etag: str = "") -> Entry:
        """Gather a file; one that says the same as what lies there changes nothing."""
        part = self.new / _gathered(name)
        digest, size = hashlib.sha256(), 0
        with part.open("wb") as file:
            for piece in pieces:
                digest.update(piece)
                size += file.write(piece)
        entry, lies = Entry(digest.hexdigest(), size, etag, path), self.unchanged(name)
        if lies and lies.sha256 == entry.sha256:
            part.unlink()
        else:
            self._must_be_free(name)
            self.changed.add(name)
        self.after[name] = entry
        return entry

    def _must_be_free(self, name: str) -> None:
        if name not in self.before and os.path.lexists(self.root / name):
            raise InTheWay(file=name)

    def finish(self) -> list[str]:
        """Let the new state take the old one's place; what was removed."""
        gone = sorted(set(self.before) - set(self.after))
        files = {name: asdict(entry) for name, entry in sorted(self.after.items())}
        todo = {"form": FORM, "files": files, "moved": sorted(self.changed, key=_last), "removed": gone}
        if not self.changed and not gone and self.before == self.after:
            shutil.rmtree(self.new, ignore_errors=True)
            return []
        _written(self.root / OURS / "todo.json", orjson.dumps(todo, option=orjson.OPT_INDENT_2))
        _carry_out(self.root)
        return gone


def _gathered(name: str) -> str:
    """What a file is called until it takes its place: all lie in one folder, since making hundreds takes its time."""
    return hashlib.sha256(name.encode()).hexdigest()


def _last(name: str) -> tuple[bool, str]:
    """Pages come after what they lead to."""
    return (name.endswith(".html"), name)


@contextmanager
def opened(root: Path) -> Iterator[Folder]:
    """The folder, made where it does not exist, locked, and completed where a run was killed. See `errors` for what it raises."""
    try:
        _claim(root)
        with (root / OURS / "lock").open("w") as lock:
            _lock(lock.fileno(), root)
            if (root / OURS / "todo.json").exists():
                _carry_out(root)
            shutil.rmtree(root / OURS / "new", ignore_errors=True)
            (root / OURS / "new").mkdir()
            yield Folder(root, _known(root))
    except OSError as error:
        raise NotWritable(folder=root, why=error.strerror or error) from error


def _claim(root: Path) -> None:
    if not root.parent.is_dir() or (root.exists() and not root.is_dir()):
        raise NotAFolder(folder=root)
    root.mkdir(exist_ok=True)
    if not (root / OURS).is_dir() and any(not one.name.startswith(".") for one in root.iterdir()):
        raise NotOurs(folder=root)
    (root / OURS).mkdir(exist_ok=True)


def _lock(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UnderWay(folder=root) from None


def _known(root: Path) -> dict[str, Entry]:
    try:
        stored = orjson.loads((root / OURS / "files.json").read_bytes())
        return {name: Entry(**entry) for name, entry in stored["files"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged(folder=root / OURS) from error


def _carry_out(root: Path) -> None:
    """Do what the list says; doing it again does no harm."""
    todo: Mapping[str, list[str]] = orjson.loads((root / OURS / "todo.json").read_bytes())
    for name in todo["moved"]:
        part = root / OURS / "new" / _gathered(name)
        if part.exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            part.replace(root / name)
    for name in todo["removed"]:
        (root / name).unlink(missing_ok=True)
        _tidy(root, (root / name).parent)
    (root / OURS / "todo.json").replace(root / OURS / "files.json")
    shutil.rmtree(root / OURS / "new", ignore_errors=True)


def _tidy(root: Path, folder: Path) -> None:
    """Folders that hold nothing any more go as well."""
    while folder != root:
        with suppress(OSError):
            folder.rmdir()
        folder = folder.parent


def _written(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
