"""The pattern that recognises usual headers decides nothing by itself: with it and without it the same is accepted."""

import re
from typing import Any
from unittest import mock

import orjson
from hypothesis import example, given
from hypothesis import strategies as st

from tejido.log import header as headers
from tejido.log.errors import Malformed

HASHES = st.sampled_from(["aa" * 32, "bb" * 32, "0c" * 32, "", "AA" * 32, "ab" * 31, "ab" * 33])
LISTS = st.lists(HASHES, max_size=3) | st.just([f"{i:02x}" * 32 for i in range(8)] + ["ff" * 32])
NUMBERS = st.sampled_from([0, 1, 2, 7, 9_999, 10_000, 262_144, 262_145, 2**53 - 1, 2**53, -1, True])
KINDS = st.sampled_from(["relay.report", "redact", "org.genesis", "a" * 65, "a.b.c.d.e", "A", "a..b", ""])
DAYS = st.sampled_from(["2026-11-22", "2026-02-30", "2024-02-29", "0000-01-01", "2026-1-1"])
PRIVATE = {"deps": LISTS, "lam": NUMBERS, "log": HASHES, "org": HASHES, "ph": HASHES, "prev": HASHES, "ps": NUMBERS}
PRIVATE |= {"seq": NUMBERS, "v": st.sampled_from([headers.VERSION, "tejido2/ed25519"])}
PUBLIC = {**PRIVATE, "aggregate": HASHES, "blobs": LISTS, "day": DAYS, "kind": KINDS, "schema": NUMBERS}
GOOD: dict[str, Any] = {
    "aggregate": "", "blobs": [], "day": "2026-11-22", "deps": ["aa" * 32], "kind": "relay.report", "lam": 7,
    "log": "0c" * 32, "org": "bb" * 32, "ph": "aa" * 32, "prev": "bb" * 32, "ps": 300, "schema": 1, "seq": 3,
    "v": headers.VERSION,
}  # fmt: skip
NEVER = re.compile(rb"(?!)")


def told(data: bytes) -> headers.Header | None:
    """The header, or None where it is refused."""
    try:
        return headers.parse(data)
    except Malformed:
        return None


def same(data: bytes) -> headers.Header | None:
    """What both ways say."""
    usual = told(data)
    with mock.patch.object(headers, "USUAL", NEVER):
        assert told(data) == usual
    return usual


def bytes_of(raw: dict[str, Any]) -> bytes:
    return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)


def test_usual_headers_match_the_pattern() -> None:
    private = {name: GOOD[name] for name in PRIVATE}
    for raw in (GOOD, private, {**GOOD, "seq": 0, "prev": ""}):
        assert headers.USUAL.match(bytes_of(raw))
        assert same(bytes_of(raw))


@given(st.booleans(), st.data())
def test_some_fields_changed(public: bool, data: st.DataObject) -> None:
    fields = PUBLIC if public else PRIVATE
    raw = {name: GOOD[name] for name in fields}
    for name in data.draw(st.sets(st.sampled_from(sorted(fields)), max_size=2)):
        raw[name] = data.draw(fields[name])
    same(bytes_of(raw))


@given(st.integers(0, 2000), st.binary(max_size=3), st.integers(0, 3))
@example(10_000, b"\n", 0)
def test_bytes_put_in_or_taken_out(place: int, put: bytes, taken: int) -> None:
    data = bytes_of(GOOD)
    same(data[:place] + put + data[place + taken :])
