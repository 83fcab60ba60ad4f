"""People as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts and roles."""

    name = "tejido.ground.people"
    label = "people"
