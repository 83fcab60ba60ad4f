"""People of this node: accounts, roles and what they may do. Local tables, never events: towards others the
organisation acts.
"""

from tejido.ground.people.policies import Permission, may, permission, permissions, require
from tejido.ground.people.viewer import GUEST, OPERATOR, Viewer, viewer_of

__all__ = ["GUEST", "OPERATOR", "Permission", "Viewer", "may", "permission", "permissions", "require", "viewer_of"]
