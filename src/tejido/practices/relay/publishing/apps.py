"""Publishing as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    """Editions that anybody may read and hear."""

    name = "tejido.practices.relay.publishing"
    label = "relay_publishing"

    def ready(self) -> None:
        """Make kinds and the permission known; follow what becomes of the voices that were published."""
        from tejido.ground.store.public import guard, register
        from tejido.ground.ui import nav
        from tejido.practices.relay.publishing import hooks, policies, projector, tasks  # noqa: F401 - a sweeper

        register(*projector.FAMILIES)
        policies.name_all()
        guard(hooks.check_append)
        hooks.register()
        nav.place(_("Published"), "publishing", order=14, permission=policies.READ)
