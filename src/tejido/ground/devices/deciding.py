"""Events of the organisation's identity, signed by sheets in memory; they enter as any other event does, through ingest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tejido.ground.devices.errors import DecisionRefused
from tejido.ground.devices.sheets import Signers
from tejido.ground.errors import NotFound
from tejido.ground.store import control, db
from tejido.ground.store.founding import Sheets
from tejido.ground.store.ingest import ingest
from tejido.log import writer
from tejido.log.header import trusted
from tejido.log.identity import Identity
from tejido.log.writer import Draft, Head

Keep = Callable[[Sheets], object]


@dataclass(frozen=True)
class Decision:
    """What is to be signed."""

    kind: str
    body: dict[str, Any]


def identity_of(org: bytes) -> Identity:
    """An organisation's folded identity; raises `NotFound`."""
    found = control.folded_identity(org)
    if found is None:
        raise NotFound("This node does not hold that organisation's identity.")
    return found


def sign(org: bytes, decision: Decision, signers: Signers, after: bytes | None = None) -> bytes:
    """Sign and take in the next event of an identity log, or one that follows `after`; its hash. Raises `DecisionRefused`."""
    head = head_at(after or identity_of(org).chain[-1])
    draft = Draft(decision.kind, decision.body, today(), 0, aggregate=org)
    made = writer.write_identity(org, head, draft, signers)
    report = ingest([made.incoming])
    if report.refused or not report.accepted:
        raise DecisionRefused(reason=str(report.refused[0].error) if report.refused else "it does not fit what is held")
    return made.hash


def head_at(event: bytes) -> Head:
    """A held event as the head that the next one follows."""
    found = db.rows("SELECT seq, lam FROM store_event WHERE hash = %s", [event])
    if not found:
        raise NotFound("This node does not hold that event.")
    return Head(found[0][0], event, found[0][1])


def before(event: bytes) -> bytes:
    """The event that a held one follows; empty before a genesis."""
    found = db.value("SELECT header FROM store_event WHERE hash = %s", [event])
    if found is None:
        raise NotFound("This node does not hold that event.")
    return bytes.fromhex(trusted(bytes(found)).prev)


def today() -> str:
    """The day in UTC, as events tell it."""
    return datetime.now(UTC).date().isoformat()
