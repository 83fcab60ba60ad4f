"""Who may do what in the relay room. Whoever has a role other than guest is a member."""

from tejido.ground.people import permission

READ = "relay.read"
REPORT = "relay.report"
CORRECT = "relay.correct"
OPEN = "relay.open"
PASS = "relay.pass"  # noqa: S105 - a permission, no password
WITHDRAW = "relay.withdraw"

ROLES = {
    READ: ("member",),
    REPORT: ("member",),
    CORRECT: ("member",),
    OPEN: ("facilitator", "keeper"),
    PASS: ("facilitator", "keeper"),
    WITHDRAW: ("member",),  # taking back must never wait for somebody with a role
}


def name_all() -> None:
    """Make the room's permissions known."""
    for name, roles in ROLES.items():
        permission(name, roles=roles)
