"""What kinds of event there are, and how each aggregate folds. Rooms register theirs when Django starts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from tejido.ground.store.derived import ReadModel
from tejido.ground.store.entry import BadBody, Entry

if TYPE_CHECKING:
    from tejido.ground.bodies import Catalogue

REDACT = "redact"


@dataclass(frozen=True)
class Folded:
    """An aggregate's state, with what names it: `key` is its row key, `space` the space's row key."""

    key: str
    aggregate: bytes
    space: str
    space_id: int
    state: Any

    @property
    def row(self) -> dict[str, str]:
        """Key, source and space of the one row that shows it."""
        return {"key": self.key, "source": self.key, "space": self.space}


@dataclass(frozen=True)
class Kind:
    """A kind of event. `check` raises `BadBody`; `personal` kinds need consent before an append to a wider space."""

    name: str
    schema: int = 1
    creates: bool = False
    personal: bool = False
    check: Callable[[dict[str, Any]], object] | None = None

    @classmethod
    def of(cls, catalogue: "Catalogue", name: str, *, creates: bool = False, personal: bool = False) -> Self:
        """A kind with the schema and the check of its payload."""
        return cls(name, catalogue.schema(name), creates, personal, catalogue.check(name))


@dataclass(frozen=True)
class Family:
    """All kinds of one aggregate, the fold of their entries to a state, and the rows that show it."""

    name: str
    kinds: tuple[Kind, ...]
    fold: Callable[[Sequence[Entry]], Any]
    project: Callable[[Sequence[Folded]], Iterable[ReadModel]] | None = None
    models: tuple[type[ReadModel], ...] = ()
    index: Callable[[Sequence[Folded]], Iterable[Any]] | None = None


Follower = Callable[[Sequence[str]], None]


@dataclass
class Registry:
    """Families by name and kinds by name."""

    families: dict[str, Family] = field(default_factory=dict)
    kinds: dict[str, tuple[Kind, Family]] = field(default_factory=dict)
    followers: dict[str, list[Follower]] = field(default_factory=dict)

    def follow(self, family: str, function: Follower) -> None:
        """Tell `function`, after the commit, the row keys of the aggregates of `family` that were folded again.

        A hint: whoever relies on it sweeps as well, for a process may end between the commit and the call."""
        known = self.followers.setdefault(family, [])
        if function not in known:
            known.append(function)

    def register(self, *families: Family) -> None:
        """Add families; a kind belongs to one family only. Registering the same family again changes nothing."""
        for family in families:
            if family.name in self.families:
                continue
            self.families[family.name] = family
            for kind in family.kinds:
                if kind.name in self.kinds:
                    raise ValueError(f"kind {kind.name} is registered twice")
                self.kinds[kind.name] = (kind, family)

    def family_of(self, kind: str) -> str:
        """The family's name, or "" for a kind that this version does not know."""
        found = self.kinds.get(kind)
        return found[1].name if found else ""

    def models(self) -> tuple[type[ReadModel], ...]:
        """Every read model, in order of registration."""
        return tuple(dict.fromkeys(model for family in self.families.values() for model in family.models))


REGISTRY = Registry()
register = REGISTRY.register
follow = REGISTRY.follow

__all__ = ["REDACT", "REGISTRY", "BadBody", "Entry", "Family", "Folded", "Kind", "Registry", "follow", "register"]
