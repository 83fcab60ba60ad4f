"""Puts telling values into recordings, by writers of our own: what phones, old players and editors leave in a file."""

import struct
from collections.abc import Callable
from pathlib import Path

TITLE = "PLANTED title Samira's kitchen"
ARTIST = "PLANTED artist Samira"
GPS = "+37.0662+037.3833+850/"
MAKE, MODEL = "PLANTED make", "PLANTED model SM-T530"
DATE = "2026-11-20T21:07:44+0300"
COVER = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"PLANTED cover bytes" * 20
FIELDS = {"title": TITLE, "artist": ARTIST, "location": GPS, "make": MAKE, "model": MODEL, "date": DATE}
VALUES = [*FIELDS.values(), "PLANTED cover bytes", "PLANTED ape", "PLANTED old", "samira", "SM-T530", "37.0662"]


def id3v2(fields: dict[str, str] = FIELDS) -> bytes:
    """An ID3v2.3 block: text frames, own frames (TXXX), a cover."""
    frames = b""
    for name, value in fields.items():
        frame = {"title": b"TIT2", "artist": b"TPE1", "date": b"TDRC"}.get(name, b"TXXX")
        own = b"" if frame != b"TXXX" else name.encode() + b"\0"
        frames += _frame(frame, b"\3" + own + value.encode())
    frames += _frame(b"APIC", b"\0image/jpeg\0\3\0" + COVER)
    return b"ID3\x03\x00\x00" + bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0)) + frames


def _frame(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">I", len(data)) + b"\0\0" + data


def id3v1() -> bytes:
    """The old block of 128 bytes."""
    return b"TAG" + b"PLANTED old title".ljust(30, b"\0") + b"PLANTED old artist".ljust(94, b"\0") + b"\xff"


def ape() -> bytes:
    """An APEv2 block with header and footer: a text, a place and a cover."""
    items = {"Artist": b"PLANTED ape Samira", "Location": GPS.encode(), "Cover Art (Front)": b"a.jpg\0" + COVER}
    body = b"".join(struct.pack("<II", len(value), 0) + key.encode() + b"\0" + value for key, value in items.items())
    numbers = (2000, len(body) + 32, len(items))
    head = b"APETAGEX" + struct.pack("<IIII8x", *numbers, 1 << 31 | 1 << 29)
    return head + body + b"APETAGEX" + struct.pack("<IIII8x", *numbers, 1 << 31)


def appended(data: bytes) -> bytes:
    """Both old blocks behind the sound."""
    return data + ape() + id3v1()


def mp3(data: bytes) -> bytes:
    """ID3v2 in front of FFmpeg's own, APEv2 and ID3v1 behind."""
    return id3v2() + appended(data)


def wav(data: bytes) -> bytes:
    """INFO list, broadcast chunk, XML and an ID3 block within the RIFF."""
    info = b"INFO" + b"".join(
        _chunk(name, value.encode() + b"\0", "<I")
        for name, value in ((b"INAM", TITLE), (b"IART", ARTIST), (b"ICRD", DATE))
    )
    bext = TITLE.encode().ljust(256, b"\0") + ARTIST.encode().ljust(32, b"\0") + MAKE.encode().ljust(32, b"\0")
    bext += b"2026-11-20" + b"21:07:44" + bytes(8 + 256)
    xml = f"<ixml><location>{GPS}</location><model>{MODEL}</model></ixml>".encode()
    more = [(b"LIST", info), (b"bext", bext), (b"iXML", xml), (b"id3 ", id3v2())]
    return _container(data + b"".join(_chunk(name, value, "<I") for name, value in more), "<I")


def aiff(data: bytes) -> bytes:
    """Text chunks and an ID3 block within the FORM."""
    more = [(b"NAME", TITLE), (b"AUTH", ARTIST), (b"(c) ", MAKE), (b"ANNO", GPS), (b"ANNO", MODEL + DATE)]
    chunks = b"".join(_chunk(name, value.encode(), ">I") for name, value in more)
    return _container(data + chunks + _chunk(b"ID3 ", id3v2(), ">I"), ">I")


def _chunk(name: bytes, data: bytes, order: str) -> bytes:
    return name + struct.pack(order, len(data)) + data + b"\0" * (len(data) & 1)


def _container(data: bytes, order: str) -> bytes:
    return data[:4] + struct.pack(order, len(data) - 8) + data[8:]


def flac(data: bytes) -> bytes:
    """Vorbis comments, a picture and an application block after STREAMINFO; the old blocks behind the sound."""
    comments = [f"{name.upper()}={value}".encode() for name, value in FIELDS.items()]
    listed = b"".join(struct.pack("<I", len(one)) + one for one in comments)
    vorbis = struct.pack("<I", 8) + b"PLANTED " + struct.pack("<I", len(comments)) + listed
    picture = struct.pack(">II", 3, 10) + b"image/jpeg" + struct.pack(">IIIIII", 0, 1, 1, 24, 0, len(COVER)) + COVER
    blocks = [(4, vorbis), (6, picture), (2, b"riff" + MAKE.encode())]
    made = b"".join(struct.pack(">I", kind << 24 | len(block)) + block for kind, block in blocks)
    info = 4 + 4 + 34
    head = bytearray(data[:info])
    head[4] &= 0x7F
    last = bool(data[4] & 0x80)
    if last:
        end = made.rindex(struct.pack(">I", 2 << 24 | len(blocks[-1][1])))
        made = made[:end] + bytes([0x82]) + made[end + 1 :]
    return appended(bytes(head) + made + data[info:])


def mp4(data: bytes) -> bytes:
    """QuickTime's own atoms in a `udta` box and XMP in a `uuid` box at the end of `moov`; the cover among them."""
    atoms = [("©nam", TITLE), ("©ART", ARTIST), ("©xyz", GPS), ("©mak", MAKE), ("©mod", MODEL), ("©day", DATE)]
    udta = b"".join(_box(name.encode("latin-1"), _international(value)) for name, value in atoms)
    xmp = _box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + f"<x>{GPS} {ARTIST}</x>".encode())
    place = data.index(b"moov") - 4
    size = struct.unpack_from(">I", data, place)[0]
    moov = data[place : place + size] + _box(b"udta", udta)
    free = _box(b"free", b"PLANTED ape free space")
    return data[:place] + struct.pack(">I", len(moov)) + moov[4:] + data[place + size :] + xmp + free


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def _international(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">HH", len(raw), 0x15C7) + raw


def plain(data: bytes) -> bytes:
    """Nothing but the old blocks behind the sound: what FFmpeg wrote itself is all that stands in front."""
    return appended(data)


PLANTERS: dict[str, Callable[[bytes], bytes]] = {
    "aac": lambda data: id3v2() + appended(data),
    "aiff": aiff,
    "flac": flac,
    "mp3": mp3,
    "mp4": mp4,
    "m4a": mp4,
    "ogg": plain,
    "wav": wav,
    "webm": plain,
}


def plant(path: Path) -> Path:
    """The recording at `path` with everything planted in it that its container can hold."""
    path.write_bytes(PLANTERS[path.suffix[1:]](path.read_bytes()))
    return path
