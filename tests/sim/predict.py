"""What a node ought to make of what it holds, worked out from the god's-eye list alone: no code of the nodes runs here."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from tests.sim.ledger import Ledger, Signed

NOTE, WORDS, RATED, REDACT = "sim.note.opened", "sim.note.said", "sim.note.rated", "redact"
LASTING = (REDACT, "space.opened", "space.members")
ENDLESS = 2**53


@dataclass
class Prediction:
    """Member lists, redacted events and state hashes that follow from one node's events, payloads and keys."""

    members: dict[bytes, frozenset[bytes]]
    redacted: set[bytes]
    forks: dict[bytes, int]
    hashes: dict[bytes, str]


def predict(
    ledger: Ledger, events: Collection[bytes], payloads: Collection[bytes], keys: Collection[bytes], version: int,
    spaces: Collection[bytes],
) -> Prediction:  # fmt: skip
    """For a node that holds these events, payloads and epoch keys (by id) and knows these spaces."""
    return _Oracle(ledger, events, payloads, keys, version, spaces).answer()


class _Oracle:
    def __init__(
        self, ledger: Ledger, events: Collection[bytes], payloads: Collection[bytes], keys: Collection[bytes],
        version: int, spaces: Collection[bytes],
    ) -> None:  # fmt: skip
        self.ledger, self.version, self.spaces = ledger, version, spaces
        self.held = [ledger.events[event] for event in events]
        self.readable = {
            one.hash
            for one in self.held
            if one.hash in payloads and (not one.payload.key_id or one.payload.key_id in keys)
        }
        self.logs: dict[bytes, list[Signed]] = defaultdict(list)
        for one in self.held:
            self.logs[one.log.id].append(one)
        self.forks = {log: seq for log, found in self.logs.items() if (seq := _fork(found)) is not None}
        self.devices = {org: self._devices(org) for org in {one.log.org for one in self.held}}

    def answer(self) -> Prediction:
        redacts = self._redacts()
        redacted = {target for target, _ in redacts}
        members = {space: self._members(space) for space in self.spaces}
        self.horizons = {log: self._horizon(found, members, redacted) for log, found in self.logs.items()}
        hashes = self._hashes(redacts)
        return Prediction({s: orgs for s, (orgs, _) in members.items()}, redacted, self.forks, hashes)

    def _devices(self, org: bytes) -> set[bytes]:
        fork = self.forks.get(org, ENDLESS)
        found = sorted((one.seq, one) for one in self.logs.get(org, ()) if one.seq < fork and one.hash in self.readable)
        return {bytes.fromhex(one.body["key"]) for _, one in found if one.kind == "org.device"}

    def _named(self, one: Signed) -> bool:
        named = one.log.identity or one.log.device in self.devices.get(one.log.org, ())
        return named and one.seq < self._end(one)

    def _end(self, one: Signed) -> int:
        """Where a revoked device's log ends: the last pin for it counts, and everything while its event has not come."""
        ends = [other.body for other in self.logs.get(one.log.org, ()) if other.kind == "org.revoked"]
        ends = [body for body in ends if body["key"] == one.log.device.hex()]
        if not ends:
            return ENDLESS
        pin = ends[-1]["pins"].get(one.log.id.hex())
        held = [other.hash.hex() for other in self.logs[one.log.id] if pin and other.seq == pin["seq"]]
        return int(pin["seq"]) + 1 if pin and (pin["hash"] in held or not held) else 0

    def _redacts(self) -> list[tuple[bytes, Signed]]:
        """Those that count, with what they erase."""
        found = []
        for one in self.held:
            if one.kind == REDACT and one.hash in self.readable and self._named(one):
                target = self.ledger.events.get(bytes.fromhex(one.body["target"]))
                same = target and (target.log.org, target.log.space) == (one.log.org, one.log.space)
                if target and same and target.kind not in LASTING and not target.kind.startswith("org."):
                    found.append((target.hash, one))
        return found

    def _members(self, space: bytes) -> tuple[frozenset[bytes], dict[str, dict[str, object]]]:
        owner = self.ledger.spaces[space].owner
        lists = [
            one
            for one in self.held
            if one.kind == "space.members" and (one.log.space, one.log.org) == (space, owner)
            and one.hash in self.readable and self._named(one) and one.seq < self.forks.get(one.log.id, ENDLESS)
        ]  # fmt: skip
        if not lists:
            return frozenset(), {}
        last = max(lists, key=lambda one: one.order)
        return frozenset(map(bytes.fromhex, last.body["members"])), last.body["pins"]

    def _horizon(
        self, found: list[Signed], members: dict[bytes, tuple[frozenset[bytes], dict[str, dict[str, object]]]],
        redacted: set[bytes],
    ) -> int:  # fmt: skip
        one = found[0]
        wanting = [other.seq for other in found if other.hash not in self.readable and other.hash not in redacted]
        ends = [max(other.seq for other in found) + 1, self.forks.get(one.log.id, ENDLESS), *wanting]
        if not one.log.identity:
            ends.append(self._allowed(one, found, *members.get(one.log.space, (frozenset[bytes](), {}))))
        return min(ends)

    def _allowed(
        self, one: Signed, found: list[Signed], orgs: frozenset[bytes], pins: dict[str, dict[str, object]]
    ) -> int:
        end = self._end(one)
        if one.log.device not in self.devices.get(one.log.org, ()):
            return 0
        if one.log.org == self.ledger.spaces[one.log.space].owner or one.log.org in orgs:
            return end
        pin = pins.get(one.log.id.hex())
        pinned = pin and any((other.seq, other.hash.hex()) == (pin["seq"], pin["hash"]) for other in found)
        return min(end, int(str(pin["seq"])) + 1) if pin and pinned else 0

    def _hashes(self, redacts: list[tuple[bytes, Signed]]) -> dict[bytes, str]:
        redacted = {target for target, _ in redacts}
        acting = {one.hash for _, one in redacts}
        groups: dict[bytes, list[Signed]] = defaultdict(list)
        for one in self.held:
            counts = one.seq < self.horizons[one.log.id] and one.hash in self.readable and one.hash not in redacted
            if counts and not one.log.identity and (one.kind != REDACT or one.hash in acting):
                groups[one.aggregate].append(one)
        hashes = {space: sha256() for space in self.spaces}
        for aggregate in sorted(groups):
            first = self._first(aggregate, groups[aggregate], redacts)
            entries = [one for one in groups[aggregate] if first and one.log.space == first.log.space]
            known = [one for one in sorted(entries, key=lambda one: one.order) if self._known(one)]
            if known:
                hashes[known[0].log.space].update(aggregate + b"".join(one.hash for one in known))
        return {space: digest.hexdigest() for space, digest in hashes.items()}

    def _first(self, aggregate: bytes, group: list[Signed], redacts: list[tuple[bytes, Signed]]) -> Signed | None:
        """The event that began an aggregate; where it was erased, the least of the redacts that name it."""
        named = [one for target, one in redacts if target == aggregate]
        least = min(named, key=lambda one: one.hash) if named else None
        return next((one for one in group if one.hash == aggregate), least if least in group else None)

    def _known(self, one: Signed) -> bool:
        kind = one.body.get("kind") if one.kind == REDACT else one.kind
        later = kind == RATED or (one.kind == WORDS and one.schema == 2)
        return (
            kind in (NOTE, WORDS, RATED) and (self.version > 1 or not later) and (one.kind == REDACT or one.schema <= 2)
        )


def _fork(found: list[Signed]) -> int | None:
    seen: dict[int, int] = defaultdict(int)
    for one in found:
        seen[one.seq] += 1
    forked = [seq for seq, count in seen.items() if count > 1]
    return min(forked) if forked else None
