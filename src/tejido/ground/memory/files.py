"""Files on their way into the memory: checked for kind and size, opened, waiting in the node's folder."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import IO

from django.conf import settings

from tejido.ground.memory.models import Origin
from tejido.ground.memory.problems import TooLarge, UnknownFile

PART = ".part"
"""The ending of a file that is still arriving."""
MOST_BYTES = 128 << 20
"""Of a file, and of what is packed in one."""


def folder() -> Path:
    """Where files wait for the worker."""
    path = Path(settings.NODE_DIR) / "imports"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def waiting(key: str) -> Path:
    """The file of an origin that is being read."""
    return folder() / key


def kind_of(name: str) -> str:
    """What a file of this name holds; raises UnknownFile."""
    lower = name.lower()
    if lower.endswith((".tmx", ".zip")):
        return Origin.Kind.TMX
    if lower.endswith(".csv"):
        return Origin.Kind.GLOSSARY
    raise UnknownFile


def shown(name: str) -> str:
    """A file's name without folders and signs that steer text, for people."""
    return re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", Path(name.replace("\\", "/")).name)[:200]


def sha256(path: Path) -> str:
    """A file's sum."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The file's bytes and their number; of a ZIP archive those of the one TMX file in it."""
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(megabytes=MOST_BYTES >> 20)
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            yield file, path.stat().st_size
            return
        with _packed(file) as (inner, size):
            yield inner, size


@contextmanager
def _packed(file: IO[bytes]) -> Iterator[tuple[IO[bytes], int]]:
    try:
        with zipfile.ZipFile(file) as archive:
            found = [one for one in archive.infolist() if one.filename.lower().endswith(".tmx")]
            if len(found) != 1 or found[0].flag_bits & 1:
                raise UnknownFile
            if found[0].file_size > MOST_BYTES:
                raise TooLarge(megabytes=MOST_BYTES >> 20)
            with archive.open(found[0]) as inner:
                yield inner, found[0].file_size
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UnknownFile from error
