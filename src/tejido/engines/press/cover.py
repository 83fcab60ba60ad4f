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
        "title": settable(order.title, have), "name": settable(order.name, have), **tongue_of(order.lang),
        "fonts": drawn_for(order.lang, names), "cloth": band(order.seed, 4, 3, lit=True),
        "dyes": {"deep": colours.deep, "second": colours.second, "paper": colours.paper},
    }  # fmt: skip
    return job(HERE / "cover.typ", data, folders, format="png", ppi=order.side / (100 / 25.4))


def given(data: bytes) -> bytes:
    """A picture that somebody chose, as a cover: checked before it is opened, then encoded anew."""
    check(data)
    return _encoded(data)


def check(data: bytes) -> None:
    """Refuse what cannot be a cover, before anything is unpacked. Raises `CoverError`."""
    if len(data) > MOST_BYTES:
        raise CoverTooHeavy(most=MOST_BYTES // 1_000_000)
    if data.startswith((b"GIF8", b"RIFF")):
        raise CoverMoves
    width, height = size(data)
    sizes = {"width": width, "height": height}
    if max(width, height) > MOST:
        raise CoverTooLarge(least=LEAST, most=MOST, **sizes)
    if min(width, height) < LEAST:
        raise CoverTooSmall(least=LEAST, most=MOST, **sizes)
    if width != height:
        raise CoverNotSquare(**sizes)
    if data.startswith(PNG) and b"acTL" in data[: data.find(b"IDAT")]:
        raise CoverMoves


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the head of a PNG or JPEG; nothing is decoded."""
    try:
        if data.startswith(PNG):
            width, height = struct.unpack_from(">II", data, 16)
            return int(width), int(height)
        if data.startswith(JPEG):
            return _jpeg_size(data)
    except struct.error:
        pass
    raise CoverUnreadable


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From the first frame header (ITU T.81, B.2.2)."""
    at = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF:
            raise CoverUnreadable
        if kind in FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return int(width), int(height)
        at += 2 + (length if kind != 0xFF else -1)


def _encoded(data: bytes) -> bytes:
    """The picture alone, as RGB without alpha, with nothing said beside it."""
    import av

    try:
        with av.open(BytesIO(data), "r") as source:
            frame = next(source.decode(video=0)).reformat(format="rgb24")
    except (av.error.FFmpegError, StopIteration, IndexError) as fault:
        raise CoverUnreadable from fault
    encoder = av.CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "rgb24"
    encoder.time_base = Fraction(1)
    encoder.options = {"pred": "mixed", "compression_level": "6"}
    frame.pts = 0
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return PNG + b"".join(_critical(b"".join(bytes(packet) for packet in packets)))


def _critical(png: bytes) -> Iterator[bytes]:
    """The chunks that make the picture, without those that tell of it."""
    at, end = len(PNG), len(png)
    while at < end:
        length, kind = struct.unpack_from(">I4s", png, at)
        if kind in CRITICAL:
            body = png[at + 4 : at + 8 + length]
            yield struct.pack(">I", length) + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
