"""The translation memory as a Django app."""

from django.apps import AppConfig


class MemoryConfig(AppConfig):
    """What was translated before."""

    name = "tejido.ground.memory"
    label = "memory"

    def ready(self) -> None:
        """Make the permissions known."""
        from tejido.ground.memory import policies  # noqa: F401
