"""Covers: square RGB pictures without metadata; a given one is checked before it is opened."""

import struct
import zlib
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
import pytest

from tejido.engines.press.cloth import DYES, band, dyes, stitches
from tejido.engines.press.cover import PNG, cover, given, size
from tejido.engines.press.errors import CoverMoves, CoverNotSquare, CoverTooLarge, CoverTooSmall, CoverUnreadable


def chunks(png: bytes) -> list[bytes]:
    at, found = len(PNG), []
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        found.append(kind)
        at += 12 + length
    return found


def picture(width: int, height: int, codec: str = "png") -> bytes:
    """A real picture that says who made it."""
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.time_base = width, height, Fraction(1)
    encoder.pix_fmt = "rgb24" if codec == "png" else "yuvj420p"
    frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), 90, np.uint8), format="rgb24")
    frame = frame.reformat(format=encoder.pix_fmt)
    frame.pts = 0
    data = b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
    if codec != "png":
        note = b"CANARY camera, 41.88,-87.63"
        return data[:2] + b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note + data[2:]
    body = b"tEXtAuthor\0CANARY"
    return data[:33] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + data[33:]


def head(width: int, height: int) -> bytes:
    """The first bytes of a PNG of that size, and nothing after them."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("title", "lang"), [("Who decides?", "en"), ("من يقرر متى ينتهي الليل؟", "ar"), ("रात " * 60, "hi")]
)
def test_a_drawn_cover_is_what_directories_want(title: str, lang: str) -> None:
    data = cover(title, "Committee", "abcd2345", lang, side=1400)
    assert size(data) == (1400, 1400)
    assert set(chunks(data)) == {b"IHDR", b"IDAT", b"IEND"}
    with av.open(BytesIO(data), "r") as opened:
        assert next(opened.decode(video=0)).format.name == "rgb24"
    assert data == cover(title, "Committee", "abcd2345", lang, side=1400)


def test_the_cloth_mirrors_itself_and_has_the_names_dyes() -> None:
    motif = stitches("abcd2345")
    assert motif == motif[::-1] == [row[::-1] for row in motif] == [list(column) for column in zip(*motif, strict=True)]
    assert dyes("abcd2345") in DYES
    assert len({band(f"name{n}", 2) for n in range(50)}) == 50


@pytest.mark.parametrize("one", DYES)
def test_words_can_be_read_on_every_dye(one: object) -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for dark, pale in ((one.ink, "#ffffff"), (one.deep, one.paper)):  # type: ignore[attr-defined]
        assert (light(pale) + 0.05) / (light(dark) + 0.05) >= 7


@pytest.mark.parametrize("codec", ["png", "mjpeg"])
def test_a_given_picture_loses_what_it_tells(codec: str) -> None:
    before = picture(1400, 1400, codec)
    assert b"CANARY" in before
    after = given(before)
    assert b"CANARY" not in after
    assert set(chunks(after)) == {b"IHDR", b"IDAT", b"IEND"}


def test_twenty_thousand_pixels_are_refused_before_anything_is_unpacked() -> None:
    with pytest.raises(CoverTooLarge, match="20000 × 20000 pixels"):
        given(head(20_000, 20_000))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (head(1000, 1000), CoverTooSmall),
        (head(1400, 2000), CoverNotSquare),
        (head(1500, 1500), CoverUnreadable),
        (b"", CoverUnreadable),
        (b"GIF89a", CoverMoves),
        (b"\xff\xd8\xff", CoverUnreadable),
        (PNG, CoverUnreadable),
    ],
)
def test_other_pictures_are_refused_with_a_reason(data: bytes, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        given(data)
