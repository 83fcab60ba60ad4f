"""The gate before every append: a person's words enter a wider space only while their consent is being spoken for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tejido.ground.consent import selectors
from tejido.ground.consent.domain import ConsentMissing, SpaceKind, Terms, guard
from tejido.ground.network.selectors import own_space
from tejido.ground.store.models import Space
from tejido.ground.store.public import REGISTRY, Fact

_subject: ContextVar[bytes | Terms | None] = ContextVar("subject", default=None)


@contextmanager
def speaking_for(subject: bytes | Terms) -> Iterator[None]:
    """Within this block, appends of personal kinds are held against the consent of the report `subject`, or against the
    terms that another organisation's copy carries: it alone can ask that speaker."""
    token = _subject.set(subject)
    try:
        yield
    finally:
        _subject.reset(token)


def check_append(space: Space, fact: Fact) -> None:
    """Refuse a personal fact that consent does not carry there; without a subject, whatever leaves the own space."""
    known = REGISTRY.kinds.get(fact.kind)
    if known is None or not known[0].personal:
        return
    kind = _space_kind(space)
    subject = _subject.get()
    if kind == "own":
        return
    if subject is None:
        raise ConsentMissing(f"{fact.kind} would leave the own space without anybody's consent.", kind=fact.kind)
    held = subject if isinstance(subject, Terms) else selectors.in_force(subject)
    guard(kind, fact.kind, fact.body, held)


def _space_kind(space: Space) -> SpaceKind:
    if bytes(space.hash) == own_space():
        return "own"
    return "public" if space.public else "network"
