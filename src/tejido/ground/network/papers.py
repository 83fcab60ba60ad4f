"""The files that let one organisation join another's network: an invitation, and a request in answer to it.

Both are canonical JSON signed by a device; both carry the signer's identity log, so that the signature can be checked
without having met before. They name a network and organisations, and no person.
"""

import zlib
from base64 import b32decode, b32encode, b64decode, b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from tejido.ground.errors import Problem
from tejido.ground.store import db, keyring
from tejido.ground.store.ingest import ingest
from tejido.ground.store.models import Org
from tejido.ground.store.public import own_row
from tejido.log import canon, keys
from tejido.log.admit import Incoming
from tejido.log.descriptors import is_hex
from tejido.log.errors import Malformed
from tejido.log.payload import Payload

INVITATION, REQUEST = "tejido-invitation/1", "tejido-request/1"
MAX_PAPER = 256 * 1024
MARK = "TEJIDO1:"
QR_HOLDS = 4296  # capitals and digits in the largest QR code, with the least correction


class BadPaper(Problem):
    """This file is not what it should be: damaged, of another kind, or changed after it was signed. Ask for a new one."""

    status = 422
    code = "bad-paper"


class OtherPaper(BadPaper):
    """This is another kind of file: an invitation is needed to join, a request to admit. Choose the other one."""


class BareLink(BadPaper):
    """This link holds no invitation, and your node opens no address: open it in a browser and take the invitation as text."""

    code = "bare-link"


@dataclass(frozen=True)
class Paper:
    """A paper that was read and whose signature holds; `data` are its bytes."""

    org: bytes
    device: bytes
    identity: tuple[Incoming, ...]
    body: dict[str, Any]
    data: bytes = b""


def write(path: Path, form: str, body: dict[str, Any]) -> None:
    """Sign `body` with this node's device and write it."""
    path.write_bytes(signed(form, body))


def signed(form: str, body: dict[str, Any]) -> bytes:
    """A paper with `body`, signed by this node's device."""
    own = own_row()
    identity = [_packed(one) for one in identity_log(bytes(own.org))]
    said = {"body": body, "form": form, "identity": identity, "org": bytes(own.org).hex()}
    data = canon.encode({**said, "device": bytes(own.device).hex()})
    return keyring.device_key().sign(keys.FILE, data).hex().encode() + b"\n" + data + b"\n"


def identity_log(org: bytes) -> list[Incoming]:
    """An organisation's identity events with their payloads."""
    sql = """SELECT e.header, e.signature, p.data FROM store_event e JOIN store_log l ON l.id = e.log_id
             JOIN store_payload p ON p.event_id = e.id WHERE l.hash = %s ORDER BY e.seq"""
    return [Incoming(org, bytes(h), bytes(s), Payload(bytes(p))) for h, s, p in db.rows(sql, [org])]


def _packed(one: Incoming) -> dict[str, str]:
    plain = one.payload.pack() if one.payload else b""
    return {"h": one.header.decode(), "p": b64encode(plain).decode(), "s": one.signature.hex()}


def read(path: Path, form: str) -> Paper:
    """Read and check the paper in a file; raises `BadPaper`. Take in its identity by `learn` before trusting it."""
    return parse(read_bytes(path), form)


def read_bytes(path: Path) -> bytes:
    """The bytes of a paper's file; raises `BadPaper` where there is none, or one that is too large."""
    if not path.exists():
        raise BadPaper(f"There is no file {path}.")
    if not path.is_file() or path.stat().st_size > MAX_PAPER:
        raise BadPaper
    return path.read_bytes()


def compact(paper: bytes) -> str:
    """A paper as one word of capitals and digits, for a QR code or a message: deflated, in base32."""
    return MARK + b32encode(zlib.compress(paper.rstrip(b"\n"), 9)).decode().rstrip("=")


def carried(link: str, paper: bytes) -> str:
    """A link with the paper behind its `#`: browsers send that part to nobody, and a node reads it without any request."""
    return f"{link}#{compact(paper)}"


def expand(data: bytes) -> bytes:
    """The paper in its bytes, whichever way it came: as a file, as the one word of `compact`, however it was wrapped, or as
    a link that carries it. Raises `BareLink` for a link that does not."""
    if data.lstrip()[:8].lower().startswith((b"http://", b"https://")):
        data = data.partition(b"#")[2]
        if data.lstrip()[: len(MARK)].upper() != MARK.encode():
            raise BareLink
    if data.lstrip()[: len(MARK)].upper() != MARK.encode():
        return data
    word = b"".join(data.upper().split())[len(MARK) :]
    try:
        inflate = zlib.decompressobj()
        found = inflate.decompress(b32decode(word + b"=" * (-len(word) % 8)), MAX_PAPER)
    except (ValueError, zlib.error) as error:
        raise BadPaper from error
    if inflate.unconsumed_tail or not inflate.eof:
        raise BadPaper
    return found


def parse(data: bytes, form: str) -> Paper:
    """Check a paper's form and signature; raises `BadPaper`."""
    data = expand(data)
    try:
        signature, _, rest = data[: MAX_PAPER + 1].rstrip(b"\n").partition(b"\n")
        value = canon.decode_object(rest)
        keys.verify(keys.FILE, rest, bytes.fromhex(signature.decode("ascii")), bytes.fromhex(value["device"]))
        paper = replace(_paper(value), data=data)
    except (Malformed, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadPaper from error
    if value["form"] != form:
        raise OtherPaper
    return paper


def _paper(value: dict[str, Any]) -> Paper:
    if not is_hex(value["org"]) or not isinstance(value["body"], dict):
        raise BadPaper
    org = bytes.fromhex(value["org"])
    identity = tuple(_unpacked(org, one) for one in value["identity"])
    return Paper(org, bytes.fromhex(value["device"]), identity, value["body"])


def _unpacked(org: bytes, one: dict[str, str]) -> Incoming:
    payload = Payload.unpack(b64decode(one["p"], validate=True))
    return Incoming(org, one["h"].encode("ascii"), bytes.fromhex(one["s"]), payload)


def learn(paper: Paper) -> None:
    """Take in the signer's identity; raises `BadPaper` unless it names the device that signed the paper."""
    ingest(list(paper.identity))
    org = Org.objects.filter(hash=paper.org).first()
    if org is None or paper.device.hex() not in org.devices:
        raise BadPaper(_("The device that signed this file is not one of that organisation's."))
