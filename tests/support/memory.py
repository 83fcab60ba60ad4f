"""A store in memory that knows just enough to admit events."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tejido.log.admit import Incoming, Outcome, Place, admit
from tejido.log.descriptors import Log, Space
from tejido.log.header import parse
from tejido.log.identity import Authority
from tejido.log.lineage import Op, authorities
from tejido.log.payload import check


@dataclass
class Memory:
    """Implements `tejido.log.admit.Known`."""

    logs: dict[bytes, Log] = field(default_factory=dict)
    spaces: dict[bytes, Space] = field(default_factory=dict)
    places: dict[bytes, Place] = field(default_factory=dict)
    identities: dict[bytes, list[Op]] = field(default_factory=dict)

    def log(self, log: bytes) -> Log | None:
        return self.logs.get(log)

    def is_public(self, space: bytes) -> bool | None:
        found = self.spaces.get(space)
        return found.public if found else None

    def prepare(self, events: Iterable[bytes]) -> None:
        pass

    def place(self, event: bytes) -> Place | None:
        return self.places.get(event)

    def authority(self, event: bytes) -> Authority | None:
        place = self.places.get(event)
        return authorities(place.log, self.identities[place.log]).get(event) if place else None

    def take(self, incoming: Iterable[Incoming]) -> Outcome:
        """Admit and keep."""
        out = admit(list(incoming), self)
        for one in out.accepted:
            self.places[one.hash] = one.place
            if one.header.kind and self._identity(one.place.log, one.hash):
                plain = one.incoming.payload
                body = check(plain.data, parse(one.incoming.header)) if plain else None
                op = Op(one.hash, bytes.fromhex(one.header.prev), one.header.seq, one.header.kind, body)
                self.identities.setdefault(one.place.log, []).append(op)
        return out

    def _identity(self, log: bytes, event: bytes) -> bool:
        if log == event:
            self.logs[log] = Log.of_identity(log)
        return self.logs[log].identity
