"""Who may publish. Whatever was published, anybody may read."""

from tejido.ground.people import permission
from tejido.practices.relay.policies import READ, WITHDRAW

PUBLISH = "publishing.publish"

ROLES = {PUBLISH: ("keeper",)}

__all__ = ["PUBLISH", "READ", "WITHDRAW", "name_all"]


def name_all() -> None:
    """Make the permission known."""
    for name, roles in ROLES.items():
        permission(name, roles=roles)
