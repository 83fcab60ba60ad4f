"""Reviewing and translating as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    """Translations, and the checking of words."""

    name = "tejido.practices.relay.review"
    label = "relay_review"

    def ready(self) -> None:
        """Make kinds, permissions and the room's place known; follow what becomes of reports and hops."""
        from tejido.ground.store.public import guard, register
        from tejido.ground.ui import nav
        from tejido.practices.relay.review import hooks, policies, projector, tasks  # noqa: F401 - tasks register sweepers

        register(*projector.FAMILIES)
        policies.name_all()
        guard(hooks.check_append)
        hooks.register()
        nav.place(_("Review"), "review", order=13, permission=policies.CORRECT)
