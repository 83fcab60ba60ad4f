"""The length a file states about itself, where it states it exactly.

Only an exact statement can show that a file was cut off. Raw AAC and MP3 without a Xing header give estimates, a
live-muxed WebM and a fragmented MP4 state nothing, Ogg is measured by its own last page; all of those yield None.
FFmpeg is not asked for WAV, whose length it silently shortens to what has arrived.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

PCM_TAGS = frozenset({1, 3, 6, 7, 0xFFFE})  # integer, float, A-law, µ-law, extensible
UNKNOWN_SIZE = 0xFFFFFFFF
ID3_HEAD = 10
ISO_HEAD = 8


def wav_seconds(path: Path) -> float | None:
    """Length by the `data` chunk's size; None for streamed (size 0 or -1), RF64 and compressed WAV."""
    rate = 0
    with path.open("rb") as file:
        if file.read(12)[:4] != b"RIFF":
            return None
        while len(head := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", head)
            if name == b"data":
                return size / rate if rate and size not in {0, UNKNOWN_SIZE} else None
            if name == b"fmt ":
                rate = _pcm_bytes_a_second(file.read(16))
                size -= 16
            file.seek(size + (size & 1), 1)
    return None


def _pcm_bytes_a_second(fmt: bytes) -> int:
    if len(fmt) < 16:
        return 0
    tag, _, rate, _, align, _ = struct.unpack("<HHIIHH", fmt)
    return int(rate * align) if tag in PCM_TAGS else 0


def has_frame_count(path: Path) -> bool:
    """Whether an MP3's first frame is a Xing, Info or VBRI header (it counts the frames).

    Not behind two ID3 blocks (editors put one before another's): FFmpeg does not look behind the second.
    """
    with path.open("rb") as file:
        head = file.read(ID3_HEAD)
        start = ID3_HEAD + _syncsafe(head[6:10]) if head[:3] == b"ID3" else 0
        file.seek(start)
        first = file.read(2048)
    return first[:3] != b"ID3" and any(mark in first for mark in (b"Xing", b"Info", b"VBRI"))


def _syncsafe(raw: bytes) -> int:
    value = 0
    for byte in raw:
        value = value << 7 | byte & 0x7F
    return value


def webm_states_duration(path: Path) -> bool:
    """Whether Matroska's Info element holds a Duration."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    start = head.find(b"\x15\x49\xa9\x66")
    info = head[start : start + 512] if start >= 0 else b""
    return b"\x44\x89\x84" in info or b"\x44\x89\x88" in info


def iso_boxes(path: Path) -> Iterator[tuple[bytes, int]]:
    """Names and missing bytes (0: complete) of an MP4's outermost boxes."""
    end = path.stat().st_size
    place = 0
    with path.open("rb") as file:
        while place + ISO_HEAD <= end:
            file.seek(place)
            size, name = struct.unpack(">I4s", file.read(ISO_HEAD))
            if size == 1:
                size = int.from_bytes(file.read(8))
            if size == 0:
                size = end - place
            if size < ISO_HEAD:
                return
            place += size
            yield name, max(0, place - end)


def iso_index_missing(path: Path) -> bool:
    """Whether this is an MP4 that ends before its index (`moov`): cut off, and unplayable."""
    boxes = dict(iso_boxes(path))
    return b"ftyp" in boxes and (b"moov" not in boxes or boxes[b"moov"] > 0)


def iso_fragmented(path: Path) -> bool:
    """Whether an MP4 was written in fragments, as live recorders do."""
    return any(name == b"moof" for name, _ in iso_boxes(path))
