"""A given cover: encoded anew from its pixels, the right way up, nothing left of what a phone wrote beside them."""

import struct
from io import BytesIO

import av
import numpy as np
import pytest

from tejido.engines.press.cover import PNG, size
from tejido.engines.press.errors import CoverMoves, CoverTooHeavy, CoverTooLarge, CoverUnreadable
from tejido.engines.press.picture import CAMERA, FULL_BYTES, PLACE, SMALL, SMALL_BYTES, TEXT, jpeg, made
from tests.engines.press.test_cover import head, picture


def exif(way: int = 1) -> bytes:
    """A camera's notes: which way up, and that the place is known."""
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, way, 0) + struct.pack("<HHII", 0x8825, 4, 1, 26)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entries + struct.pack("<I", 0) + b"CANARY 41.88"


def photo(way: int = 1) -> bytes:
    """White above, black below, as a phone would write it."""
    pixels = np.zeros((1400, 1400, 3), np.uint8)
    pixels[:700] = 255
    data, notes = jpeg(pixels, 1400, FULL_BYTES), b"Exif\0\0" + exif(way)
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + data[2:]


def pixels_of(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    with av.open(BytesIO(data), "r") as source:
        return next(source.decode(video=0)).to_ndarray(format="rgb24").astype(np.uint8)


def test_what_a_phone_wrote_is_told_and_left_behind() -> None:
    found = made(photo())
    assert found.carried == (PLACE, CAMERA)
    assert size(found.full) == (1400, 1400)
    assert size(found.small) == (SMALL, SMALL)
    for data in (found.full, found.small):
        assert b"CANARY" not in data
        assert b"Exif" not in data
        assert b"Lavc" not in data
    assert len(found.full) <= FULL_BYTES
    assert len(found.small) <= SMALL_BYTES


@pytest.mark.parametrize(
    ("way", "light"),
    [(1, "top"), (2, "top"), (3, "bottom"), (4, "bottom"), (5, "left"), (6, "right"), (7, "right"), (8, "left")],
)
def test_it_stands_as_the_camera_was_held(way: int, light: str) -> None:
    """White was the first row: EXIF says on which side the first row belongs."""
    found = pixels_of(made(photo(way)).small).mean(axis=2)
    middle = SMALL // 2
    sides = {
        "top": found[:40, middle - 20 : middle + 20], "bottom": found[-40:, middle - 20 : middle + 20],
        "left": found[middle - 20 : middle + 20, :40], "right": found[middle - 20 : middle + 20, -40:],
    }  # fmt: skip
    assert max(sides, key=lambda side: float(sides[side].mean())) == light


def test_words_in_a_png_are_told_and_left_behind() -> None:
    found = made(picture(1500, 1500))
    assert found.carried == (TEXT,)
    assert b"CANARY" not in found.full
    assert made(picture(2600, 2600)).side == 2000


def test_a_busy_picture_is_made_small_enough() -> None:
    noise = np.random.default_rng(7).integers(0, 255, (1400, 1400, 3), dtype=np.uint8)
    found = made(jpeg(noise, 1400, 50_000_000))
    assert len(found.full) <= FULL_BYTES
    assert len(found.small) <= SMALL_BYTES


def animated() -> bytes:
    still = picture(1400, 1400)
    return still[:33] + struct.pack(">I4sIII", 8, b"acTL", 2, 0, 0) + still[33:]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", CoverUnreadable),
        (b"no picture", CoverUnreadable),
        (head(20_000, 20_000), CoverTooLarge),
        (head(1400, 1400), CoverUnreadable),
        (animated(), CoverMoves),
        (b"GIF89a" + bytes(100), CoverMoves),
        (PNG + bytes(20_000_001), CoverTooHeavy),
    ],
    ids=["empty", "text", "huge", "torn", "animated", "gif", "heavy"],
)
def test_what_cannot_be_a_cover_is_refused(data: bytes, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        made(data)
