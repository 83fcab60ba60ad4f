"""The canonical form equals RFC 8785 within its profile, and refuses everything outside of it."""

import json
import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tejido.log import canon
from tejido.log.errors import NotCanonical

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)
KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=8)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
OUTSIDE: list[Any] = [
    1.0, 0.5, float("nan"), float("inf"), 2**53, -(2**53), 2**64, 10**40, "e\u0301", "\ud800", {"é": 1}, {1: 2},
    "a\0b", {"a\0": 1}, b"bytes", {"s": {1, 2}}, [object()],
]  # fmt: skip
ODD = [
    b"1.0", b"1e3", b"-0", b"-0.0", b"01", b'"\\u0041"', b'"\\/"', b'{"a":1,"a":1}', b'{"b":1,"a":1}', b"[1, 2]", b" 1",
    b"1 ", b"\xef\xbb\xbf1", b'"\\ud800"', b'"\xed\xa0\x80"', b'"e\xcc\x81"', b"NaN", b"Infinity", b"", b"[", b"nul",
    b'"\\u0000"', b"9007199254740992", b"123456789012345678901234567890", b"1//", b"[1,]", b'"\x01"',
    b"\"\\ud83d\\ude00\"",
]  # fmt: skip


@given(VALUES)
def test_equals_rfc_8785_and_reads_back(value: Any) -> None:
    data = canon.encode(value)
    assert data == rfc8785.dumps(value)
    assert canon.decode(data) == value == json.loads(data)


@pytest.mark.parametrize("value", OUTSIDE, ids=lambda value: type(value).__name__)
def test_outside_the_profile(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canon.encode(value)
    with pytest.raises(NotCanonical):
        canon.encode({"deep": [value]})


@pytest.mark.parametrize("data", ODD)
def test_bytes_in_another_form(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        canon.decode(data)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = canon.decode(data)
    except NotCanonical:
        return
    assert canon.encode(value) == data


@pytest.mark.parametrize("depth", [33, 200, 300, 1000, 100_000])
def test_deep_nesting_is_refused_and_not_a_crash(depth: int) -> None:
    with pytest.raises(NotCanonical):
        canon.decode(b"[" * depth + b"]" * depth)
    with pytest.raises(NotCanonical):
        canon.decode(b'{"a":' * depth + b"1" + b"}" * depth)


def test_thirty_two_levels_are_fine() -> None:
    data = b"[" * 32 + b"]" * 32
    assert canon.encode(canon.decode(data)) == data


@given(VALUES, st.data())
def test_whitespace_anywhere_between_tokens_is_refused(value: Any, data: st.DataObject) -> None:
    loose = json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    if loose != canon.encode(value):
        with pytest.raises(NotCanonical):
            canon.decode(loose)
    gap = data.draw(st.sampled_from([b" ", b"\n", b"\t", b"\r"]))
    with pytest.raises(NotCanonical):
        canon.decode(gap + canon.encode(value))


@given(st.text())
def test_what_is_nfc_today_is_nfc_by_the_pinned_letters(text: str) -> None:
    known = [
        letter if canon.PINNED.category(letter) != "Cn" else canon.INERT
        for letter in unicodedata.normalize("NFC", text)
    ]
    assert unicodedata.is_normalized("NFC", "".join(known))


def test_letters_that_are_newer_than_the_pinned_tables_are_inert() -> None:
    newer = "b\u0301\u1dc2"  # a mark of Unicode 4.1 behind one of higher class: today's tables would put it first
    assert not unicodedata.is_normalized("NFC", newer)
    assert canon.decode(canon.encode([newer])) == [newer]
    with pytest.raises(NotCanonical):
        canon.encode("b\u0301\u0323")  # both were known then: this is no NFC by either
