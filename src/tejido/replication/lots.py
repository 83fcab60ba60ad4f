"""Payloads that follow each other heard as one: a step for each of them took a tenth of an exchange."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tejido.log.errors import Malformed
from tejido.replication.messages import Message, PayloadOf

LOT = 1 << 20
"""Bytes of payloads that are heard together; the last may reach beyond."""


@dataclass(frozen=True)
class PayloadsOf:
    """Several Y in a row; it never travels."""

    listed: tuple[PayloadOf, ...]


def in_lots(heard: Iterable[Message]) -> Iterator[Message | PayloadsOf]:
    """The same messages in the same order; what came before something malformed is given before that is raised."""
    lot: list[PayloadOf] = []
    size = 0
    broken: Malformed | None = None
    try:
        for message in heard:
            if isinstance(message, PayloadOf):
                lot.append(message)
                size += len(message.payload.data)
                if size < LOT:
                    continue
            if lot:
                yield PayloadsOf(tuple(lot))
                lot, size = [], 0
            if not isinstance(message, PayloadOf):
                yield message
    except Malformed as error:
        broken = error
    if lot:
        yield PayloadsOf(tuple(lot))
    if broken is not None:
        raise broken
