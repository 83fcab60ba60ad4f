"""Redaction and voices as a Django app."""

from django.apps import AppConfig


class RedactionConfig(AppConfig):
    """Words taken out, voices changed."""

    name = "tejido.practices.relay.redaction"
    label = "relay_redaction"

    def ready(self) -> None:
        """What lies here of a report goes with it."""
        from tejido.practices.relay import after
        from tejido.practices.relay.redaction import actions, tasks  # noqa: F401 - tasks register their sweeper

        after.changed(actions.forget_all)
