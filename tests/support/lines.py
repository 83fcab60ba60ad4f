"""Identity logs in memory, whose events may each continue any earlier one."""

import random
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tejido.log import identity, writer
from tejido.log.admit import Outcome
from tejido.log.descriptors import Log
from tejido.log.header import parse
from tejido.log.identity import Quorum, Resolution
from tejido.log.keys import SigningKey
from tejido.log.lineage import Op, fold
from tejido.log.payload import check
from tejido.log.writer import Draft, Head, Written
from tests.support.authors import DAY, seed
from tests.support.memory import Memory

AGE = "age1" + "q" * 58


@lru_cache(maxsize=1000)
def keys(role: str) -> tuple[SigningKey, ...]:
    """The three keys of a role."""
    return tuple(SigningKey(seed(f"identity {role} {i}")) for i in range(3))


def quorum(role: str, k: int = 2) -> Quorum:
    """Two of these, or as many as are said."""
    return Quorum(k, tuple(key.public for key in keys(role)))


def public(role: str) -> list[bytes]:
    """Their public keys."""
    return [key.public for key in keys(role)]


def by(role: str, *places: int) -> list[tuple[int, SigningKey]]:
    """The first two as signers, or those in these places."""
    return [(place, keys(role)[place]) for place in places or (0, 1)]


@dataclass
class Line:
    """One organisation's identity events; each may continue any earlier one."""

    written: list[Written] = field(default_factory=list)
    org: bytes = b""

    def __post_init__(self) -> None:
        body = identity.genesis_body(quorum("admin"), quorum("recovery"), public("next"))
        genesis = writer.write_genesis(body, DAY, by("admin"))
        self.org = genesis.hash
        self.written.append(genesis)

    def say(
        self, kind: str, body: dict[str, Any], signers: list[tuple[int, SigningKey]], after: Head | None = None
    ) -> Written:
        """The next event, or one after another."""
        draft = Draft(kind, body, DAY, 0, aggregate=self.org)
        self.written.append(writer.write_identity(self.org, after or self.written[-1].head, draft, signers))
        return self.written[-1]

    def device(self, name: str, role: str = "admin", after: Head | None = None) -> Written:
        """Name a device, whose key is made up."""
        return self.say(identity.DEVICE, {"age": AGE, "key": seed(name).hex()}, by(role), after)

    def recover(self, role: str = "recovery", to: str = "new", after: Head | None = None, **more: Any) -> Written:
        """Recovery keys name others: `{to} admin`, who promise `{to} next`."""
        body = identity.recovered_body(quorum(f"{to} admin"), public(f"{to} next"), **more)
        return self.say(identity.RECOVERED, body, by(role), after)

    def resolve(self, branches: list[Written], keep: Written, after: Head, role: str = "admin") -> Written:
        """Keep one of these branches."""
        hashes = frozenset(one.hash for one in branches)
        body = identity.resolved_body(Resolution(self.org, keep.head.seq, hashes, keep.hash))
        return self.say(identity.RESOLVED, body, by(role), after)

    def take(self) -> Outcome:
        """What becomes of them all, in order."""
        return Memory({self.org: Log.of_identity(self.org)}).take(one.incoming for one in self.written)

    def said(self, rng: random.Random | None = None) -> identity.Identity:
        """Folded, in any order."""
        known = self.written[:]
        if rng:
            rng.shuffle(known)
        found = fold(self.org, map(op, known))
        assert found
        return found

    def devices(self) -> set[bytes]:
        """Keys of those that count."""
        return set(self.said().devices)


def op(one: Written) -> Op:
    """As `lineage.fold` reads it."""
    header = parse(one.incoming.header)
    return Op(one.hash, bytes.fromhex(header.prev), header.seq, header.kind or "", check(one.plain, header))


def rotate(line: Line, *, to: Quorum, signers: list[tuple[int, SigningKey]]) -> Written:
    """The next event: these keys sign from now on."""
    return line.say(identity.ROTATED, identity.rotated_body(to, public("third")), signers)


def grown(rng: random.Random) -> Line:
    """Up to a dozen events, each on any earlier one, by whatever keys stand there."""
    line, roles = Line(), {}
    roles[line.org] = "admin"
    for number in range(rng.randint(2, 12)):
        after = rng.choice(line.written)
        role, kind = roles[after.hash], rng.choice(("device", "device", "recover", "resolve", "over"))
        same = [one for one in line.written if one.head.seq == after.head.seq]
        if kind == "device":
            made = line.device(f"device {number}", role, after.head)
        elif kind == "resolve" and len(same) > 1:
            made = line.resolve(same, after, after.head, role)
        else:
            there = [w.hash for w in line.written if w.head.seq == after.head.seq + 1] if kind == "over" else []
            made = line.recover(to=f"to {number}", after=after.head, over=there)
            role = f"to {number} admin"
        roles[made.hash] = role
    return line
