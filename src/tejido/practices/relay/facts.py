"""From checked values to facts of the log; what actions share."""

from datetime import date
from typing import Any

from django.utils import timezone

from tejido.ground.bodies import BadBody, Payload
from tejido.ground.errors import Invalid
from tejido.ground.store.public import Appended, Fact
from tejido.ground.store.public import append as append_facts
from tejido.practices.relay import events as ev


def body(payload: type[Payload], **values: Any) -> dict[str, Any]:
    """A checked body; what does not fit is told to whoever sent it."""
    try:
        return payload.from_body(values).body()
    except BadBody as error:
        raise Invalid(str(error)) from error


def append(
    space: bytes,
    kind: str,
    values: dict[str, Any],
    aggregate: str = "",
    *,
    blobs: tuple[str, ...] = (),
    command: str = "",
) -> Appended:
    """One fact of this room in the schema that this version writes; `aggregate` in hex, empty where it makes one."""
    fact = Fact(kind, values, bytes.fromhex(aggregate) if aggregate else None, blobs, schema=ev.CATALOGUE.schema(kind))
    return append_facts(space, fact, command=command or None)[0]


def today() -> str:
    """The day in UTC."""
    return date.isoformat(timezone.now().date())
