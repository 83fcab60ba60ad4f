"""Rules about accounts and roles, as pure functions."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import timedelta

ROLES = ("keeper", "facilitator", "translator", "treasurer", "researcher", "member", "guest")
INVITATION_LASTS = timedelta(days=14)
RESET_LASTS = timedelta(days=2)
USERNAME = re.compile(r"[^\W_][\w.\-]{1,38}[^\W_]")


def implied(roles: Collection[str]) -> frozenset[str]:
    """Roles with what they imply: whoever has a role other than guest is a member; whoever has none is a guest."""
    if not roles:
        return frozenset({"guest"})
    return frozenset(roles) if set(roles) == {"guest"} else frozenset(roles) | {"member"}


def is_username(name: str) -> bool:
    """3 to 40 letters, digits, dots, dashes or underscores of any script; a letter or digit at both ends."""
    return USERNAME.fullmatch(name) is not None


def new_token() -> str:
    """What a one-time link carries: 192 random bits."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What is stored of a one-time link: its SHA-256, so that the table opens no account."""
    return hashlib.sha256(token.encode()).hexdigest()


BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
            ("Chrome/", "Chrome"), ("Chromium/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip


def browser_family(agent: str) -> str:
    """A browser's family and whether it is on a phone, `Firefox` or `Chrome, phone`; nothing finer, "" where unknown."""
    name = next((name for mark, name in BROWSERS if mark in agent), "")
    return f"{name}, phone" if name and ("Mobi" in agent or "Android" in agent) else name


def session_handle(key: str) -> str:
    """How a page names a session: a fingerprint, since the key itself would open it."""
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:24]
