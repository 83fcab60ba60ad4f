"""People as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts and roles."""

    name = "tejido.ground.people"
    label = "people"

    def ready(self) -> None:
        """Ask keepers for a second factor."""
        from tejido.ground.people import steps

        steps.register()
