"""A publication's cover, drawn by Typst from its words and its cloth; or a picture that somebody gave, made safe.

Directories want square pictures of 1,400 to 3,000 pixels, RGB, JPEG or PNG. A given picture's size is read from its first
bytes: one of 20,000 pixels is refused before anything is unpacked. Whatever is kept was encoded here, without metadata.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

from tejido.engines.press.backends.typesetting import Job, typeset_all
from tejido.engines.press.cloth import band, dyes
from tejido.engines.press.errors import (
    CoverMoves,
    CoverNotSquare,
    CoverTooHeavy,
    CoverTooLarge,
    CoverTooSmall,
    CoverUnreadable,
)
from tejido.engines.press.fonts import BUNDLED, letters, settable
from tejido.engines.press.pdf import drawn_for, families, job, tongue_of

HERE = Path(__file__).parent
LEAST, MOST, SIDE = 1400, 3000, 2000
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
CRITICAL = (b"IHDR", b"IDAT", b"IEND")
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """A cover: `title` in its script, the `name` of who publishes, a cloth woven from `seed`; `side` in pixels."""

    title: str
    name: str
    seed: str
    lang: str
    side: int = SIDE


def cover(title: str, name: str, seed: str, lang: str, *, side: int = SIDE, fonts: Iterable[Path] = ()) -> bytes:
    """One cover: a square PNG."""
    return covers([Order(title, name, seed, lang, side)], fonts)[0]


def covers(orders: Iterable[Order], fonts: Iterable[Path] = ()) -> list[bytes]:
    """Square PNGs, in order; several are drawn in one process of their own."""
    folders = [BUNDLED, *fonts]
    have, names = letters(folders), families(folders)
    return [_encoded(one) for one in typeset_all([_job(order, folders, have, names) for order in orders])]


def _job(order: Order, folders: list[Path], have: frozenset[int], names: list[str]) -> Job:
    colours = dyes(order.seed)
    data = {
