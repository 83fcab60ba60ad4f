"""How a token becomes a viewer: with its owner's roles of this very moment, and for what its scopes name."""

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.http import HttpRequest

from tejido.ground.people import Viewer
from tejido.ground.people.models import today
from tejido.ground.people.viewer import viewer_for
from tejido.ground.tokens.domain import PREFIX, digest
from tejido.ground.tokens.errors import BadToken, LacksScope, NeedsPerson, PasswordFirst
from tejido.ground.tokens.models import Token

SCHEME = "bearer"


def by_token(request: HttpRequest, scope: str | None) -> Viewer | None:
    """The viewer that the request's token stands for; None where it brings none. A bad token is never passed over in favour of
    a session.
    """
    said = request.headers.get("Authorization")
    if said is None:
        return None
    scheme, _, secret = said.strip().partition(" ")
    row = _find(secret.strip()) if scheme.lower() == SCHEME else None
    if row is None:
        raise BadToken
    _fits(row, scope)
    request._viewer = viewer = viewer_for(row.account)  # type: ignore[attr-defined]
    request.user, request._token = row.account, row  # type: ignore[attr-defined]
    return viewer


def scopes_of(request: HttpRequest) -> tuple[str, ...] | None:
    """The scopes of the request's token; None where it came with a session."""
    row: Token | None = getattr(request, "_token", None)
    return None if row is None else tuple(row.scopes.split())


def _find(secret: str) -> Token | None:
    if not secret.startswith(PREFIX):
        return None
    found = Token.objects.select_related("account").filter(digest=digest(secret), expires__gte=today()).first()
    if found is None or not found.account.is_active:
        return None
    if found.used != today():
        Token.objects.filter(pk=found.pk).update(used=today())
    return found


def _fits(row: Token, scope: str | None) -> None:
    if scope is None:
        raise NeedsPerson
    if scope and scope not in row.scopes.split():
        raise LacksScope(scope=scope)


def just_proved(request: HttpRequest) -> None:
    """Raise `PasswordFirst` unless whoever asks has given password or second factor within the last minutes."""
    if is_reauthentication_required(request, app="tejido"):
        raise PasswordFirst
