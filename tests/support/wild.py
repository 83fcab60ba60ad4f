"""Identities that grow anyhow: forks, rotations, recoveries, resolutions, much of it malformed or signed by others."""

from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from tejido.log import identity, writer
from tejido.log.admit import Incoming
from tejido.log.descriptors import Log, Space
from tejido.log.identity import Quorum
from tejido.log.keys import SigningKey
from tejido.log.writer import Draft, Head, Written
from tests.support.authors import AT, DAY, seed
from tests.support.lines import AGE, Line, by, public, quorum
from tests.support.memory import Memory

Body = dict[str, Any]
DEVICES = tuple(SigningKey(seed(f"wild device {i}")) for i in range(3))
STRANGE: tuple[Any, ...] = (
    None,
    0,
    -1,
    True,
    "",
    "zz",
    "00" * 32,
    [],
    ["00" * 32] * 2,
    {},
    {"k": 1, "keys": []},
    2**53 - 1,
)


class Standing(NamedTuple):
    """After an event: whose keys sign, and of how many of them."""

    admin: str = "admin"
    k: int = 2
    recovery: str = "recovery"
    rescuers: int = 2
    following: str = "next"


@dataclass
class Wild:
    """`told`: every event in the order of writing, and whether this program accepts it; `log`: of the first device."""

    rng: Random
    line: Line = field(default_factory=Line)
    told: list[tuple[Incoming, bool]] = field(default_factory=list)
    events: list[Written] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.org = self.line.org
        self.known = Memory({self.org: Log.of_identity(self.org)})
        self.standing, self.held = {self.org: Standing()}, self.line.written[:]
        self.space = Space(self.org, seed("wild space")[:16], public=True)
        self.log = Log(self.org, DEVICES[0].public, bytes(16), self.space.id)
        self.take(self.line.written[0].incoming)

    def take(self, one: Incoming) -> bool:
        """Offer an event to this program."""
        self.told.append((one, bool(self.known.take([one]).accepted)))
        return self.told[-1][1]

    def write(self, most: int) -> None:
        """A log of up to so many events, each after any earlier one."""
        heads = [Head()]
        for number in range(self.rng.randint(1, most)):
            draft = Draft("note.said", {"n": number}, DAY, AT)
            after = heads[-1] if self.rng.random() < 0.6 else self.rng.choice(heads)
            self.events.append(writer.write(self.log, after, draft, DEVICES[0], lam=0, epoch_key=None))
            heads.append(self.events[-1].head)

    def grow(self, most: int) -> None:
        """Up to so many identity events."""
        if self.rng.random() < 0.9:
            made = self.line.say(identity.DEVICE, {"age": AGE, "key": DEVICES[0].public.hex()}, by("admin"))
            self._keep(made, made.incoming, Standing())
        for number in range(self.rng.randint(2, most)):
            self._add(number)

    def _keep(self, made: Written, offered: Incoming, then: Standing) -> None:
        if self.take(offered):
            self.standing[made.hash] = then
            self.held.append(made)

    def _add(self, number: int) -> None:
        rng = self.rng
        after = self.held[-1] if rng.random() < 0.5 else rng.choice(self.held)
        now = self.standing[after.hash]
        kinds = (self._device, self._device, self._recover, self._rotate, self._resolve, self._revoke, self._other)
        kind, body, then = rng.choice(kinds)(after, now, f"{number}")
        if rng.random() < 0.08 and body:
            body[rng.choice(list(body))] = rng.choice(STRANGE)
        role, k = {
            identity.RECOVERED: (now.recovery, now.rescuers),
            identity.ROTATED: (then.admin, then.k),
        }.get(kind, (now.admin, now.k))
        if rng.random() < 0.06:
            role, k = rng.choice((now.admin, now.recovery, now.following, "nobody")), rng.randint(1, 3)
        made = self.line.say(kind, body, by(role, *sorted(rng.sample(range(3), k))), after.head)
        bare = made.incoming._replace(payload=None) if rng.random() < 0.04 else made.incoming
        self._keep(made, bare, then)

    def _device(self, _after: Written, now: Standing, _name: str) -> tuple[str, Body, Standing]:
        age = self.rng.choice((AGE, AGE, AGE, "age", AGE + "q" * 4090))
        return identity.DEVICE, {"age": age, "key": self.rng.choice(DEVICES).public.hex()}, now

    def _quorum(self, role: str, least: int = 1) -> tuple[Quorum, int]:
        k = self.rng.randint(least, 3)
        return quorum(role, k), k

    def _recover(self, after: Written, now: Standing, name: str) -> tuple[str, Body, Standing]:
        (admin, k), again = self._quorum(f"{name} admin"), self.rng.random() < 0.2
        recovery, rescuers = self._quorum(f"{name} recovery") if again else (None, now.rescuers)
        there = [one.hash for one in self.held if one.head.seq == after.head.seq + 1]
        over = self.rng.sample(there, self.rng.randint(0, len(there)))
        body = identity.recovered_body(admin, public(f"{name} next"), recovery, over)
        role = f"{name} recovery" if again else now.recovery
        return identity.RECOVERED, body, Standing(f"{name} admin", k, role, rescuers, f"{name} next")

    def _rotate(self, _after: Written, now: Standing, name: str) -> tuple[str, Body, Standing]:
        role = now.following if self.rng.random() < 0.85 else "never promised"
        admin, k = self._quorum(role, now.k if self.rng.random() < 0.9 else 1)
        body = identity.rotated_body(admin, public(f"{name} next"))
        return identity.ROTATED, body, Standing(role, k, now.recovery, now.rescuers, f"{name} next")

    def _resolve(self, after: Written, now: Standing, _name: str) -> tuple[str, Body, Standing]:
        rng, own = self.rng, self.rng.random() < 0.5 or not self.events
        known = self.held if own else self.events
        seq = rng.randint(0, max(one.head.seq for one in known))
        if own and rng.random() < 0.7:
            seq = after.head.seq
        branches = {one.hash.hex() for one in known if one.head.seq == seq}
        branches |= {rng.choice(known).hash.hex()} if rng.random() < 0.2 else set()
        branches -= {rng.choice(known).hash.hex()} if rng.random() < 0.1 else set()
        keep = after.hash.hex() if after.hash.hex() in branches else rng.choice(sorted(branches) or ["00" * 32])
        log = (self.org if own else self.log.id).hex()
        said = seq + rng.choice((0,) * 9 + (1,))
        return identity.RESOLVED, {"branches": sorted(branches), "keep": keep, "log": log, "seq": said}, now

    def _revoke(self, _after: Written, now: Standing, _name: str) -> tuple[str, Body, Standing]:
        rng, pins = self.rng, {}
        if self.events and rng.random() < 0.8:
            one, off = rng.choice(self.events), rng.choice((0, 0, 0, 0, 1, -1, 9))
            pins[self.log.id.hex()] = {"hash": one.hash.hex(), "seq": one.head.seq + off}
        if rng.random() < 0.2:
            pins[rng.choice((seed("elsewhere").hex(), "zz", self.log.id.hex()))] = rng.choice(STRANGE)
        body: Body = {"key": rng.choice(DEVICES).public.hex(), "pins": pins}
        return identity.REVOKED, body if rng.random() < 0.9 else {"key": body["key"]}, now

    def _other(self, _after: Written, now: Standing, _name: str) -> tuple[str, Body, Standing]:
        return self.rng.choice((identity.GENESIS, "org.greeted")), {"any": "thing"}, now
