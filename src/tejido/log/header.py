"""The signed header of an event: kept for ever, holding nothing personal.

In public spaces it tells kind, aggregate, day and blobs; in all others these lie inside the payload, and the header is an
envelope that shows only who continued which log.
"""

import re
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import orjson

from tejido.log import canon
from tejido.log.errors import BadHeader, NotCanonical
from tejido.log.keys import EVENT, digest

VERSION = "tejido1/ed25519"
MAX_DEPS = 8
MAX_BLOBS = 16
MAX_KIND = 64
MAX_SCHEMA = 10_000
MAX_HEADER = 4096
MAX_PAYLOAD = 256 * 1024
PRIVATE = frozenset({"deps", "lam", "log", "org", "ph", "prev", "ps", "seq", "v"})
PUBLIC = PRIVATE | {"aggregate", "blobs", "day", "kind", "schema"}
KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}\Z")
HASH = re.compile(r"[0-9a-f]{64}\Z")
DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
LIMIT = 2**53

# The canonical form of nearly every header as one pattern: what matches it needs no second writing to be compared with.
_HEX = "[0-9a-f]{64}"
_LIST = rf'\[(?:"{_HEX}"(?:,"{_HEX}")*)?\]'
_PLACE = rf'"deps":{_LIST},%s"lam":[1-9]\d{{0,14}},"log":"{_HEX}","org":"{_HEX}","ph":"{_HEX}",'
_PLACE += rf'"prev":"(?:{_HEX})?","ps":[1-9]\d{{0,5}},%s"seq":(?:0|[1-9]\d{{0,14}}),"v":"{re.escape(VERSION)}"}}\Z'
_DAY = r'"day":"\d{4}-\d\d-\d\d"'
_KIND = r'"kind":"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,3}",'
USUAL = re.compile(
    "|".join(
        (
            r"\{" + _PLACE % ("", ""),
            rf'\{{"aggregate":"(?:{_HEX})?","blobs":{_LIST},{_DAY},' + _PLACE % (_KIND, r'"schema":[1-9]\d{0,2},'),
        )
    ).encode()
)


class Header(NamedTuple):
    """A parsed header. Hashes are hex as signed; `kind`, `schema`, `aggregate`, `day`, `blobs` are None where private."""

    org: str
    log: str
    seq: int
    prev: str
    deps: list[str]
    lam: int
    ph: str
    ps: int
    kind: str | None
    schema: int | None
    aggregate: str | None
    day: str | None
    blobs: list[str] | None

    @property
    def public(self) -> bool:
        """Whether kind and aggregate stand in the header."""
        return self.kind is not None


def parse(data: bytes) -> Header:
    """Parse and check the form of one header; raises `BadHeader` or `NotCanonical`."""
    if len(data) > MAX_HEADER:
        raise BadHeader(f"a header has at most {MAX_HEADER} bytes, this one {len(data)}")
    if not data.isascii():
        raise NotCanonical("a header holds ASCII only")
    try:
        raw = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(f"the header is not JSON: {error}") from error
    if USUAL.match(data):
        return _usual(raw)
    header = _checked(raw)  # first: what passes has few levels, which orjson can write again
    if orjson.dumps(raw, option=orjson.OPT_SORT_KEYS) != data:
        raise NotCanonical("the header's keys are unsorted or doubled, or it holds spaces")
    return header


def _usual(raw: dict[str, Any]) -> Header:
    """What the pattern cannot tell."""
    if not 2 <= raw["ps"] <= MAX_PAYLOAD:
        raise BadHeader(f"ps out of range (at most {MAX_PAYLOAD})")
    if (raw["seq"] == 0) != (raw["prev"] == ""):
        raise BadHeader("prev is a hash, and empty exactly where seq is 0")
    _check_order("deps", raw["deps"], MAX_DEPS)
    if "kind" in raw:
        if len(raw["kind"]) > MAX_KIND:
            raise BadHeader(f"kind has at most {MAX_KIND} characters")
        if not _in_calendar(raw["day"]):
            raise BadHeader("day is YYYY-MM-DD")
        _check_order("blobs", raw["blobs"], MAX_BLOBS)
    return _header(raw)


def _checked(raw: Any) -> Header:
    if type(raw) is not dict:
        raise BadHeader("a header is a JSON object")
    keys = raw.keys()
    public = keys == PUBLIC
    if not public and keys != PRIVATE:
        raise BadHeader(f"fields missing or superfluous: {sorted(keys ^ (PUBLIC if 'kind' in raw else PRIVATE))}")
    if raw["v"] != VERSION:
        raise BadHeader(f"another version than this node reads ({VERSION})")
    genesis = raw["org"] == "" == raw["log"]
    _check_numbers(raw)
    if not genesis and not (_hash(raw["org"]) and _hash(raw["log"])):
        raise BadHeader("org and log are hashes of 64 hex digits")
    if not _hash(raw["ph"]) or not (_hash(raw["prev"]) if raw["seq"] else raw["prev"] == ""):
        raise BadHeader("ph is a hash; prev is a hash, and empty exactly where seq is 0")
    _check_hashes("deps", raw["deps"], MAX_DEPS)
    if genesis and (raw["seq"] or raw["deps"] or raw.get("kind") != "org.genesis"):
        raise BadHeader("only org.genesis has an empty org and log, at seq 0")
    if public:
        _check_public(raw)
    return _header(raw)


def trusted(data: bytes) -> Header:
    """Parse a header that was checked before it was stored; checks nothing."""
    return _header(orjson.loads(data))


def _header(raw: dict[str, Any]) -> Header:
    return Header._make(map(raw.get, Header._fields))


def _hash(value: Any) -> bool:
    return type(value) is str and len(value) == 64 and HASH.match(value) is not None


def _check_numbers(raw: dict[str, Any]) -> None:
    seq, lam, size = raw["seq"], raw["lam"], raw["ps"]
    if type(seq) is not int or type(lam) is not int or type(size) is not int:
        raise BadHeader("seq, lam and ps are integers")
    if not (0 <= seq < LIMIT and 1 <= lam < LIMIT and 2 <= size <= MAX_PAYLOAD):
        raise BadHeader(f"seq, lam or ps out of range (ps at most {MAX_PAYLOAD})")


def _check_hashes(name: str, value: Any, most: int) -> None:
    if type(value) is not list or not all(map(_hash, value)):
        raise BadHeader(f"{name} is a list of at most {most} hashes")
    _check_order(name, value, most)


def _check_order(name: str, value: list[str], most: int) -> None:
    if len(value) > most:
        raise BadHeader(f"{name} is a list of at most {most} hashes")
    if len(value) > 1 and any(a >= b for a, b in pairwise(value)):
        raise BadHeader(f"{name} is sorted and names nothing twice")


def _check_public(raw: dict[str, Any]) -> None:
    if type(raw["kind"]) is not str or not KIND.match(raw["kind"]) or len(raw["kind"]) > MAX_KIND:
        raise BadHeader(f"kind is lower-case words joined by dots, at most {MAX_KIND} characters")
    if type(raw["schema"]) is not int or not 1 <= raw["schema"] < MAX_SCHEMA:
        raise BadHeader("schema is an integer from 1")
    if raw["aggregate"] != "" and not _hash(raw["aggregate"]):
        raise BadHeader("aggregate is a hash, or empty in the event that creates it")
    if not is_day(raw["day"]):
        raise BadHeader("day is YYYY-MM-DD")
    _check_hashes("blobs", raw["blobs"], MAX_BLOBS)


def is_day(value: object) -> bool:
    """Whether this is a day of the calendar, YYYY-MM-DD."""
    return type(value) is str and DAY.match(value) is not None and _in_calendar(value)


@lru_cache(maxsize=10_000)
def _in_calendar(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def build(**fields: object) -> bytes:
    """Canonical bytes of a header with these fields; raises `BadHeader` or `NotCanonical`."""
    data = canon.encode({"v": VERSION, **fields})
    parse(data)
    return data


def event_hash(header: bytes) -> bytes:
    """The hash that names an event: SHA-256 over prefix and header, 32 bytes."""
    return digest(EVENT, header)
