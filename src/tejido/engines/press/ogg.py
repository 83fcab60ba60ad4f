"""Opus in Ogg, written by ourselves: no program's name inside, the same bytes for the same packets, joined without decoding.

RFC 3533 (pages), RFC 7845 (Opus in them), RFC 6716, 3.1 (how long a packet plays). FFmpeg's writer leaves its version in the
tags and cuts pages as its version pleases; and to join sixty recordings packet by packet through it takes minutes, page by
page seconds.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

RATE = 48_000
"""Ogg counts Opus in samples at 48 kHz, whatever was encoded."""
BEGIN, END = 2, 4
FRONT = 2
SERIAL = 1
LACE, SEGMENTS = 255, 255
PAGE_SAMPLES = RATE
HEAD = struct.Struct("<4sBBqIIIB")
TAGS = b"OpusTags" + struct.pack("<I", 6) + b"Tejido" + struct.pack("<I", 0)
SILENCE = b"\xf8\xff\xfe"
"""20 ms of nothing: CELT, full band, mono."""
SILENCE_SAMPLES = 960
_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


class NotOpus(ValueError):
    """These bytes are no Ogg Opus as `written` writes it; the message says where it differs."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its flags, the samples played at its end, the lengths of its segments, and what is in them."""

    flags: int
    granule: int
    lacing: bytes
    body: bytes

    def encode(self, number: int) -> bytes:
        """The page with its number in the file and its checksum."""
        fields = (b"OggS", 0, self.flags, self.granule, SERIAL, number)
        bare = HEAD.pack(*fields, 0, len(self.lacing)) + self.lacing + self.body
        return HEAD.pack(*fields, checksum(bare), len(self.lacing)) + self.lacing + self.body


def checksum(data: bytes) -> int:
    """Ogg's CRC-32 (polynomial 04c11db7, most significant bit first, from zero): zlib's, read in the mirror."""
    mirrored = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def samples(packet: bytes) -> int:
    """How long a packet plays, in samples at 48 kHz (RFC 6716, 3.1 and 3.2)."""
    if not packet:
        raise NotOpus("an empty packet")
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        length = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        length = (480, 960)[config & 1]
    else:
        length = (120, 240, 480, 960)[config & 3]
    if code == 3 and len(packet) < 2:
        raise NotOpus("a packet that ends within its head")
    return length * ((1, 2, 2)[code] if code < 3 else packet[1] & 0x3F)


def padded(packet: bytes) -> bool:
    """Whether a packet carries bytes that nobody hears (RFC 6716, 3.2.5): something could be hidden there."""
    return packet[:1] != b"" and packet[0] & 3 == 3 and len(packet) > 1 and bool(packet[1] & 0x40)


def head(pre_skip: int) -> bytes:
    """The first packet: mono, so many samples to be passed over (RFC 7845, 5.1)."""
    return b"OpusHead" + struct.pack("<BBHIhB", 1, 1, pre_skip, RATE, 0, 0)


def pre_skip_of(first: bytes) -> int | None:
    """Samples to be passed over, from an OpusHead as `head` writes it; None for any other (more channels, a gain)."""
    if len(first) < 19 or first[:8] != b"OpusHead":
        return None
    version, channels, skip, _rate, gain, family = struct.unpack_from("<BBHIhB", first, 8)
    return int(skip) if (version, channels, gain, family) == (1, 1, 0, 0) else None


def written(packets: Iterable[bytes], pre_skip: int) -> Iterator[bytes]:
    """Pages of a second each."""
    return _numbered(chain((_page(BEGIN, 0, [head(pre_skip)]), _page(0, 0, [TAGS])), _pages(packets)))


def _numbered(pages: Iterable[Page]) -> Iterator[bytes]:
    """Pages in their order; the last one says that it is the last."""
    held, number = None, 0
    for number, page in enumerate(pages):
        if held is not None:
            yield held.encode(number - 1)
        held = page
    if held is None or number < FRONT:
        raise NotOpus("no sound at all")
    yield replace(held, flags=END).encode(number)


def _pages(packets: Iterable[bytes], granule: int = 0) -> Iterator[Page]:
    batch: list[bytes] = []
    length = segments = 0
    for packet in packets:
        laces = len(packet) // LACE + 1
        if batch and (length >= PAGE_SAMPLES or segments + laces > SEGMENTS):
            granule += length
            yield _page(0, granule, batch)
            batch, length, segments = [], 0, 0
        batch.append(packet)
        length += samples(packet)
        segments += laces
    if batch:
        yield _page(0, granule + length, batch)


def _page(flags: int, granule: int, packets: Sequence[bytes]) -> Page:
    lacing = b"".join(b"\xff" * (len(packet) // LACE) + bytes([len(packet) % LACE]) for packet in packets)
    return Page(flags, granule, lacing, b"".join(packets))


def read(chunks: Iterable[bytes]) -> Iterator[Page]:
    """Pages of a file that comes in pieces of any length; its memory is one piece and one page."""
    buffer, rest = bytearray(), iter(chunks)
    while _filled(buffer, rest, HEAD.size):
        magic, version, flags, granule, _serial, _number, _sum, count = HEAD.unpack_from(buffer)
        if magic != b"OggS" or version != 0 or not _filled(buffer, rest, HEAD.size + count):
            raise NotOpus("something else than a page")
        lacing = bytes(buffer[HEAD.size : HEAD.size + count])
        size = HEAD.size + count + sum(lacing)
        if not _filled(buffer, rest, size):
            raise NotOpus("half a page at the end")
        yield Page(flags, granule, lacing, bytes(buffer[HEAD.size + count : size]))
        del buffer[:size]


def _filled(buffer: bytearray, rest: Iterator[bytes], size: int) -> bool:
    while len(buffer) < size:
        piece = next(rest, None)
        if piece is None:
            return False
        buffer += piece
    return True


def joined(parts: Iterable[tuple[int, Iterable[bytes]]]) -> Iterator[bytes]:
    """Files that `written` wrote as one, page by page: (millisecond at which it is to begin, its bytes).

    Silence fills what a part begins later than the one before it ends, in steps of 20 ms.
    """
    return _numbered(_in_a_row(parts))


def _in_a_row(parts: Iterable[tuple[int, Iterable[bytes]]]) -> Iterator[Page]:
    at = 0
    for start, chunks in parts:
        source = read(chunks)
        front = list(islice(source, FRONT))
        skip = pre_skip_of(front[0].body) if len(front) == FRONT else None
        if skip is None:
            raise NotOpus("no head of mono Opus")
        if not at:
            yield from front
        missing = max(0, start * RATE // 1000 - at) // SILENCE_SAMPLES if at else 0
        yield from _pages([SILENCE] * missing, at)
        at += missing * SILENCE_SAMPLES
        last = 0
        for page in source:
            last = page.granule
            yield replace(page, flags=0, granule=at + last)
        at += last


def duration(chunks: Iterable[bytes]) -> int:
    """Milliseconds that a file plays, by its own last page."""
    skip, last = 0, 0
    for place, page in enumerate(read(chunks)):
        skip = pre_skip_of(page.body) or 0 if place == 0 else skip
        last = page.granule
    return (last - skip) * 1000 // RATE
