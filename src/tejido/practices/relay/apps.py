"""The relay room as a Django app."""

from django.apps import AppConfig


class RelayConfig(AppConfig):
    """Field reports passed from circle to circle."""

    name = "tejido.practices.relay"
    label = "relay"

    def ready(self) -> None:
        """Make kinds, permissions and the room's place known."""
        from tejido.ground.store.public import register
        from tejido.practices.relay import policies, projector, tasks  # noqa: F401 - tasks register their sweeper

        register(*projector.FAMILIES)
        policies.name_all()
