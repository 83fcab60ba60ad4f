"""Printed sheets as they are read back: keys in memory only, matched with the quorum that has to sign."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tejido.ground.devices.errors import NotASheet, TooFewSheets
from tejido.log.identity import Quorum, commitment
from tejido.log.keys import SigningKey

LINE = re.compile(r"^\s*(key|next)\s+([0-9a-f]{64})\s*$", re.MULTILINE | re.IGNORECASE)
DIGITS = re.compile(r"[0-9a-f]{64}")
Signers = list[tuple[int, SigningKey]]


@dataclass(frozen=True)
class Sheet:
    """The private keys on one sheet; `next` stands on admin sheets only."""

    key: SigningKey
    next: SigningKey | None = None


def read(text: str) -> Sheet:
    """One sheet, given as its whole text or as 64 digits alone; raises `NotASheet`."""
    found = {name.lower(): digits.lower() for name, digits in LINE.findall(text)}
    typed = "".join(text.split()).lower()
    if "key" not in found and DIGITS.fullmatch(typed):
        found = {"key": typed, "next": typed}  # who types says no more than digits: what is asked for decides
    if "key" not in found:
        raise NotASheet
    following = found.get("next")
    return Sheet(_key(found["key"]), _key(following) if following else None)


def _key(digits: str) -> SigningKey:
    return SigningKey(bytes.fromhex(digits))


def signers(quorum: Quorum, sheets: Iterable[Sheet], role: str) -> Signers:
    """As many keys of a quorum as it asks for, with their places; raises `TooFewSheets`."""
    places = {key: place for place, key in enumerate(quorum.keys)}
    held = {places[one.key.public]: one.key for one in sheets if one.key.public in places}
    if len(held) < quorum.k:
        raise TooFewSheets(given=len(held), needed=quorum.k, role=role)
    return sorted(held.items())[: quorum.k]


def promised(commitments: Sequence[str], needed: int, sheets: Iterable[Sheet]) -> tuple[SigningKey, ...]:
    """The next keys on these sheets, all that were promised; raises `TooFewSheets`."""
    offered = [key for one in sheets for key in (one.next, one.key) if key is not None]
    held = {commitment(key.public): key for key in offered if commitment(key.public) in commitments}
    if len(held) < needed:
        raise TooFewSheets(given=len(held), needed=needed, role="admin")
    return tuple(held[one] for one in commitments if one in held)
