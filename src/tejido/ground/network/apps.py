"""The network as a Django app."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Spaces, membership, profiles, exchange."""

    name = "tejido.ground.network"
    label = "network"

    def ready(self) -> None:
        """Register kinds of event."""
        from tejido.ground.network.families import FAMILIES
        from tejido.ground.store.public import register

        register(*FAMILIES)
