"""Every change to tokens."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from tejido.ground.errors import NotAllowed
from tejido.ground.people import Viewer, may, require
from tejido.ground.people.models import Account, today
from tejido.ground.tokens.domain import LASTS, MOST_TOKENS, chosen, digest, ends, new_token
from tejido.ground.tokens.errors import BadLasting, NoName, NoToken, TooMany, UnknownScope
from tejido.ground.tokens.models import Token
from tejido.ground.tokens.scopes import scopes as known_scopes


@dataclass(frozen=True)
class Made:
    """A token that was just made; `secret` is told this once."""

    id: int
    secret: str


def make_token(*, viewer: Viewer, name: str, scopes: Collection[str], days: int = 90) -> Made:
    """A token of the viewer's own."""
    require(viewer, "people.self")
    if viewer.user_id is None:
        raise NotAllowed
    return _make(viewer.user_id, name, scopes, days)


def make_token_for(*, viewer: Viewer, account_id: int, name: str, scopes: Collection[str], days: int = 90) -> Made:
    """A token of somebody else's account, by whoever runs the machine."""
    require(viewer, "people.manage")
    if viewer.user_id is not None:
        raise NotAllowed
    return _make(account_id, name, scopes, days)


def _make(account_id: int, name: str, scopes: Collection[str], days: int) -> Made:
    wanted = chosen(scopes, {one.name for one in known_scopes()})
    if wanted is None:
        raise UnknownScope
    if not 1 <= days <= max(LASTS):
        raise BadLasting
    if not name.strip():
        raise NoName
    secret = new_token()
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account_id)
        Token.objects.filter(expires__lt=today()).delete()
        if Token.objects.filter(account_id=account_id).count() >= MOST_TOKENS:
            raise TooMany
        row = Token.objects.create(
            account_id=account_id, name=name.strip()[:80], digest=digest(secret), scopes=" ".join(wanted),
            expires=ends(today(), days),
        )  # fmt: skip
    return Made(row.pk, secret)


def revoke_token(*, viewer: Viewer, token_id: int) -> None:
    """Let a token open nothing any more: one's own; keepers anybody's."""
    found = Token.objects.filter(pk=token_id)
    if not may(viewer, "people.manage"):
        require(viewer, "people.self")
        found = found.filter(account_id=viewer.user_id or 0)
    if not found.delete()[0]:
        raise NoToken
