"""Drop links as a Django app."""

from django.apps import AppConfig


class DropsConfig(AppConfig):
    """Reports given by link."""

    name = "tejido.practices.relay.drops"
    label = "relay_drops"

    def ready(self) -> None:
        """Make permissions, panels and the upload's purpose known."""
        from tejido.ground import uploads
        from tejido.practices.relay.drops import giving, hooks, policies, tasks  # noqa: F401 - a sweeper

        policies.name_all()
        hooks.register()
        uploads.purpose(giving.PURPOSE, giving.begin, giving.finish)
