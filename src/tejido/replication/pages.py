"""Header pages: a text file that begins with two descriptors and goes on with one signed header a line.

    {"device":…,"epoch":…,"org":…,"space":…}      the log
    {"nonce":…,"owner":…,"public":…}              its space ("-" for an identity log)
    <signature in hex> <header>                   one line an event, in the order of seq

The bytes of a header are those that were signed. Payloads and blobs are files of their own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.errors import Malformed

MAX_PAGE = 1 << 20
MAX_EVENTS = 2000
SUFFIX = ".page"


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
    signature, gap, header = line.partition(b" ")
    try:
        return Incoming(log, header, bytes.fromhex(signature.decode("ascii")))
    except ValueError as error:
        raise Malformed("a line is not a signature in hex, a space and a header") from error
    finally:
        del gap


def split(log: Log, space: Space | None, events: Iterable[Incoming]) -> Iterator[Page]:
    """Pages of at most `MAX_EVENTS` events and `MAX_PAGE` bytes."""
    part: list[Incoming] = []
    size = 0
    for event in events:
        length = len(event.header) + 2 * len(event.signature) + 2
        if part and (len(part) >= MAX_EVENTS or size + length > MAX_PAGE - 2048):
            yield Page(log, space, tuple(part))
            part, size = [], 0
        part.append(event)
        size += length
    if part:
        yield Page(log, space, tuple(part))


def file_name(data: bytes, page: Page, first_seq: int) -> str:
    """Names sort so that identities come first, then log by log in order; the digest tells branches apart."""
    rank = "0" if page.log.identity else "1"
    return f"{rank}-{page.log.id.hex()[:32]}-{first_seq:012d}-{sha256(data).hexdigest()[:32]}{SUFFIX}"
