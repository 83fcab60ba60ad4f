"""Who may make drop links and sees what arrived by them. Giving needs no role: it needs the link."""

from tejido.ground.people import permission

MANAGE = "relay.drops"


def name_all() -> None:
    """Make the permission known."""
    permission(MANAGE, roles=("facilitator", "keeper"))
