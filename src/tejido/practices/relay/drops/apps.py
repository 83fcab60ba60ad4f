"""Drop links as a Django app."""

from django.apps import AppConfig


class DropsConfig(AppConfig):
    """Reports given by link."""

    name = "tejido.practices.relay.drops"
    label = "relay_drops"

    def ready(self) -> None:
        """Make permissions, panels and the upload's purpose known."""
        from tejido.practices.relay.drops import hooks, policies

        policies.name_all()
        hooks.register()
