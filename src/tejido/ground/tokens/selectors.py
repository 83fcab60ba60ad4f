"""Every question about tokens."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tejido.ground.errors import NotAllowed
from tejido.ground.people import Viewer, require
from tejido.ground.people.models import today
from tejido.ground.tokens.models import Token
from tejido.ground.tokens.scopes import scopes


@dataclass(frozen=True)
class TokenHeld:
    """A token as a list shows it; `used`: the last day, None where it never was."""

    id: int
    account_id: int
    owner: str
    name: str
    scopes: tuple[str, ...]
    made: date
    expires: date
    used: date | None

    @property
    def may(self) -> list[str]:
        """What its scopes allow, in sentences; the name of one that this node no longer knows."""
        known = {one.name: str(one.title) for one in scopes()}
        return [known.get(name, name) for name in self.scopes]


def own_tokens(*, viewer: Viewer) -> list[TokenHeld]:
    """The viewer's own tokens that are still good, by name."""
    require(viewer, "people.self")
    if viewer.user_id is None:
        raise NotAllowed
    return [_held(row) for row in _good().filter(account_id=viewer.user_id)]


def tokens(*, viewer: Viewer, account_id: int | None = None) -> list[TokenHeld]:
    """Everybody's tokens that are still good, or one account's; for keepers."""
    require(viewer, "people.manage")
    found = _good() if account_id is None else _good().filter(account_id=account_id)
    return [_held(row) for row in found]


def _good() -> "QuerySet[Token]":
    return Token.objects.filter(expires__gte=today(), account__is_active=True).select_related("account")


def _held(row: Token) -> TokenHeld:
    return TokenHeld(
        row.pk, row.account_id, str(row.account), row.name, tuple(row.scopes.split()), row.made, row.expires, row.used
    )
