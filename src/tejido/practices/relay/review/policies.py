"""Who may check words. Reading and writing are as in the relay; approving needs a role that the organisation gave."""

from tejido.ground.people import permission
from tejido.practices.relay.policies import CORRECT, PASS, READ, REPORT

APPROVE = "review.approve"

ROLES = {APPROVE: ("translator", "facilitator", "keeper")}

__all__ = ["APPROVE", "CORRECT", "PASS", "READ", "REPORT", "name_all"]


def name_all() -> None:
    """Make the permission known."""
    for name, roles in ROLES.items():
        permission(name, roles=roles)
