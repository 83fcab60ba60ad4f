"""The gate before every append: a person's words enter a wider space only while their consent is being spoken for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tejido.ground.consent import selectors
from tejido.ground.consent.domain import ConsentMissing, SpaceKind, guard
from tejido.ground.network import own_space
from tejido.ground.store import Fact, is_public

_subject: ContextVar[bytes | None] = ContextVar("subject", default=None)


@contextmanager
def speaking_for(subject: bytes) -> Iterator[None]:
    """Within this block, appends of personal kinds are held against the consent of the report `subject`."""
    token = _subject.set(subject)
    try:
        yield
    finally:
        _subject.reset(token)


def check_append(space: bytes, fact: Fact) -> None:
    """Refuse a personal fact that consent does not carry there; without a subject, whatever leaves the own space."""
    kind = _space_kind(space)
    if kind == "own":
        return
    subject = _subject.get()
    if subject is None:
        raise ConsentMissing(f"{fact.kind} would leave the own space without anybody's consent.", kind=fact.kind)
    guard(kind, fact.kind, fact.body, selectors.in_force(subject))


def _space_kind(space: bytes) -> SpaceKind:
    if space == own_space():
        return "own"
    return "public" if is_public(space) else "network"
