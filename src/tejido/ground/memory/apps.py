"""The translation memory as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MemoryConfig(AppConfig):
    """What was translated before."""

    name = "tejido.ground.memory"
    label = "memory"

    def ready(self) -> None:
        """Make the permissions and the place known."""
        from tejido.ground.memory import policies, tasks  # noqa: F401 - tasks register their sweeper
        from tejido.ground.ui import nav

        nav.place(_("Memory"), "memory", order=40, permission=policies.READ)
