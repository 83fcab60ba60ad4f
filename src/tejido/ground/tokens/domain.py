"""Rules about tokens, as pure functions."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import date, timedelta

PREFIX = "tejido_"
LASTS = (7, 30, 90, 365)
MOST_TOKENS = 50


def new_token() -> str:
    """256 random bits behind a prefix by which people and scanners know it."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256. It is random, so that no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def ends(made: date, days: int) -> date:
    """The last day on which a token is good."""
    return made + timedelta(days=days)


def chosen(wanted: Iterable[str], known: Collection[str]) -> tuple[str, ...] | None:
    """Scopes once each and sorted; None where there is none, or one that nobody knows."""
    found = sorted(set(wanted))
    return tuple(found) if found and set(found) <= set(known) else None
