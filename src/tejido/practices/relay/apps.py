"""The relay room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelayConfig(AppConfig):
    """Field reports passed from circle to circle."""

    name = "tejido.practices.relay"
    label = "relay"

    def ready(self) -> None:
        """Make kinds, permissions and the room's place known."""
        from tejido.ground.store.public import register
        from tejido.ground.ui import nav
        from tejido.practices.relay import hooks, policies, projector, returned, sending, tasks  # noqa: F401 - sweepers

        register(*projector.FAMILIES)
        policies.name_all()
        hooks.register()
        sending.register()
        nav.place(_("Chains"), "relay_chains", order=10, permission=policies.READ)
        nav.place(_("Reports"), "relay_reports", order=11, permission=policies.REPORT)
        nav.place(_("Circles"), "relay_circles", order=12, permission=policies.READ)
