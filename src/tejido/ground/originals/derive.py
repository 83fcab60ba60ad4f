"""From the key on a recovery sheet to an age identity: HKDF-SHA256 (RFC 5869) with a context of its own.

A signing key never encrypts: the seed of the sheet's Ed25519 key is input of a one-way function here, and neither its
public key nor any of its signatures says anything about the result.
"""

import hmac
from hashlib import sha256
from typing import Any

import pyrage

CONTEXT = b"tejido/originals/1\n"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
PREFIX = "age-secret-key-"


def identity(seed: bytes) -> Any:
    """The age identity of a sheet whose key has this seed (32 bytes)."""
    return pyrage.x25519.Identity.from_str(bech32(PREFIX, hkdf(seed, CONTEXT)).upper())


def recipient(seed: bytes) -> str:
    """What that identity's originals are closed to: public, `age1…`."""
    return str(identity(seed).to_public())


def hkdf(secret: bytes, context: bytes) -> bytes:
    """32 bytes by HKDF-SHA256 without salt (RFC 5869, sections 2.2 and 2.3)."""
    extracted = hmac.digest(bytes(sha256().digest_size), secret, "sha256")
    return hmac.digest(extracted, context + b"\x01", "sha256")


def bech32(prefix: str, data: bytes) -> str:
    """Bytes as bech32 (BIP 173), as age writes its keys."""
    number, bits = int.from_bytes(data) << (-len(data) * 8 % 5), -(-len(data) * 8 // 5)
    values = [number >> 5 * (bits - 1 - i) & 31 for i in range(bits)]
    expanded = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]
    rest = _polymod([*expanded, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    check = [rest >> 5 * (5 - i) & 31 for i in range(6)]
    return f"{prefix}1{''.join(BECH32[value] for value in (*values, *check))}"


def _polymod(values: list[int]) -> int:
    rest = 1
    for value in values:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for i, part in enumerate(GENERATOR):
            rest ^= part if top >> i & 1 else 0
    return rest
