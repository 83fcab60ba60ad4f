"""Searching files for words in every form in which a program might have kept them."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tejido.ground.search import fold_text

CHUNK, OVERLAP = 1 << 20, 4096


@dataclass(frozen=True)
class Needle:
    """Bytes to look for (lower case), and what they stand for."""

    what: str
    data: bytes


def of_text(what: str, text: str) -> Iterator[Needle]:
    """A text as UTF-8, UTF-16, folded as the search does, hex, JSON escapes, and base64 at each of its three offsets."""
    plain = text.encode()
    forms = {
        "utf-8": plain,
        "utf-16": text.encode("utf-16-le"),
        "folded": fold_text(text).strip().encode(),
        "hex": plain.hex().encode(),
        "escaped": text.encode("ascii", "backslashreplace"),
    }
    for form, data in forms.items():
        yield Needle(f"{what} ({form})", data.lower())
    yield from _base64(what, plain)


def _base64(what: str, plain: bytes) -> Iterator[Needle]:
    """Case is lost in our search, which only makes it stricter: 20 characters do not meet by chance."""
    for offset in range(3):
        coded = base64.b64encode(bytes(offset) + plain)
        yield Needle(f"{what} (base64)", coded[4 if offset else 0 : -4].lower())


def of_bytes(what: str, data: bytes) -> Iterator[Needle]:
    """Bytes as they are, hex and base64."""
    yield Needle(what, data.lower())
    yield Needle(f"{what} (hex)", data.hex().encode())
    yield from _base64(what, data)


def in_bytes(data: bytes, needles: Iterable[Needle]) -> list[str]:
    """What is found in `data`."""
    held = data.lower()
    return [needle.what for needle in needles if needle.data and needle.data in held]


def in_file(path: Path, needles: Iterable[Needle]) -> set[str]:
    """What is found in a file, in its name too, a portion at a time."""
    wanted, found, kept = list(needles), set[str](), str(path.name).encode() + b"\n"
    with path.open("rb") as file:
        while portion := file.read(CHUNK):
            found.update(in_bytes(kept + portion, wanted))
            kept = portion[-OVERLAP:]
    return found | set(in_bytes(path.name.encode(), wanted))


def in_folder(folder: Path, needles: Iterable[Needle]) -> list[str]:
    """`file: what` for everything found under a folder; a file that goes while we look is no find."""
    wanted, found = list(needles), []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file():
                found += [f"{path.relative_to(folder.parent)}: {what}" for what in sorted(in_file(path, wanted))]
        except FileNotFoundError:
            continue
    return found
