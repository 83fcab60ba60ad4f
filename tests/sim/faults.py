"""What the line does to frames, and what a malicious peer says."""

from random import Random

from tejido.log.descriptors import Log, Space
from tejido.log.payload import Payload
from tejido.replication.messages import (
    AskHeads,
    AskWants,
    Events,
    From,
    Head,
    Heads,
    Message,
    PayloadOf,
    Placed,
    Point,
    Probe,
    Run,
    WantChunks,
    WantPages,
    WantPayloads,
)  # fmt: skip
from tejido.replication.pages import Page
from tests.sim.node import Node

GIANT = 2**53 - 1


class Line:
    """Lost, repeated, reordered, truncated: what came whole counts, the rest is asked for again."""

    def __init__(self, rng: Random, chance: float) -> None:
        self.rng, self.chance = rng, chance

    def __call__(self, frames: list[bytes]) -> list[bytes]:
        if self.rng.random() >= self.chance:
            return frames
        return self.rng.choice((self._lost, self._cut, self._repeated, self._reordered, self._damaged))(frames)

    def _lost(self, frames: list[bytes]) -> list[bytes]:
        return []

    def _cut(self, frames: list[bytes]) -> list[bytes]:
        data = b"".join(frames)
        return [data[: self.rng.randrange(len(data))]]

    def _repeated(self, frames: list[bytes]) -> list[bytes]:
        place = self.rng.randrange(len(frames))
        return [*frames[:place], *frames[:place], *frames[place:]]

    def _reordered(self, frames: list[bytes]) -> list[bytes]:
        *said, end = frames
        return [*self.rng.sample(said, len(said)), end]

    def _damaged(self, frames: list[bytes]) -> list[bytes]:
        data = bytearray(b"".join(frames))
        data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        return [bytes(data)]


def lies(evil: Node, victim: Node, rng: Random) -> list[Message]:
    """What somebody says who wants more than its due, or wants to do harm: wrong ranges, giant numbers, strange logs."""
    made = _Liar(evil, victim, rng)
    return [made.one() for _ in range(rng.randint(1, 6))]


class _Liar:
    def __init__(self, evil: Node, victim: Node, rng: Random) -> None:
        self.rng = rng
        self.spaces = sorted({*evil.store.spaces_known, *victim.store.spaces_known, rng.randbytes(32)})
        self.logs = sorted({*evil.store.logs_known, *victim.store.logs_known, rng.randbytes(32)})
        self.events = sorted({*evil.store.rows, *victim.store.rows, rng.randbytes(32)})
        self.evil, self.victim = evil, victim

    def one(self) -> Message:
        return self.rng.choice((self._heads, self._pages, self._payloads, self._probe, self._page, self._other))()

    def _space(self) -> bytes:
        return self.rng.choice(self.spaces)

    def _number(self) -> int:
        return self.rng.choice((0, 1, 2, 5, 1000, GIANT))

    def _point(self) -> Point:
        return Point(self._number(), self.rng.choice(self.events))

    def _heads(self) -> Message:
        heads = tuple(Head(log, (self._point(), self._point())) for log in self.rng.sample(self.logs, 2))
        return Heads(self._space(), (), heads)

    def _pages(self) -> Message:
        runs = tuple(Run(log, self._point(), self._point()) for log in self.rng.sample(self.logs, 2))
        return WantPages(self._space(), runs)

    def _payloads(self) -> Message:
        return WantPayloads(self._space(), tuple(self.rng.sample(self.events, min(5, len(self.events)))))

    def _probe(self) -> Message:
        return Probe(self._space(), self.rng.choice(self.logs), self._point(), (0, 1, self._number()))

    def _page(self) -> Message:
        """Somebody's event with another signature, under a log of one's own making, or in another space."""
        rows = [row for row in self.evil.store.rows.values() if row.place.log != row.place.space]
        if not rows:
            return AskHeads()
        bare = self.rng.choice(rows).bare
        found = self.evil.store.logs_known[bare.log].log
        space = self.evil.store.spaces_known[found.space]
        changed = self.rng.choice((
            bare._replace(signature=self.rng.randbytes(64)),
            bare._replace(header=bare.header.replace(b'"lam":', b'"lam":9')),
            bare._replace(header=bare.header.replace(b'"seq":', b'"seq":9')),
            bare._replace(header=b'{"a":' * 300),
        ))  # fmt: skip
        return Events(Page(*self._elsewhere(found, space), (changed,)))

    def _elsewhere(self, log: Log, space: Space) -> tuple[Log, Space]:
        if self.rng.random() < 0.5:
            return log, space
        other = Space(self.evil.org, self.rng.randbytes(16), True)
        return Log(log.org, log.device, log.epoch, other.id), other

    def _other(self) -> Message:
        event = self.rng.choice(self.events)
        return self.rng.choice((
            AskHeads(),
            AskWants(self._space(), "events", self._number()),
            AskWants(self._space(), "payloads", GIANT),
            WantChunks(self._space(), (From(event.hex(), GIANT),)),
            Placed(self._space(), self.rng.choice(self.logs), self._point(), (self._point(), self._point())),
            PayloadOf(event, Payload(self.rng.randbytes(40))),
            PayloadOf(event, Payload(self.rng.randbytes(80), self.rng.randbytes(16), self.rng.randbytes(72))),
        ))  # fmt: skip
