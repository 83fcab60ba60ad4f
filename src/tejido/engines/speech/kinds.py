"""What a file is, by its first bytes, and whether that fits what its sender called it.

Senders mislabel inside sound all the time (Chrome says `video/webm` for a voice note, Windows `audio/x-wav`,
phones `audio/mp4` for anything from the recorder), so any sound may arrive under any sound's or film's name that
could hold it. A film under a sound's name that cannot hold one, and sound under the name of a picture or a text,
are refused: whoever sends that has most likely picked the wrong file.
"""

from tejido.engines.speech.errors import EmptyFile, NotAudio, WrongType

HEAD_BYTES = 4096

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"#EXTM3U", "a playlist that points to other files"),
    (b"[playlist]", "a playlist that points to other files"),
    (b"MThd", "a MIDI score without sound"),
)
FILM_TYPES = frozenset(
    {"audio/mp4", "audio/x-m4a", "audio/webm", "audio/ogg", "audio/3gpp", "audio/3gpp2", "audio/x-matroska"}
)
SOUND_FAMILIES = frozenset({"audio", "video"})
SOUND_APPLICATIONS = frozenset({"application/ogg", "application/mp4", "application/x-ogg"})
UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-unknown", "*/*"})
NAMES = {
    "matroska,webm": "webm",
    "mov,mp4,m4a,3gp,3g2,mj2": "mp4",
}


def bare(declared: str | None) -> str:
    """A declared MIME type without parameters, in lower case; "" where nothing was declared."""
    return (declared or "").partition(";")[0].strip().lower()


def container_name(demuxer: str) -> str:
    """The short name people know: `webm`, `mp4`, `ogg`, `wav` …"""
    return NAMES.get(demuxer, demuxer.partition(",")[0])


def not_sound(head: bytes) -> str | None:
    """What a file that cannot be sound is, in words; None where it may be sound."""
    if _is_webp(head):
        return "a WebP picture"
    if head[4:12] in {b"ftypavif", b"ftypheic", b"ftypheix", b"ftypmif1"}:
        return "an AVIF or HEIC picture"
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    return "a text" if _is_text(head) else None


def refuse(head: bytes, declared: str | None) -> None:
    """Raise EmptyFile, NotAudio or WrongType where the first bytes settle it."""
    if not head:
        raise EmptyFile
    found = not_sound(head)
    if found:
        raise unfit(found, declared)


def unfit(found: str, declared: str | None) -> NotAudio | WrongType:
    """WrongType where the sender called it sound, NotAudio where not."""
    if _claims_sound(bare(declared)):
        return WrongType(declared=bare(declared), found=found)
    return NotAudio(found=found)


def check_declared(declared: str | None, demuxer: str, *, film: bool) -> None:
    """Raise WrongType where the declared type is of another family than the opened container."""
    kind = bare(declared)
    if kind in UNSAID:
        return
    if not _claims_sound(kind):
        raise WrongType(declared=kind, found=f"sound ({container_name(demuxer)})")
    if film and kind.startswith("audio/") and kind not in FILM_TYPES:
        raise WrongType(declared=kind, found=f"a film ({container_name(demuxer)})")


def _claims_sound(kind: str) -> bool:
    return kind.partition("/")[0] in SOUND_FAMILIES or kind in SOUND_APPLICATIONS


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_text(head: bytes) -> bool:
    """Whether the bytes read as UTF-8 without control characters (a cut last character allowed)."""
    try:
        text = head[:-4].decode() if len(head) == HEAD_BYTES else head.decode()
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char in "\t\r\n\f\ufeff" for char in text)
