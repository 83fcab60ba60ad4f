"""What a real node ought to make of what it holds, worked out from the god's-eye list alone: no code of the nodes runs here.

Beside the simulator's own oracle (`tests.sim.predict`) this one decides forks, by resolutions and by pins (protocol 6 and 8).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sim.ledger import Ledger, Signed

LASTING = ("redact", "space.opened", "space.members")
ENDLESS = 2**53


@dataclass
class Named:
    """What an organisation's identity says, as far as it is held."""

    devices: set[bytes] = field(default_factory=set)
    pins: dict[bytes, dict[str, Any]] = field(default_factory=dict)  # of revoked devices
    resolved: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class View:
    """Of one node: who is in each space, what is erased, where logs fork and where they stop, which devices count."""

    members: dict[bytes, frozenset[bytes]]
    redacted: set[bytes]
    forks: dict[bytes, int]
    stops: dict[bytes, int]
    devices: dict[bytes, set[bytes]]


def view(ledger: Ledger, held: Mapping[bytes, int]) -> View:
    """For a node that holds these events in these states (1: readable)."""
    return _Oracle(ledger, held).answer()


class _Oracle:
    def __init__(self, ledger: Ledger, held: Mapping[bytes, int]) -> None:
        self.ledger = ledger
        self.held = [ledger.events[event] for event in held]
        self.readable = {event for event, state in held.items() if state == 1}
        self.logs: dict[bytes, list[Signed]] = defaultdict(list)
        for one in self.held:
            self.logs[one.log.id].append(one)
        self.named = {org: self._identity(org) for org in {one.log.org for one in self.held}}
        self.courses = {log: self._course(log) for log, found in self.logs.items() if not found[0].log.identity}

    def answer(self) -> View:
        members = {space: self._members(space) for space in self.ledger.spaces}
        forks = {log: seq for log, found in self.logs.items() if (seq := _fork(found)) is not None}
        stops = {log: stop for log, (_, stop) in self.courses.items() if stop is not None}
        return View(members, self._redacted(), forks, stops, {org: one.devices for org, one in self.named.items()})

    def _identity(self, org: bytes) -> Named:
        found, made = sorted(self.logs.get(org, ()), key=lambda one: one.seq), Named()
        assert _fork(found) is None, "nobody in this play forks an identity"
        for one in found:
            if one.hash not in self.readable:
                continue
            if one.kind == "org.device" and bytes.fromhex(one.body["key"]) not in made.pins:
                made.devices.add(bytes.fromhex(one.body["key"]))
            elif one.kind == "org.revoked":
                key = bytes.fromhex(one.body["key"])
                made.devices.discard(key)
                made.pins[key] = {**made.pins.get(key, {}), **one.body["pins"]}
            elif one.kind == "org.resolved":
                made.resolved.append(one.body)
        return made

    def _course(self, log: bytes) -> tuple[set[bytes], int | None]:
        """The events that count, and the seq of the fork that stops the rest."""
        found = self.logs[log]
        by_hash = {one.hash: one for one in found}
        pin = self._pin(found[0])
        if (
            pin
            and (tip := by_hash.get(bytes.fromhex(pin["hash"])))
            and tip.seq == pin["seq"]
            and _fork(found) is not None
        ):
            return self._back(tip, by_hash), None
        kept, following = set[bytes](), [one for one in found if one.seq == 0]
        while following:
            one = following[0] if len(following) == 1 else self._resolution(following)
            if one is None:
                return kept, following[0].seq
            kept.add(one.hash)
            following = [other for other in found if other.prev == one.hash]
        return kept, None

    def _back(self, tip: Signed, by_hash: dict[bytes, Signed]) -> set[bytes]:
        kept, one = set[bytes](), by_hash.get(tip.hash)
        while one is not None:
            kept.add(one.hash)
            one = by_hash.get(one.prev)
        return kept

    def _resolution(self, branches: list[Signed]) -> Signed | None:
        first = branches[0]
        for body in reversed(self.named[first.log.org].resolved):
            same = (body["log"], body["seq"]) == (first.log.id.hex(), first.seq)
            if same and {one.hash.hex() for one in branches} <= set(body["branches"]):
                kept = [one for one in branches if one.hash.hex() == body["keep"]]
                if kept:
                    return kept[0]
        return None

    def _pin(self, one: Signed) -> dict[str, Any] | None:
        return self.named[one.log.org].pins.get(one.log.device, {}).get(one.log.id.hex())

    def _end(self, one: Signed) -> int:
        """Where the log of a revoked device ends."""
        if one.log.device not in self.named[one.log.org].pins:
            return ENDLESS
        pin = self._pin(one)
        there = [other.hash.hex() for other in self.logs[one.log.id] if pin and other.seq == pin["seq"]]
        return int(pin["seq"]) + 1 if pin and (pin["hash"] in there or not there) else 0

    def _speaks(self, one: Signed) -> bool:
        """Whether its device is one that the identity names, or named until it was revoked."""
        named = self.named[one.log.org]
        return one.log.device in named.devices or one.log.device in named.pins

    def _counts(self, one: Signed) -> bool:
        """Whether a control event acts: by a named device, on the branch that counts, before a revoked log's end."""
        return self._speaks(one) and one.seq < self._end(one) and one.hash in self.courses[one.log.id][0]

    def _members(self, space: bytes) -> frozenset[bytes]:
        owner = self.ledger.spaces[space].owner
        lists = [
            one
            for one in self.held
            if one.kind == "space.members" and (one.log.space, one.log.org) == (space, owner)
            and one.hash in self.readable and self._counts(one)
        ]  # fmt: skip
        last = max(lists, key=lambda one: one.order, default=None)
        return frozenset(map(bytes.fromhex, last.body["members"])) if last else frozenset()

    def _redacted(self) -> set[bytes]:
        redacts = [one for one in self.held if one.kind == "redact" and one.hash in self.readable]
        found = set()
        for one in redacts:
            target = self.ledger.events.get(bytes.fromhex(one.body["target"]))
            same = target and (target.log.org, target.log.space) == (one.log.org, one.log.space)
            if target and same and self._redacts(one) and target.kind not in LASTING:
                found.add(target.hash)
        return found

    def _redacts(self, one: Signed) -> bool:
        """A redact acts beyond a fork, too; not beyond a revoked device's end, nor on a branch that its pin passes over."""
        if not self._speaks(one) or one.seq >= self._end(one):
            return False
        ended = one.log.device in self.named[one.log.org].pins
        kept, stop = self.courses[one.log.id]
        return not ended or one.hash in kept or (stop is not None and one.seq >= stop)


def _fork(found: list[Signed]) -> int | None:
    seen: dict[int, int] = defaultdict(int)
    for one in found:
        seen[one.seq] += 1
    forked = [seq for seq, count in seen.items() if count > 1]
    return min(forked) if forked else None
