"""Golden forks: identity logs and devices' logs that fork, in bytes, and what they come to, as docs/protocol.md has it.

`python -m tests.log.forks` writes `forks.json` anew. What they come to is written down here by hand, never computed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tejido.log import identity, writer
from tejido.log.descriptors import Log, Space
from tejido.log.identity import Resolution
from tejido.log.keys import SigningKey
from tejido.log.membership import Pin
from tejido.log.writer import Draft, Head, Written
from tests.support.authors import AT, DAY, fixed_random, seed
from tests.support.lines import AGE, Line, by, quorum, rotate

FILE = Path(__file__).with_name("forks.json")


@dataclass
class Tale:
    """An organisation with a laptop that writes a log in a public space, and what all of it comes to.

    `counts`: identity events; `stopped`: the branches at which folding stops; `named`: names of devices that count;
    `end`: below which seq the laptop's log counts; None where nothing is told of it."""

    line: Line = field(default_factory=Line)
    events: list[Written] = field(default_factory=list)
    counts: list[Written] = field(default_factory=list)
    stopped: list[Written] = field(default_factory=list)
    named: tuple[str, ...] = ()
    end: int | None = None

    def __post_init__(self) -> None:
        self.space = Space(self.line.org, seed("fork space")[:16], public=True)
        self.log = Log(self.line.org, device("laptop").public, seed("fork epoch")[:16], self.space.id)

    @property
    def genesis(self) -> Written:
        """The first event."""
        return self.line.written[0]

    def name(self, name: str, role: str = "admin", after: Written | None = None) -> Written:
        """Name a device."""
        body = {"age": AGE, "key": device(name).public.hex()}
        return self.line.say(identity.DEVICE, body, by(role), after.head if after else None)

    def revoke(self, pin: Written | None = None) -> Written:
        """End the laptop, with its log pinned at one of its events or without."""
        pins = {self.log.id: Pin(pin.head.seq, pin.hash)} if pin else {}
        return self.line.say(identity.REVOKED, identity.revoked_body(device("laptop").public, pins), by("admin"))

    def keep(self, branches: list[Written], kept: Written) -> Written:
        """Resolve a fork of the laptop's log."""
        found = Resolution(self.log.id, kept.head.seq, frozenset(one.hash for one in branches), kept.hash)
        return self.line.say(identity.RESOLVED, identity.resolved_body(found), by("admin"))

    def write(self, words: str, after: Written | None = None) -> Written:
        """An event of the laptop's log."""
        before = after or (self.events[-1] if self.events else None)
        head, draft = before.head if before else Head(), Draft("note.said", {"text": words}, DAY, AT)
        self.events.append(writer.write(self.log, head, draft, device("laptop"), lam=0, epoch_key=None))
        return self.events[-1]


def device(name: str) -> SigningKey:
    """A device's key."""
    return SigningKey(seed(f"fork device {name}"))


def thief_rotates() -> Tale:
    """A thief has the admin and the next sheets, and rotates; recovery keys override that in its place."""
    tale = Tale()
    laptop = tale.name("laptop")
    rotate(tale.line, to=quorum("next"), signers=by("next"))
    tale.name("thief", "next")
    rescue = tale.line.recover(after=laptop.head)
    tale.counts = [tale.genesis, laptop, rescue, tale.name("new laptop", "new admin")]
    tale.named = ("laptop", "new laptop")
    return tale


def old_keys_fork_below() -> Tale:
    """Whoever has old admin keys forks below a recovery: the branch that holds the recovery goes on."""
    tale = Tale()
    laptop = tale.name("laptop")
    rescue = tale.line.recover(after=laptop.head)
    tale.name("thief", after=tale.genesis)
    tale.counts, tale.named = [tale.genesis, laptop, rescue], ("laptop",)
    return tale


def _two_recoveries() -> tuple[Tale, Written, list[Written]]:
    tale = Tale()
    laptop = tale.name("laptop")
    return tale, laptop, [tale.line.recover(to=name, after=laptop.head) for name in ("one", "two")]


def two_recoveries() -> Tale:
    """Two recoveries in one place: nothing decides between them."""
    tale, laptop, both = _two_recoveries()
    tale.name("unknown", "two admin")
    tale.counts, tale.stopped, tale.named = [tale.genesis, laptop], both, ("laptop",)
    return tale


def a_third_recovery() -> Tale:
    """A third recovery in that place names both in `over`."""
    tale, laptop, both = _two_recoveries()
    third = tale.line.recover(to="third", after=laptop.head, over=[one.hash for one in both])
    tale.counts = [tale.genesis, laptop, third, tale.name("new laptop", "third admin")]
    tale.named = ("laptop", "new laptop")
    return tale


def admins_resolve() -> Tale:
    """Admin keys signed two events in one place; an `org.resolved` names both and keeps the second."""
    tale = Tale()
    both = [tale.name(name, after=tale.genesis) for name in ("laptop", "another")]
    tale.counts = [tale.genesis, both[1], tale.line.resolve(both, both[1], both[1].head)]
    tale.named = ("another",)
    return tale


def nobody_resolves() -> Tale:
    """Admin keys signed two events in one place: folding stops."""
    tale = Tale()
    tale.stopped = [tale.name(name, after=tale.genesis) for name in ("laptop", "another")]
    tale.name("later")
    tale.counts = [tale.genesis]
    tale.write("of a device that does not count")
    tale.end = 0
    return tale


def a_third_branch() -> Tale:
    """A resolution is bound to the branches that it names: a third one opens the fork again."""
    tale = Tale()
    both = [tale.name(name, after=tale.genesis) for name in ("laptop", "another")]
    tale.line.resolve(both, both[1], both[1].head)
    tale.stopped, tale.counts = [*both, tale.name("third", after=tale.genesis)], [tale.genesis]
    return tale


def _lost_laptop() -> tuple[Tale, list[Written]]:
    """Three events, and from the first one on another branch."""
    tale = Tale()
    tale.counts, tale.named = [tale.genesis, tale.name("laptop")], ("laptop",)
    first = tale.write("first")
    one = tale.write("second")
    return tale, [first, one, tale.write("third"), tale.write("second, by a thief", after=first), tale.write("more")]


def a_fork_of_a_log() -> Tale:
    """A device's log forks: what stands before the fork counts."""
    tale, _ = _lost_laptop()
    tale.end = 1
    return tale


def a_pin_decides() -> Tale:
    """The laptop is revoked and its log pinned: the pin decides the fork below it."""
    tale, events = _lost_laptop()
    tale.counts.append(tale.revoke(events[2]))
    tale.named, tale.end = (), 3
    return tale


def a_resolution_decides() -> Tale:
    """The laptop goes on; the fork of its log is resolved for the branch that is one event longer."""
    tale, events = _lost_laptop()
    tale.write("longer")
    tale.counts.append(tale.keep([events[1], events[3]], events[3]))
    tale.end = 4
    return tale


def _three_events() -> tuple[Tale, list[Written]]:
    tale = Tale()
    tale.counts = [tale.genesis, tale.name("laptop")]
    return tale, [tale.write(words) for words in ("first", "second", "third")]


def events_after_a_pin() -> Tale:
    """A device is revoked: its log counts up to the pin."""
    tale, events = _three_events()
    tale.counts.append(tale.revoke(events[1]))
    tale.end = 2
    return tale


def a_pin_not_here_yet() -> Tale:
    """The pinned event has not come: what is held counts."""
    tale, _ = _three_events()
    tale.counts.append(tale.revoke(tale.write("fourth")))
    tale.events.pop()
    tale.end = 3
    return tale


def another_event_is_pinned() -> Tale:
    """In the pin's place another event is held: nothing counts."""
    tale, events = _three_events()
    tale.counts.append(tale.revoke(tale.write("second, elsewhere", after=events[0])))
    tale.events.pop()
    tale.end = 0
    return tale


def no_pin() -> Tale:
    """The device is revoked without a pin for this log: nothing counts."""
    tale, _ = _three_events()
    tale.counts.append(tale.revoke())
    tale.end = 0
    return tale


TALES: tuple[Callable[[], Tale], ...] = (
    thief_rotates, old_keys_fork_below, two_recoveries, a_third_recovery, admins_resolve, nobody_resolves, a_third_branch,
    a_fork_of_a_log, a_pin_decides, a_resolution_decides, events_after_a_pin, a_pin_not_here_yet, another_event_is_pinned,
    no_pin,
)  # fmt: skip


def make() -> dict[str, Any]:
    """All of them, by name."""
    with fixed_random():
        return {tell.__name__.replace("_", " "): _value(tell(), tell.__doc__ or "") for tell in TALES}


def _value(tale: Tale, told: str) -> dict[str, Any]:
    return {
        "told": told,
        "space": tale.space.data.decode(),
        "log": tale.log.data.decode(),
        "identity": [_event(one) for one in tale.line.written],
        "events": [_event(one) for one in tale.events],
        "counts": [one.hash.hex() for one in tale.counts],
        "stopped": sorted(one.hash.hex() for one in tale.stopped),
        "devices": sorted(device(name).public.hex() for name in tale.named),
        "end": tale.end,
    }


def _event(one: Written) -> dict[str, str]:
    packed = one.incoming.payload.pack() if one.incoming.payload else b""
    found = {"hash": one.hash, "signature": one.incoming.signature, "payload_file": packed}
    return {"header": one.incoming.header.decode(), **{name: data.hex() for name, data in found.items()}}


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(make(), indent=1, sort_keys=True, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
