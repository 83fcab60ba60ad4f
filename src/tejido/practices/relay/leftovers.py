"""What is left of an aggregate whose opening event was erased, pure: its redacts say what it was and whether more stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from tejido.ground.bodies import BadBody
from tejido.ground.store.entry import Entry
from tejido.practices.relay import events as ev


@dataclass(frozen=True)
class Left:
    """What redacts say of an opening event that is gone; `kept`: a later edition stands."""

    org: bytes
    place: ev.Stub
    kept: bool


def left_of(entries: Sequence[Entry]) -> Left | None:
    """Only where the opening event is gone: a redact by somebody else erases nothing and so says nothing.

    Of several redacts the first readable one gives the place; one that keeps nothing overrules those that keep."""
    gone = [entry for entry in entries if entry.kind == ev.REDACT and target_of(entry) == entry.aggregate.hex()]
    stubs = [(entry.org, _stub(entry)) for entry in gone]
    org, place = next(((org, found) for org, found in stubs if found is not None), (b"", None))
    if place is None:
        return None
    return Left(org, place, all(found is not None and found.kept for by, found in stubs if by == org))


def target_of(redact: Entry) -> str:
    """The hash, in hex, of the event that a redact erased."""
    return str(redact.body.get("target", "")) if isinstance(redact.body, dict) else ""


def _stub(entry: Entry) -> ev.Stub | None:
    try:
        return ev.Stub.from_body(entry.body.get("stub"))
    except BadBody:
        return None
