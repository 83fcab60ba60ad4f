"""Chunks, descriptors and references as pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tejido.ground.blobs.errors import BlobMalformed, BlobUnreadable
from tejido.ground.blobs.formats import CHUNK, TAG, BlobRef, Descriptor, seal, sha256, unseal

KEY = "07" * 32
HASH = "ab" * 32


def test_golden_descriptor_and_id() -> None:
    empty = Descriptor((sha256(b""),), 0)
    assert empty.encode() == (
        b'{"chunks":["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],"size":0}'
    )
    assert empty.id == "263923aeaa43b1ed35096255cf90a98779013744777320444e66933e15757f9c"


def test_a_sealed_chunk_opens_only_in_its_place() -> None:
    stored = seal(KEY, 3, b"word", last=False)
    assert len(stored) == 4 + TAG
    assert unseal(KEY, 3, stored, last=False) == b"word"
    for key, index, last in ((KEY, 2, False), (KEY, 3, True), ("08" * 32, 3, False)):
        with pytest.raises(BlobUnreadable):
            unseal(key, index, stored, last=last)


@given(st.integers(0, 5 * CHUNK))
def test_lengths_of_chunks_add_up(size: int) -> None:
    count = max(1, -(-size // CHUNK))
    descriptor = Descriptor((HASH,) * count, size)
    assert sum(descriptor.length(i) for i in range(count)) == size
    assert Descriptor.decode(descriptor.encode()) == descriptor


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"nonsense",
        b'{"chunks":[],"size":0}',
        b'{"chunks":["' + b"AB" * 32 + b'"],"size":1}',
        b'{"chunks":["../../etc/passwd"],"size":1}',
        b'{"size":1,"chunks":["' + b"ab" * 32 + b'"]}',
        b'{"chunks":["' + b"ab" * 32 + b'"],"size":1.0}',
        b'{"chunks":["' + b"ab" * 32 + b'"],"size":true}',
        b'{"chunks":["' + b"ab" * 32 + b'"],"size":-1}',
        b'{"chunks":["' + b"ab" * 32 + b'"],"size":1048577}',
        b'{"chunks":["' + b"ab" * 32 + b'"], "size":1}',
        b'{"chunks":["' + b"ab" * 32 + b'"],"size":1,"x":1}',
        b'{"chunks":["' + b"ab" * 32 + b'"],"chunks":["' + b"ab" * 32 + b'"],"size":1}',
        b"[" * 2000,
        b" " * (2 << 20),
    ],
)
def test_a_malformed_descriptor_is_refused(line: bytes) -> None:
    with pytest.raises(BlobMalformed):
        Descriptor.decode(line)


def test_a_reference_survives_an_event() -> None:
    ref = BlobRef(HASH, KEY, 12, "audio/ogg")
    assert BlobRef.from_dict(ref.to_dict()) == ref
    assert ref.sealed
    assert not BlobRef(HASH, "", 12, "audio/ogg").sealed


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"id": "AB" * 32},
        {"key": "12"},
        {"size": -1},
        {"size": True},
        {"size": "1"},
        {"type": "audio"},
        {"type": "audio/ogg\r\nX: y"},
        {"type": None},
        {"more": 1},
    ],
)
def test_a_malformed_reference_is_refused(change: dict[str, object]) -> None:
    good: dict[str, object] = {"id": HASH, "key": KEY, "size": 1, "type": "audio/ogg"}
    with pytest.raises(BlobMalformed):
        BlobRef.from_dict({**good, **change})


@pytest.mark.parametrize("body", [None, [], "x", {}])
def test_what_is_no_reference_is_refused(body: object) -> None:
    with pytest.raises(BlobMalformed):
        BlobRef.from_dict(body)
