"""What is asked of every request to the API before its operation sees it: that it can be answered, and that it is not one of too
many.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.http import HttpRequest

from tejido.ground.errors import Invalid, Problem
from tejido.ground.people import viewer_of

PROBLEM = "application/problem+json"


class NotSo(Problem):
    """This operation gives %(types)s. Name one of them in the header Accept, or leave it out."""

    status = 406
    code = "not-acceptable"


class TooOften(Problem):
    """Too many requests. Wait %(seconds)s seconds, then go on more slowly."""

    status = 429
    code = "too-often"


class Unreadable(Invalid):
    """The address holds a character that no text has (U+0000)."""

    code = "unreadable"


def acceptable(request: HttpRequest, types: Collection[str]) -> None:
    """Raise `NotSo` where the request accepts none of these types, `Unreadable` where its address is no text."""
    if types and not any(request.accepts(one) for one in types):
        raise NotSo(types=", ".join(sorted(types)))
    if "\0" in request.path_info or any("\0" in value for values in request.GET.lists() for value in values[1]):
        raise Unreadable


@dataclass
class Allowance:
    """How many requests an account has left, filled up as time goes by; in this process, by its own clock. Where several
    processes serve, each allows its share: a guard against loops gone wrong, not against an enemy.
    """

    a_minute: int
    left: OrderedDict[int | None, tuple[float, float]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, account: int | None, now: float) -> float:
        """Take one; 0, or how many seconds to wait for it."""
        with self.lock:
            left, since = self.left.pop(account, (float(self.a_minute), now))
            left = min(float(self.a_minute), left + max(0.0, now - since) * self.a_minute / 60)
            self.left[account] = (left - 1 if left >= 1 else left, now)
            if len(self.left) > 10_000:
                self.left.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) * 60 / self.a_minute


def moderate(request: HttpRequest, allowance: Allowance) -> None:
    """Raise `TooOften` where the account has asked too much lately."""
    if allowance.a_minute and (wait := allowance.take(viewer_of(request).user_id, time.monotonic())):
        raise TooOften(seconds=int(wait) + 1)
