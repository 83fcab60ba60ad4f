"""What a node shows to everybody: a room names its public addresses here, and is in the site map and the exported site.

A room needs no more than this to join: the export fetches every address as a stranger would, follows what its pages and
feeds link to, and writes down what it was given.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Shown:
    """A public address: its path on this node; the same page in other languages by tag (`x-default`: where the reader chooses).

    `mapped`: a page that search engines should know. `withdrawn`: it answers with 410 and says that something was here.
    """

    path: str
    modified: datetime | None = None
    alternates: Mapping[str, str] = field(default_factory=dict)
    mapped: bool = True
    withdrawn: bool = False


Maker = Callable[[], Iterable[Shown]]


@dataclass(frozen=True)
class _Registry:
    makers: list[Maker] = field(default_factory=list)


_registry = _Registry()


def shows(function: Maker) -> Maker:
    """Let `function` name public addresses; usable as a decorator."""
    if function not in _registry.makers:
        _registry.makers.append(function)
    return function


def addresses() -> list[Shown]:
    """Every public address by its path, each once."""
    found = {one.path: one for function in _registry.makers for one in function()}
    return [found[path] for path in sorted(found)]


@contextmanager
def emptied() -> Iterator[None]:
    """For tests: nobody shows anything inside, and everything is as before afterwards."""
    global _registry  # noqa: PLW0603
    before, _registry = _registry, _Registry()
    try:
        yield
    finally:
        _registry = before
