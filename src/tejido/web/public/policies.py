"""Who may say what the public site says of the node. Reading it needs nothing."""

from tejido.ground.people import permission

KEEP = "site.keep"


def name_all() -> None:
    """Make the permission known."""
    permission(KEEP, roles=("keeper",))
