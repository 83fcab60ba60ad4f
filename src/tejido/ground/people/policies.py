"""Permissions as small pure functions of a viewer, used by pages, API and commands alike.

A room names its permissions once, at import of its own `policies` module or in `AppConfig.ready`:

    permission("relay.correct", roles=("facilitator", "member"))

and asks with `may(viewer, "relay.correct")` or `require(viewer, "relay.correct")`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from tejido.ground.errors import NotAllowed
from tejido.ground.people.domain import ROLES
from tejido.ground.people.viewer import Viewer


@dataclass(frozen=True)
class Permission:
    """A name such as `relay.correct`, and the roles of which one suffices."""

    name: str
    roles: frozenset[str]


_known: dict[str, Permission] = {}


def permission(name: str, *, roles: Collection[str]) -> Permission:
    """Name a permission. Naming it twice with other roles is a mistake (ValueError), as is an unknown role."""
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"permission {name}: no such role: {', '.join(sorted(unknown))}")
    named = Permission(name, frozenset(roles))
    if _known.setdefault(name, named) != named:
        raise ValueError(f"permission {name} is named twice with different roles")
    return named


def permissions() -> tuple[Permission, ...]:
    """All permissions named so far, by name: the rows of the permission matrix."""
    return tuple(_known[name] for name in sorted(_known))


def may(viewer: Viewer, name: str) -> bool:
    """Whether one of the viewer's roles carries the permission. An unknown name is a mistake (LookupError), never
    a no.
    """
    return not _known[name].roles.isdisjoint(viewer.roles)


def require(viewer: Viewer, name: str) -> None:
    """Raise NotAllowed unless the viewer may."""
    if not may(viewer, name):
        raise NotAllowed(permission=name)


permission("people.manage", roles=("keeper",))
permission("people.see", roles=("keeper", "facilitator"))
permission("people.self", roles=("member", "guest"))
permission("node.operate", roles=("keeper",))
permission("network.exchange", roles=("keeper", "facilitator"))
