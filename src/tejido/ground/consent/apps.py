"""Consent as a Django app."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """What speakers allowed."""

    name = "tejido.ground.consent"
    label = "consent"

    def ready(self) -> None:
        """Make the kinds known, and stand before every append of a person's words to a wider space."""
        from tejido.ground.consent.gate import check_append
        from tejido.ground.consent.projector import FAMILY
        from tejido.ground.store.public import guard, register

        register(FAMILY)
        guard(check_append)
