"""Reading the same publication again and again, as an export does for each of its pages: it is read once.

What was read stands as long as no voice and no edition came, went or changed; that is asked each time.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tejido.ground.store.public import stamp_of

FAMILIES = ("relay.edition", "relay.publication", "relay.voice")
MOST = 64
Found = TypeVar("Found")


@dataclass
class _Memory:
    stamp: str = ""
    found: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)


_MEMORY: ContextVar[_Memory | None] = ContextVar("publications_read", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within this block a publication and a voice are read once, the last few of them, while nothing is published."""
    token = _MEMORY.set(_Memory())
    try:
        yield
    finally:
        _MEMORY.reset(token)


def remembered(name: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` gives, or gave under this name."""
    memory = _MEMORY.get()
    if memory is None:
        return read()
    if (now := stamp_of(FAMILIES)) != memory.stamp:
        memory.stamp = now
        memory.found.clear()
    if name not in memory.found:
        memory.found[name] = read()
    memory.found.move_to_end(name)
    while len(memory.found) > MOST:
        memory.found.popitem(last=False)
    found: Found = memory.found[name]
    return found
