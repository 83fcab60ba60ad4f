"""A store in memory that knows just enough to admit events."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tejido.log.admit import Incoming, Outcome, Place, admit
from tejido.log.descriptors import Log, Space
from tejido.log.header import parse
from tejido.log.identity import Quorum, parse_genesis
from tejido.log.payload import check


@dataclass
class Memory:
    """Implements `tejido.log.admit.Known`."""

    logs: dict[bytes, Log] = field(default_factory=dict)
    spaces: dict[bytes, Space] = field(default_factory=dict)
    places: dict[bytes, Place] = field(default_factory=dict)
    quorums: dict[bytes, Quorum] = field(default_factory=dict)

    def log(self, log: bytes) -> Log | None:
        return self.logs.get(log)

    def is_public(self, space: bytes) -> bool | None:
        found = self.spaces.get(space)
        return found.public if found else None

    def prepare(self, events: Iterable[bytes]) -> None:
        pass

    def place(self, event: bytes) -> Place | None:
        return self.places.get(event)

    def quorum(self, org: bytes) -> Quorum | None:
        return self.quorums.get(org)

    def take(self, incoming: Iterable[Incoming]) -> Outcome:
        """Admit and keep."""
        out = admit(list(incoming), self)
        for one in out.accepted:
            self.places[one.hash] = one.place
            if not one.header.log and one.incoming.payload:
                body = check(one.incoming.payload.data, parse(one.incoming.header))
                self.quorums[one.hash] = parse_genesis(one.hash, body).admin
                self.logs[one.hash] = Log.of_identity(one.hash)
        return out
