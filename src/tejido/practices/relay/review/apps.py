"""Reviewing and translating as a Django app."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Translations, and the checking of words."""

    name = "tejido.practices.relay.review"
    label = "relay_review"

    def ready(self) -> None:
        """Make kinds and permissions known."""
        from tejido.ground.store.public import register
        from tejido.practices.relay.review import policies, projector

        register(*projector.FAMILIES)
        policies.name_all()
