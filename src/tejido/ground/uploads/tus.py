"""The words of tus 1.0 (https://tus.io/protocols/resumable-upload): headers in, plain values out. Nothing here is trusted."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from tejido.ground.uploads.errors import BadHeader

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = {"sha256": 32, "sha1": 20}  # and the bytes of their digests
BYTES = "application/offset+octet-stream"
FORM = "application/x-www-form-urlencoded"
MOST_METADATA, MOST_PAIRS = 64 * 1024, 32
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_KEY = re.compile(r"[!-+\--~]{1,60}", re.ASCII)  # printable, neither space nor comma
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}", re.ASCII)
_COMMAND = re.compile(r"[A-Za-z0-9._:-]{1,60}", re.ASCII)
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Checksum:
    """What a piece must hash to."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Metadata:
    """What a creation says beside its length. `form` is urlencoded; `type`, `sha256` and `command` may be empty."""

    purpose: str
    form: str
    type: str
    sha256: str
    command: str


def number(header: str, value: str | None) -> int:
    """A count of bytes; raises `BadHeader`."""
    if value is None or not _NUMBER.fullmatch(value):
        raise BadHeader(header=header)
    return int(value)


def checksum(value: str | None) -> Checksum | None:
    """`Upload-Checksum`: an algorithm and a base64 digest; None where it is absent. Raises `BadHeader`."""
    if value is None:
        return None
    algorithm, _, encoded = value.partition(" ")
    digest = _decoded(encoded, "Upload-Checksum")
    if ALGORITHMS.get(algorithm) != len(digest):
        raise BadHeader(header="Upload-Checksum")
    return Checksum(algorithm, digest)


def pairs(value: str) -> dict[str, str]:
    """`Upload-Metadata`: keys with base64 values, divided by commas; raises `BadHeader`."""
    found: dict[str, str] = {}
    for part in value.split(",", MOST_PAIRS) if value.strip() else ():
        key, _, encoded = part.strip(" ").partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise BadHeader(header="Upload-Metadata")
        try:
            found[key] = _decoded(encoded, "Upload-Metadata").decode()
        except UnicodeDecodeError:
            raise BadHeader(header="Upload-Metadata") from None
    return found


def metadata(value: str) -> Metadata:
    """What we read from `Upload-Metadata`; other keys are let be. Raises `BadHeader`."""
    if len(value) > MOST_METADATA:
        raise BadHeader(header="Upload-Metadata")
    said = pairs(value)
    kind = _media_type(said)
    digest = said.get("sha256", "").lower()
    command = said.get("command", "")
    fits = (not digest or _HEX.fullmatch(digest)) and (not command or _COMMAND.fullmatch(command))
    if not fits:
        raise BadHeader(header="Upload-Metadata")
    return Metadata(said.get("purpose", ""), said.get("form", ""), kind, digest, command)


def _media_type(said: Mapping[str, str]) -> str:
    """The type without its parameters; what tus-js-client calls `filetype` is as good. Empty where it says nothing."""
    kind = (said.get("type") or said.get("filetype") or "").partition(";")[0].strip().lower()
    return kind if kind != UNKNOWN_TYPE and _TYPE.fullmatch(kind) else ""


def _decoded(encoded: str, header: str) -> bytes:
    try:
        return b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadHeader(header=header) from None
