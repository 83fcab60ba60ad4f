"""Who may look at keys and devices, and say that the sheets are on paper."""

from tejido.ground.people import permission

MANAGE = "devices.manage"

permission(MANAGE, roles=("keeper",))
