"""Where parts lie: `bundles/out/ID` for those made here, `bundles/in/ID` for those that arrive. Names are numbers made here."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from tejido.log.descriptors import is_hex
from tejido.replication import parts

SPARE_BYTES = 200 << 20
PART = re.compile(r"[0-9]{4}(?:-[0-9a-f]{32})?")


def made(bundle: str) -> Path:
    """The folder of a bundle made here."""
    return _root() / "out" / _checked(bundle)


def arriving(bundle: str) -> Path:
    """The folder of a bundle that arrives."""
    return _root() / "in" / _checked(bundle)


def _root() -> Path:
    return Path(settings.NODE_DIR) / "bundles"


def _checked(bundle: str) -> str:
    if not is_hex(bundle, 32):
        raise ValueError(f"no id of a bundle: {bundle!r}")
    return bundle


def fresh(folder: Path) -> Path:
    """The folder, empty, readable by the node alone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def ensure(folder: Path) -> Path:
    """The folder, as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def part(folder: Path, number: int) -> Path:
    """One part in it."""
    return folder / f"{number:04}"


def candidate(folder: Path, number: int, digest: bytes) -> Path:
    """One of the files that say of themselves that they are this part: by their bytes, so that none stands in another's way."""
    return folder / f"{number:04}-{digest.hex()[:32]}"


def candidates(folder: Path, number: int) -> list[Path]:
    """All of them."""
    return [path for path in sorted(folder.iterdir()) if PART.fullmatch(path.name) and int(path.name[:4]) == number]


def open_new(path: Path) -> BinaryIO:
    """A new file, readable by the node alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def token() -> str:
    """Tells the names of two files apart."""
    return secrets.token_hex(4)


def numbers(folder: Path) -> list[int]:
    """The parts that are there whole."""
    if not folder.is_dir():
        return []
    return sorted({int(path.name[:4]) for path in folder.iterdir() if PART.fullmatch(path.name)})


def opened(path: Path) -> BinaryIO:
    """A part, at its bytes; its label was checked when it came."""
    file = path.open("rb")
    file.seek(parts.HEAD)
    return file


def size(folder: Path) -> int:
    """Bytes of all its parts, labels and all."""
    return sum(part(folder, number).stat().st_size for number in numbers(folder))


def remove(folder: Path) -> None:
    """Everything of it."""
    shutil.rmtree(folder, ignore_errors=True)


def room(size: int) -> bool:
    """Whether so many bytes more leave the node space to breathe."""
    return shutil.disk_usage(ensure(_root())).free - size >= SPARE_BYTES


def strays(known: dict[str, set[str]]) -> Iterator[Path]:
    """Folders of bundles that no row names any more; `known`: ids by "in" and "out"."""
    for side, ids in known.items():
        folder = _root() / side
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name not in ids:
                yield path
