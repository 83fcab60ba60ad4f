"""Compressed bodies, and bombs."""

import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.peers import squeezing
from tejido.log.errors import Malformed


@given(st.lists(st.binary(max_size=3000), max_size=20), st.integers(1, 700))
def test_what_goes_in_comes_out(pieces: list[bytes], cut: int) -> None:
    packed = squeezing.squeeze(pieces)
    again = [packed[start : start + cut] for start in range(0, len(packed), cut)]
    assert b"".join(squeezing.unsqueeze(again, 1 << 20)) == b"".join(pieces)


def fill(found: bytearray, pieces: list[bytes]) -> None:
    for plain in squeezing.unsqueeze(pieces, 1 << 30):
        found += plain


def test_bombs_are_stopped_early() -> None:
    found = bytearray()
    with pytest.raises(Malformed):
        fill(found, [zlib.compress(bytes(50 << 20), 9)])
    assert len(found) < 6 << 20
    with pytest.raises(Malformed):
        list(squeezing.unsqueeze([zlib.compress(Random(1).randbytes(2000))], 1000))


@pytest.mark.parametrize("damage", [b"", b"no zlib", zlib.compress(b"x")[:-1], zlib.compress(b"x") + b"more"])
def test_what_is_damaged_is_said_to_be(damage: bytes) -> None:
    with pytest.raises(Malformed):
        list(squeezing.unsqueeze([damage], 1000))


def test_of_what_is_cut_off_all_but_the_last_64_kib_can_be_opened() -> None:
    pieces = [Random(number).randbytes(10_000) for number in range(100)]
    packed, found = squeezing.squeeze(pieces), bytearray()
    with pytest.raises(Malformed):
        fill(found, [packed[: len(packed) // 2]])
    assert len(found) > 500_000 - 2 * squeezing.FREE
    assert b"".join(pieces).startswith(found)
