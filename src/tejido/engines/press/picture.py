"""A given cover as it is published: two JPEGs made anew from its pixels alone, and what the file had carried beside them.

Phones write into a picture where and when it was taken. Nothing of that is copied; whoever gives a picture is told what was in
it, since the file on their phone still has it. The one thing that is heeded is which way up it is (EXIF 2.32, tag 0x0112).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import Any

from tejido.engines.press.cover import JPEG, LEAST, PNG, SIDE, check
from tejido.engines.press.errors import CoverUnreadable

FULL_BYTES, SMALL_BYTES, SMALL = 700_000, 12_000, 240
PLACE, CAMERA, TEXT = CARRIED = ("place", "camera", "text")
ORIENTATION, GPS = 0x0112, 0x8825
QUALITIES = (2, 3, 5, 8, 12, 18, 25, 31)
"""Of FFmpeg's JPEG encoder, the best first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`full`: for feeds and books, `side` pixels square; `small`: for pages; `carried`: what was left behind, of `CARRIED`."""

    full: bytes
    small: bytes
    side: int
    carried: tuple[str, ...]


def made(data: bytes) -> Picture:
    """A picture that somebody chose. Raises `CoverError` before it is opened where its head says that it does not fit."""
    check(data)
    blocks = list(_blocks(data))
    exif = next((body for name, body in blocks if name == CAMERA), b"")
    tags = dict(_tags(exif))
    pixels = _upright(_decoded(data), tags.get(ORIENTATION, 1))
    side = min(pixels.shape[0], SIDE)
    named = {name for name, _body in blocks} | ({PLACE} if GPS in tags else set())
    carried = tuple(one for one in CARRIED if one in named)
    return Picture(jpeg(pixels, side, FULL_BYTES), jpeg(pixels, SMALL, SMALL_BYTES), side, carried)


def _decoded(data: bytes) -> Any:
    import av

    try:
        with av.open(BytesIO(data), "r") as source:
            found = next(source.decode(video=0)).to_ndarray(format="rgb24")
    except (av.error.FFmpegError, StopIteration, IndexError, ValueError) as fault:
        raise CoverUnreadable from fault
    if found.shape[0] != found.shape[1] or found.shape[0] < LEAST:
        raise CoverUnreadable
    return found


def _upright(pixels: Any, way: int) -> Any:
    """Turned as its camera was held: `way` from 1 to 8."""
    import numpy as np

    turned = {3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}.get(way, 0)
    pixels = np.rot90(pixels, turned)
    return np.ascontiguousarray(pixels[:, ::-1] if way in (2, 4, 5, 7) else pixels)


def jpeg(pixels: Any, side: int, most: int) -> bytes:
    """The pixels as a JPEG of that side, as good as `most` bytes allow; nothing is said beside the picture."""
    import av

    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(side, side, "yuvj420p")
    found = b""
    for quality in QUALITIES:
        encoder = av.CodecContext.create("mjpeg", "w")
        encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = side, side, "yuvj420p", Fraction(1)
        encoder.qmin = encoder.qmax = quality
        frame.pts = 0
        found = _bare(b"".join(bytes(one) for one in [*encoder.encode(frame), *encoder.encode(None)]))
        if len(found) <= most:
            break
    return found


def small(full: bytes, side: int, most: int) -> bytes:
    """A JPEG of ours once more, smaller: for books."""
    return jpeg(_decoded(full), side, most)


def _bare(data: bytes) -> bytes:
    """A JPEG without comments."""
    kept, rest = [JPEG], 0
    for start, end, kind in _segments(data):
        rest = end
        if kind != 0xFE:
            kept.append(data[start:end])
    return b"".join(kept) + data[rest:]


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Begin, end and kind of what stands before a JPEG's pixels (ITU T.81, B.1.1)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        yield at, end, data[at + 1]
        at = end


def _blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What a file carries beside its pixels: a camera's notes (TIFF), or words."""
    if data.startswith(PNG):
        yield from _png_blocks(data)
        return
    for start, end, kind in _segments(data):
        body = data[start + 4 : end]
        if kind == 0xE1 and body.startswith(b"Exif\0\0"):
            yield CAMERA, body[6:]
        elif kind in (0xE1, 0xED, 0xFE):
            yield TEXT, body


def _png_blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = len(PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"eXIf":
            yield CAMERA, data[at + 8 : at + 8 + length]
        elif kind in (b"tEXt", b"iTXt", b"zTXt"):
            yield TEXT, data[at + 8 : at + 8 + length]
        at += 12 + length


def _tags(tiff: bytes) -> Iterator[tuple[int, int]]:
    """Tags of the first directory of a TIFF block, each with the first two bytes of its value."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0] if order else len(tiff)
        for at in range(struct.unpack_from(f"{order}H", tiff, start)[0] if order else 0):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * at)
            yield tag, value
    except struct.error:
        return
