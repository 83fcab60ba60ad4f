"""Which letters the fonts at hand can set, read from the fonts themselves (OpenType's `cmap`, formats 4 and 12)."""

import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

BUNDLED = Path(__file__).parent / "vendor"
ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
UNSEEN = frozenset(
    {0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
)
STEERS = (0xFE00, 0xFE0F)  # variation selectors
BOX = "\ufffd"  # what stands for a sign that no font has


def files(folders: Iterable[Path]) -> list[Path]:
    """Fonts in folders and below, sorted."""
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)


def letters(folders: Iterable[Path]) -> frozenset[int]:
    """Code points that one of the fonts has."""
    return frozenset().union(*(_letters(path, path.stat().st_mtime_ns) for path in files(folders)))


@lru_cache(maxsize=256)
def _letters(path: Path, _changed: int) -> frozenset[int]:
    data = path.read_bytes()
    try:
        return frozenset(code for start in _faces(data) for code in _cmap(data, start))
    except (struct.error, IndexError):
        return frozenset()


def _faces(data: bytes) -> Iterator[int]:
    """Where each face of a file begins."""
    if data[:4] == b"ttcf":
        yield from struct.unpack_from(f">{struct.unpack_from('>I', data, 8)[0]}I", data, 12)
    else:
        yield 0


def _cmap(data: bytes, start: int) -> Iterator[int]:
    tables = struct.unpack_from(">H", data, start + 4)[0]
    for at in range(start + 12, start + 12 + 16 * tables, 16):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, at)
        if tag == b"cmap":
            count = struct.unpack_from(">H", data, offset + 2)[0]
            for record in range(offset + 4, offset + 4 + 8 * count, 8):
                yield from _subtable(data, offset + struct.unpack_from(">HHI", data, record)[2])


def _subtable(data: bytes, at: int) -> Iterator[int]:
    kind = struct.unpack_from(">H", data, at)[0]
    if kind == 12:
        for group in range(struct.unpack_from(">I", data, at + 12)[0]):
            first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * group)
            yield from range(first, min(last, 0x10FFFF) + 1)
    elif kind == 4:
        count = struct.unpack_from(">H", data, at + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", data, at + 14)
        starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
        for first, last in zip(starts, ends, strict=True):
            yield from range(first, last + 1 if last < 0xFFFF else last)


def lacking(texts: Iterable[str], have: frozenset[int], most: int = 12) -> str:
    """Letters that cannot be set, the first few; empty where all can. Signs that are no letters do not count."""
    read = [*texts]
    wanted = {sign for sign in set().union(*read) if sign.isalpha() and ord(sign) not in have}
    first = dict.fromkeys(sign for text in read for sign in text if sign in wanted) if wanted else {}
    return "".join(list(first)[:most])


def settable(text: str, have: frozenset[int]) -> str:
    """The text with a box for each sign (an emoji) that no font has, and without what would only steer one."""
    if text.isascii():
        return text
    proper = unicodedata.normalize("NFC", text)
    other = {ord(sign): _other(sign) for sign in set(proper) if not _stands(sign, have)}
    return proper.translate(other) if other else proper


def _stands(sign: str, have: frozenset[int]) -> bool:
    code = ord(sign)
    return not STEERS[0] <= code <= STEERS[1] and (code in have or code in UNSEEN or sign in "\n\t")


def _other(sign: str) -> str:
    return "" if STEERS[0] <= ord(sign) <= STEERS[1] else BOX
