"""Rules of drop links and receipts, pure.

A receipt is sixteen digits: four that say where to look, twelve that are secret (39.9 bits). The first four are stored,
so that wrong guesses can be counted against one receipt; the twelve are stored as an Argon2id hash of what a pepper,
which is not in the database, makes of them. See `docs/decisions/0006-relay-in-full.md`.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

DIGITS, LOCATOR = 16, 4
DAYS, REPORTS, MINUTES, MEGABYTES = (1, 90), (1, 500), (1, 10), (1, 64)
SHOWN_FOR = timedelta(hours=1)
ERASED_FOR = timedelta(days=90)  # how long a receipt still says who has confirmed an erasure
OPEN_FOR_S = 30 * 60
WINDOW = timedelta(hours=1)
GUESSES = 200  # wrong receipts with one locator in one window
AT_ONCE = 2  # receipts whose hash is computed at the same time
ARGON2 = PasswordHasher(time_cost=4, memory_cost=64 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


@dataclass(frozen=True)
class Limits:
    """What a link takes: how many reports, how large and how long each, until when."""

    most: int
    used: int
    expires: datetime
    revoked: bool

    def state(self, now: datetime) -> str:
        """`open`, `revoked`, `expired` or `used-up`."""
        if self.revoked:
            return "revoked"
        if self.expires <= now:
            return "expired"
        return "used-up" if self.used >= self.most else "open"


def new_token() -> str:
    """What a drop link carries: 192 random bits."""
    return secrets.token_urlsafe(24)


def new_nonce() -> str:
    """The name of one form, and of what is given with it: 128 random bits that are no secret."""
    return secrets.token_hex(16)


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256, so that the table opens nothing."""
    return sha256(token.encode()).hexdigest()


def receipt(browser: str, nonce: str, pepper: bytes) -> str:
    """The sixteen digits for what one browser gave with one form; whoever lacks the browser's secret or the node's
    pepper cannot compute them, so that they need be stored nowhere to be shown again.
    """
    made = hmac.new(pepper, f"receipt:{browser}:{nonce}".encode(), "sha512").digest()
    return f"{int.from_bytes(made) % 10**DIGITS:0{DIGITS}}"


def grouped(digits: str) -> str:
    """Four groups of four."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def typed(text: str) -> str | None:
    """The digits of what somebody typed, in any script's numerals, with anything between; None unless sixteen."""
    found = [str(value) for one in text if (value := unicodedata.decimal(one, None)) is not None]
    return "".join(found) if len(found) == DIGITS else None


def locator(digits: str) -> str:
    """The part that says where to look."""
    return digits[:LOCATOR]


def hashed(digits: str, pepper: bytes) -> str:
    """The secret part as it is stored: Argon2id over the peppered digits."""
    return ARGON2.hash(_peppered(digits, pepper))


def belongs(digits: str, stored: str, pepper: bytes) -> bool:
    """Whether these digits are those whose hash is stored."""
    try:
        return ARGON2.verify(stored, _peppered(digits, pepper))
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys() -> str:
    """A hash to verify against where a locator is not in use, so that the answer takes as long."""
    return ARGON2.hash("nobody's receipt")


def _peppered(digits: str, pepper: bytes) -> str:
    return hmac.new(pepper, f"secret:{digits}".encode(), "sha256").hexdigest()


def within(days: int, most: int, minutes: int, megabytes: int) -> bool:
    """Whether a link may have these limits."""
    pairs = ((days, DAYS), (most, REPORTS), (minutes, MINUTES), (megabytes, MEGABYTES))
    return all(low <= value <= high for value, (low, high) in pairs)
