"""What a file tells about its maker beside what FFmpeg reads: blocks appended behind the sound, chunks, boxes.

Read with plain `struct` from an untrusted file: every length is checked against what is there, at most `MOST` fields
are given, and nothing here raises on damage; what cannot be walked is simply not listed, and never copied either, since
the output is encoded from samples.
"""

import re
import struct
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from tejido.engines.speech.records import Tag

MOST = 500
NAME = 60
VALUE = 4000
TAIL = 1 << 20
ID3V1 = 128
APE_HEAD, APE_FOOT = 32, b"APETAGEX"
BEXT = (
    ("description", 0, 256),
    ("originator", 256, 288),
    ("reference", 288, 320),
    ("date", 320, 330),
    ("time", 330, 338),
)
AIFF = {b"NAME": "name", b"AUTH": "author", b"(c) ": "copyright", b"ANNO": "annotation", b"COMT": "comments"}
SILENT = frozenset({b"RIFF", b"WAVE", b"fmt ", b"data", b"fact", b"JUNK", b"PAD ", b"FLLR", b"COMM", b"SSND", b"FVER"})
FRAMES = {"TIT2": "title", "TPE1": "artist", "TALB": "album", "TDRC": "date", "TYER": "year", "COMM": "comment"}
INFO = {"INAM": "title", "IART": "artist", "ICRD": "date", "ICMT": "comment", "ISFT": "software", "IPRD": "album"}
ENCODINGS = {1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
RUNS = re.compile(r"[^<>\"\x00-\x1f]{6,}")


def found(path: Path) -> list[Tag]:
    """Fields of `path` by its blocks, at most 500."""
    with path.open("rb") as file:
        head = file.read(12)
        file.seek(max(0, path.stat().st_size - TAIL))
        tail = file.read()
        file.seek(0)
        front = file.read(TAIL)
    walked = chain(id3v2(front), ape(tail), id3v1(tail), _chunks(path, head))
    return list(islice(walked, MOST))


def _chunks(path: Path, head: bytes) -> Iterator[Tag]:
    if head[:4] == b"RIFF":
        return riff(path)
    return aiff(path) if head[:4] == b"FORM" else iter(())


def id3v1(tail: bytes) -> Iterator[Tag]:
    """The 128 bytes that old players look for at the end of a file, or before an APEv2 block."""
    place = tail.rfind(b"TAG", len(tail) - ID3V1)
    block = tail[place : place + ID3V1] if place >= 0 else b""
    parts = (("title", 3, 33), ("artist", 33, 63), ("album", 63, 93), ("year", 93, 97), ("comment", 97, 127))
    for name, start, end in parts:
        yield from _tag(name, block[start:end], "ID3v1")


def id3v2(data: bytes) -> Iterator[Tag]:
    """Frames of an ID3v2 block at the start of `data` (versions 2.2 to 2.4; id3.org), without unsynchronisation."""
    if data[:3] != b"ID3" or len(data) < 10:
        return
    short, exact = data[3] < 3, data[3] > 3
    size, place = _syncsafe(data[6:10]), 10
    head = 6 if short else 10
    while place + head <= min(len(data), size + 10):
        name = data[place : place + (3 if short else 4)]
        raw = data[place + 3 : place + 6] if short else data[place + 4 : place + 8]
        length = _syncsafe(raw) if exact else int.from_bytes(raw)
        if not name.strip(b"\0"):
            return
        yield from _frame(_ascii(name), data[place + head : place + head + length])
        place += head + length


def _frame(name: str, data: bytes) -> Iterator[Tag]:
    if name in {"APIC", "PIC"}:
        yield Tag("cover", "picture", "ID3v2")
    elif name.startswith(("T", "W", "COM", "USLT", "ULT")) and data:
        text = data[1:].decode(ENCODINGS.get(data[0], "latin-1"), "replace")
        for part in filter(None, (one.strip("\ufeff ") for one in text.split("\0"))):
            yield Tag(FRAMES.get(name, name), part[:VALUE], "ID3v2")
    elif name != "TLEN":
        yield from _runs(name, data, "ID3v2")


def _syncsafe(raw: bytes) -> int:
    value = 0
    for byte in raw:
        value = value << 7 | byte & 0x7F
    return value


def ape(tail: bytes) -> Iterator[Tag]:
    """Items of an APEv2 block near the end: size, flags, key, zero, value (wiki.hydrogenaudio.org, APEv2 specification)."""
    place = tail.rfind(APE_FOOT)
    if place < 0 or place + APE_HEAD > len(tail):
        return
    _, size, count, flags = struct.unpack_from("<IIII", tail, place + 8)
    header = bool(flags & 1 << 29)
    start = place + APE_HEAD if header or size > place + APE_HEAD else place + APE_HEAD - size
    for _ in range(min(count, MOST)):
        if start + 8 > len(tail):
            return
        length = int(struct.unpack_from("<I", tail, start)[0])
        name, zero, rest = tail[start + 8 :].partition(b"\0")
        if not zero or len(name) > 255:
            return
        yield from _tag(name.decode("utf-8", "replace"), rest[:length], "APEv2")
        start += 9 + len(name) + length


def riff(path: Path) -> Iterator[Tag]:
    """A WAV's INFO list, broadcast chunk and whatever else is not sound."""
    for name, data in _walked(path, "<I"):
        if name == b"LIST" and data[:4] == b"INFO":
            for part, value in _parts(data[4:], "<I"):
                yield from _tag(INFO.get(_ascii(part), _ascii(part)), value, "RIFF INFO")
        elif name == b"bext":
            for field, start, end in BEXT:
                yield from _tag(field, data[start:end], "RIFF bext")
        elif name.lower() == b"id3 ":
            yield from id3v2(data)
        elif name not in SILENT:
            yield from _runs(_ascii(name), data, "RIFF")


def aiff(path: Path) -> Iterator[Tag]:
    """An AIFF's text chunks and whatever else is not sound."""
    for name, data in _walked(path, ">I"):
        if name in AIFF:
            yield from _tag(AIFF[name], data[10:] if name == b"COMT" else data, "AIFF text")
        elif name.lower() == b"id3 ":
            yield from id3v2(data)
        elif name not in SILENT:
            yield from _runs(_ascii(name), data, "AIFF")


def _walked(path: Path, order: str) -> Iterator[tuple[bytes, bytes]]:
    """Names and first megabyte of a file's chunks; the sound's own are skipped unread."""
    size = path.stat().st_size
    with path.open("rb") as file:
        place = 12
        for _ in range(MOST):
            file.seek(place)
            head = file.read(8)
            if len(head) < 8:
                return
            name, length = head[:4], int(struct.unpack(order, head[4:])[0])
            yield name, b"" if name in SILENT else file.read(min(length, TAIL, size))
            place += 8 + length + (length & 1)


def _parts(data: bytes, order: str) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        length = int(struct.unpack_from(order, data, place + 4)[0])
        yield data[place : place + 4], data[place + 8 : place + 8 + length]
        place += 8 + length + (length & 1)


def _runs(name: str, data: bytes, place: str) -> Iterator[Tag]:
    """Every stretch of text in a chunk of unknown make (XML, an ID3 block, a maker's own)."""
    text = data.decode("utf-8", "replace")
    runs = [run.strip() for run in RUNS.findall(text)] or ["…"]
    yield from (Tag(name, run[:VALUE], place) for run in runs)


def _tag(name: str, raw: bytes, place: str) -> Iterator[Tag]:
    try:
        text = raw.rstrip(b"\0 ").decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    value = text.strip("\0 ")
    if value:
        yield Tag(name[:NAME], value[:VALUE], place)


def _ascii(name: bytes) -> str:
    return name.decode("ascii", "replace").strip()
