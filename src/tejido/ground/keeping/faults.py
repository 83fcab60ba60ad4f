"""What a check finds: a value with its place, never an exception."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Literal

from django.db import DatabaseError

from tejido.log.errors import Malformed

Level = Literal["ok", "warning", "fault"]
MOST = 20
"""Findings of one check that are told one by one; the rest are counted."""


@dataclass(frozen=True)
class Fault:
    """One finding. `fault`: something is wrong. `warning`: somebody should know. `ok`: what was looked at."""

    check: str
    where: str
    message: str
    level: Level = "fault"

    def line(self, node: str) -> str:
        """`fault    chicago  chains  <where>: <message>`"""
        what = f"{self.where}: {self.message}" if self.where else self.message
        return f"{self.level:<8} {node}  {self.check}  {what}"


Findings = Generator[Fault, None, str]
"""Yields faults and warnings; returns one line that says what was looked at."""

Check = Callable[[], Findings]


def warning(check: str, where: str, message: str) -> Fault:
    """A finding that is no fault."""
    return Fault(check, where, message, "warning")


def told(name: str, check: Check) -> Iterator[Fault]:
    """A check's findings, at most `MOST` of them one by one, and what was looked at where there is none."""
    found = check()
    count, worst = 0, False
    while True:
        try:
            one = next(found)
        except (DatabaseError, Malformed, ValueError, LookupError) as error:
            yield Fault(name, "", f"could not be finished: {error}. See the other faults")
            return
        except StopIteration as end:
            if count > MOST:
                yield Fault(name, "", f"and {count - MOST} more", "fault" if worst else "warning")
            elif not count:
                yield Fault(name, "", str(end.value), "ok")
            return
        count += 1
        worst = worst or one.level == "fault"
        if count <= MOST:
            yield one
