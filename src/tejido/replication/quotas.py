"""What one peer may bring us for now. A quota defers: what is over it is not refused, it is asked for another time."""

from dataclasses import dataclass, replace

DAY = 86_400
EVENTS, BYTES, PENDING = 1_000_000, 4 << 30, 10_000


@dataclass(frozen=True)
class Allowance:
    """What is left until the day is over: events and bytes taken in; and how many events may wait for others here.

    `full`: what each day begins with. `since`: when this one began, in seconds since 1970. `waited`: how many events waited
    here before this exchange: whoever filled that table must not keep others from bringing anything."""

    events: int = EVENTS
    bytes: int = BYTES
    pending: int = PENDING
    full: tuple[int, int] = (EVENTS, BYTES)
    since: int = 0
    waited: int = 0

    @classmethod
    def of(cls, events: int, size: int, pending: int = PENDING) -> "Allowance":
        """A whole one."""
        return cls(events, size, pending, (events, size))

    def at(self, now: int) -> "Allowance":
        """Whole again where a day has passed; a clock that went back changes nothing."""
        return replace(self, events=self.full[0], bytes=self.full[1], since=now) if now - self.since >= DAY else self

    def spend(self, events: int, size: int) -> "Allowance":
        """After this much came."""
        return replace(self, events=max(0, self.events - events), bytes=max(0, self.bytes - size))

    def left(self, waiting: int) -> bool:
        """Whether anything more may be asked for, with `waiting` events that wait here."""
        return self.events > 0 and self.bytes > 0 and waiting - self.waited < self.pending
