"""The network as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    """Spaces, membership, profiles, exchange."""

    name = "tejido.ground.network"
    label = "network"

    def ready(self) -> None:
        """Register kinds of event, permissions, the place and what waits for keepers."""
        from tejido.ground.network.families import FAMILIES
        from tejido.ground.network.steps import keepers_steps
        from tejido.ground.slots import next_step
        from tejido.ground.store.public import register
        from tejido.ground.ui import nav

        register(*FAMILIES)
        nav.place(_("Networks"), "network", order=60, permission="network.see")
        next_step(keepers_steps)
