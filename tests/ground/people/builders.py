"""Accounts for tests."""

from django.test import Client

from tejido.ground.people import OPERATOR, Viewer
from tejido.ground.people.actions import create_account
from tejido.ground.people.models import Account
from tejido.ground.people.viewer import viewer_for

PASSWORD = "woven cloth at night"


def an_account(username: str = "amina", *roles: str, name: str = "") -> Account:
    """An account with these roles (default: member)."""
    return create_account(viewer=OPERATOR, username=username, name=name, password=PASSWORD, roles=roles or ("member",))


def a_viewer(username: str = "amina", *roles: str) -> Viewer:
    """The viewer that such an account is."""
    return viewer_for(an_account(username, *roles))


def signed_in(username: str = "amina", *roles: str) -> Client:
    """A browser in which such an account is signed in."""
    client = Client()
    client.force_login(an_account(username, *roles))
    return client
