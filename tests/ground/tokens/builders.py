"""Programs with tokens, for tests."""

from typing import Any

from django.test import Client

from tejido.ground.people.models import Account
from tejido.ground.people.viewer import viewer_for
from tejido.ground.tokens.actions import Made, make_token
from tests.ground.people.builders import an_account


def a_token(account: Account, *scopes: str, days: int = 30) -> Made:
    """A token of that account."""
    return make_token(viewer=viewer_for(account), name="script", scopes=scopes, days=days)


class Program(Client):
    """A program without any cookie, held to CSRF like a browser."""

    def __init__(self, secret: str) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """One request with JSON; headers with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {"data": data, "content_type": "application/json"} if data is not None else {}
        return getattr(self, method)(f"/api/v1/{path}", headers=named, **options)


def a_program(username: str = "amina", *roles: str, scopes: tuple[str, ...] = ("me",)) -> Program:
    """A program of such an account."""
    return Program(a_token(an_account(username, *roles), *scopes).secret)
