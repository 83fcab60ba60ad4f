"""Canonical JSON: the one form of bytes that is hashed, signed and stored.

Within this profile (ASCII keys, integers |n| < 2^53, no floats, NFC strings without NUL, at most 32 levels) orjson's sorted
form equals RFC 8785, and so two independent encoders give the same bytes. NUL is left out because PostgreSQL stores none.
NFC is asked of the letters of Unicode 3.2, which every Python can tell, and what came later is inert: by the tables of the
day, two nodes with different Pythons would disagree about new letters. What is NFC today is NFC so, too, and is asked first.
Whoever receives bytes never writes them anew: they are checked and kept.
"""

import unicodedata
from typing import Any

import orjson

from tejido.log.errors import NotCanonical

PINNED, INERT = unicodedata.ucd_3_2_0, "\ufffd"
LIMIT = 2**53
DEPTH = 32


def encode(value: object) -> bytes:
    """The canonical bytes of `value`; raises `NotCanonical` where the profile forbids it."""
    _check(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise NotCanonical(f"cannot be written as canonical JSON: {error}") from error


def decode(data: bytes) -> Any:
    """The value in `data`; raises `NotCanonical` unless `data` is exactly its canonical form."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error}") from error
    _check(value)
    if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != data:
        raise NotCanonical("keys unsorted or doubled, spaces, or escapes that the canonical form does not use")
    return value


def decode_object(data: bytes) -> dict[str, Any]:
    """As `decode`, for an object."""
    value = decode(data)
    if not isinstance(value, dict):
        raise NotCanonical("an object is expected")
    return value


def _check(value: object, depth: int = 0) -> None:
    kind = type(value)
    if kind is str:
        _check_text(value)  # type: ignore[arg-type]
    elif kind is dict:
        _check_depth(depth)
        for key, inner in value.items():  # type: ignore[attr-defined]
            if type(key) is not str or not key.isascii() or "\0" in key:
                raise NotCanonical(f"key {key!r} is not ASCII text")
            _check(inner, depth + 1)
    elif kind is list or kind is tuple:
        _check_depth(depth)
        for inner in value:  # type: ignore[attr-defined]
            _check(inner, depth + 1)
    elif kind is int:
        if not -LIMIT < value < LIMIT:  # type: ignore[operator]
            raise NotCanonical(f"integer {value} is not below 2^53")
    elif value is not None and kind is not bool:
        raise NotCanonical(f"{kind.__name__} values are not allowed (floats never are)")


def _check_depth(depth: int) -> None:
    if depth >= DEPTH:
        raise NotCanonical(f"nested more than {DEPTH} levels deep")


def is_nfc(text: str) -> bool:
    """Whether text is in normal form C as far as Unicode 3.2 knows its letters."""
    if unicodedata.is_normalized("NFC", text):
        return True
    known = (letter if PINNED.category(letter) != "Cn" else INERT for letter in text)
    return unicodedata.is_normalized("NFC", "".join(known))


def _check_text(text: str) -> None:
    if "\0" in text:
        raise NotCanonical("text holds NUL")
    if text.isascii():
        return
    if not is_nfc(text):
        raise NotCanonical("text is not in Unicode normal form C")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("text holds a lone surrogate") from error
