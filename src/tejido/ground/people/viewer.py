"""Who looks: a small value that every selector and action takes, whether a page, the API or a command asks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from tejido.ground.people.domain import implied

if TYPE_CHECKING:
    from tejido.ground.people.models import Account


@dataclass(frozen=True)
class Viewer:
    """`user_id` is None for guests without an account and for commands; `roles` include what each role implies.

    `only`: the key of the one thing that somebody without any role may govern, having proved that it is theirs.
    """

    user_id: int | None
    roles: frozenset[str]
    name: str
    only: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether this is somebody with an account here."""
        return self.user_id is not None


GUEST = Viewer(None, frozenset({"guest"}), "")
# Whoever can run commands on the machine could read its database: a command acts as a keeper without an account.
OPERATOR = Viewer(None, frozenset({"keeper", "member"}), "operator")


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer behind a request, looked up once a request."""
    found: Viewer | None = getattr(request, "_viewer", None)
    if found is None:
        user = getattr(request, "user", None)
        found = viewer_for(user) if user is not None and user.is_authenticated else GUEST
        request._viewer = found  # type: ignore[attr-defined]
    return found


def _has_factor(account_id: int) -> bool:
    from tejido.ground.people.factors import has_one  # models are not there yet when this module is

    return has_one(account_id)


def viewer_for(account: "Account") -> Viewer:
    """The viewer that an account is; an account that was switched off is a guest.

    Where the node requires a second factor of keepers, one without acts as a member until there is one.
    """
    if not account.is_active:
        return GUEST
    roles = frozenset(account.roles.values_list("role", flat=True))
    if "keeper" in roles and settings.NODE.keeper_factor == "require" and not _has_factor(account.pk):
        roles = roles - {"keeper"} or frozenset({"member"})
    return Viewer(account.pk, implied(roles), account.name or account.username)
