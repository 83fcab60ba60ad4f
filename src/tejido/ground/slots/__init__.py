"""How a lower room shows what an upper room knows, without importing it.

An upper room registers in its `AppConfig.ready`: a *resolver* that turns ids of its kinds into links, *panels* for places on
others' pages, and *next steps* for the home page. Whoever is not to see something does not get it: not its label, not its
address, and not the fact that it is there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from tejido.ground.people import Viewer

Text = str | Promise
"""A text, or one that is translated when it is shown."""


@dataclass(frozen=True)
class Link:
    """Where something is, and what to call it."""

    label: Text
    url: str


@dataclass(frozen=True)
class Panel:
    """A part of a page: a template and what it needs."""

    title: Text
    template: str
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """Something that waits for this viewer. Greater `urgency` comes first, then the earlier `due` (YYYY-MM-DD or empty)."""

    label: Text
    url: str
    urgency: int = 0
    due: str = ""
    note: Text = ""


Resolver = Callable[[Sequence[str], "Viewer"], Mapping[str, Link]]
"""Links of those ids that are here and that the viewer may see; in as many queries for a hundred ids as for one."""
PanelMaker = Callable[["Viewer", str], Panel | None]
"""The panel for a viewer on the page about a subject (its id, or empty), or None."""
StepMaker = Callable[["Viewer"], Iterable[Step]]


class TakenTwice(ValueError):
    """Two functions want to resolve the same kind. Each kind belongs to one room."""


@dataclass(frozen=True)
class _Registry:
    resolvers: dict[str, Resolver] = field(default_factory=dict)
    panels: dict[str, list[tuple[int, PanelMaker]]] = field(default_factory=dict)
    steps: list[StepMaker] = field(default_factory=list)


_registry = _Registry()


def resolver(kind: str, function: Resolver) -> Resolver:
    """Let `function` resolve ids of that kind; `TakenTwice` if another one does."""
    if _registry.resolvers.setdefault(kind, function) is not function:
        raise TakenTwice(f"Kind {kind!r} is resolved by {_name(_registry.resolvers[kind])} already.")
    return function


def resolve_many(wanted: Iterable[tuple[str, str]], viewer: "Viewer") -> dict[tuple[str, str], Link]:
    """Links by (kind, id); what is unknown, gone or not for this viewer is left out. One call of each kind's resolver."""
    ids: dict[str, dict[str, None]] = {}
    for kind, one in wanted:
        ids.setdefault(kind, {})[one] = None
    return {
        (kind, one): link
        for kind, ones in ids.items()
        if kind in _registry.resolvers
        for one, link in _registry.resolvers[kind](tuple(ones), viewer).items()
        if one in ones
    }


def resolve(kind: str, one: str, viewer: "Viewer") -> Link | None:
    """The link of one thing, or None; for more than one, `resolve_many`."""
    return resolve_many([(kind, one)], viewer).get((kind, one))


def kinds() -> tuple[str, ...]:
    """Kinds that somebody resolves, sorted."""
    return tuple(sorted(_registry.resolvers))


def panel(place: str, function: PanelMaker, *, order: int = 0) -> PanelMaker:
    """Show what `function` makes at `place`, for example `relay.report`; smaller `order` first."""
    registered = _registry.panels.setdefault(place, [])
    if function not in (known for _, known in registered):
        registered.append((order, function))
        registered.sort(key=lambda entry: (entry[0], _name(entry[1])))
    return function


def panels(place: str, viewer: "Viewer", subject: str = "") -> list[Panel]:
    """The panels for this viewer at that place of the page about `subject`."""
    made = (function(viewer, subject) for _, function in _registry.panels.get(place, []))
    return [one for one in made if one is not None]


def next_step(function: StepMaker) -> StepMaker:
    """Let `function` say what waits for a viewer; usable as a decorator."""
    if function not in _registry.steps:
        _registry.steps.append(function)
        _registry.steps.sort(key=_name)
    return function


def next_steps(viewer: "Viewer", limit: int | None = None) -> list[Step]:
    """What waits for this viewer, most urgent first."""
    steps = [step for function in _registry.steps for step in function(viewer)]
    steps.sort(key=lambda step: (-step.urgency, step.due or "9999", step.url))
    return steps[:limit]


def _name(function: Callable[..., object]) -> str:
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', repr(function))}"


@contextmanager
def emptied() -> Iterator[None]:
    """For tests: nothing is registered inside, and everything is as before afterwards."""
    global _registry  # noqa: PLW0603
    before, _registry = _registry, _Registry()
    try:
        yield
    finally:
        _registry = before
