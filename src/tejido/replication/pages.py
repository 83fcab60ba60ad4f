"""Header pages: a text file that begins with two descriptors and goes on with one signed header a line.

    {"device":…,"epoch":…,"org":…,"space":…}      the log
    {"nonce":…,"owner":…,"public":…}              its space ("-" for an identity log)
    <signature in hex> <header>                   one line an event, in the order of seq

The bytes of a header are those that were signed. Payloads and blobs are files of their own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import orjson

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.errors import Malformed

MAX_PAGE = 1 << 20
MAX_EVENTS = 2000
SUFFIX = ".page"
NAME = re.compile(r"([01])-([0-9a-f]{32})-(\d{12})-(\d{12})-([0-9a-f]{32})\.page\Z", re.ASCII)


@dataclass(frozen=True)
class Page:
    """One log's events from some seq on."""

    log: Log
    space: Space | None
    events: tuple[Incoming, ...]

    def encode(self) -> bytes:
        """The file's bytes."""
        head = [self.log.data, self.space.data if self.space else b"-"]
        return b"\n".join([*head, *(e.signature.hex().encode() + b" " + e.header for e in self.events), b""])


def decode(data: bytes) -> Page:
    """Read a page; raises `Malformed` for half a file, strange lines or a page over its limits."""
    if len(data) > MAX_PAGE:
        raise Malformed(f"a page has at most {MAX_PAGE} bytes, this one {len(data)}")
    lines = data.split(b"\n")
    if len(lines) < 3 or lines.pop():
        raise Malformed("the page does not end with a line end: half a file?")
    log = Log.parse(lines[0])
    space = None if lines[1] == b"-" else Space.parse(lines[1])
    if (space is None) != log.identity or (space and space.id != log.space):
        raise Malformed("the page's space is not the one that its log names")
    return Page(log, space, tuple(_event(log.id, line) for line in lines[2:]))


def _event(log: bytes, line: bytes) -> Incoming:
    signature, _, header = line.partition(b" ")
    try:
        return Incoming(log, header, bytes.fromhex(signature.decode("ascii")))
    except ValueError as error:
        raise Malformed("a line is not a signature in hex, a space and a header") from error


def split(log: Log, space: Space | None, events: Iterable[Incoming], most: int = 1 << 30) -> Iterator[Page]:
    """Pages of at most `MAX_EVENTS` events, and `most` or `MAX_PAGE` bytes."""
    most = min(most, MAX_PAGE) - 2048
    part: list[Incoming] = []
    size = 0
    for event in events:
        length = len(event.header) + 2 * len(event.signature) + 2
        if part and (len(part) >= MAX_EVENTS or size + length > most):
            yield Page(log, space, tuple(part))
            part, size = [], 0
        part.append(event)
        size += length
    if part:
        yield Page(log, space, tuple(part))


@dataclass(frozen=True)
class PageName:
    """What a page's name tells. Names sort so that identities come first, then log by log in order; the digest tells
    branches apart, and a damaged file from a whole one."""

    identity: bool
    log: str
    first: int
    last: int
    digest: str

    @classmethod
    def of(cls, page: Page) -> "PageName":
        """The name of a page that is not empty; raises `Malformed` where a line holds no header."""
        if not page.events:
            raise Malformed("a page without events")
        first, last = seq_of(page.events[0].header), seq_of(page.events[-1].header)
        return cls(page.log.identity, page.log.id.hex()[:32], first, last, _digest(page.encode()))

    @classmethod
    def parse(cls, name: str) -> "PageName | None":
        """From a file name; None where it is no page's."""
        found = NAME.match(name)
        return cls(found[1] == "0", found[2], int(found[3]), int(found[4]), found[5]) if found else None

    def __str__(self) -> str:
        return f"{0 if self.identity else 1}-{self.log}-{self.first:012d}-{self.last:012d}-{self.digest}{SUFFIX}"

    def fits(self, data: bytes) -> bool:
        """Whether these are the bytes that were written under this name."""
        return _digest(data) == self.digest

    def names(self, log: Log) -> bool:
        """Whether it is a page of this log."""
        return self.log == log.id.hex()[:32] and self.identity == log.identity


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:32]


def seq_of(header: bytes) -> int:
    """The `seq` of a header that nobody has checked; raises `Malformed`."""
    try:
        raw = orjson.loads(header)
    except orjson.JSONDecodeError as error:
        raise Malformed("a line holds no header") from error
    seq = raw.get("seq") if isinstance(raw, dict) else None
    if type(seq) is not int or not 0 <= seq < 10**12:
        raise Malformed("a line holds a header without a seq")
    return seq


def again(log: Log, space: Space, name: PageName, events: Iterable[tuple[int, Incoming]]) -> Page | None:
    """The page of that name once more, from `(seq, event)` of its log in order; None where nothing of it is there."""
    found: list[Incoming] = []
    for seq, event in events:
        if seq > name.last or len(found) > MAX_EVENTS:
            break
        if seq >= name.first:
            found.append(event)
    return Page(log, None if log.identity else space, tuple(found)) if found else None
