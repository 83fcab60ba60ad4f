"""Keys and devices as a Django app."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """An organisation's sheets, devices and forks, and the keys of its spaces."""

    name = "tejido.ground.devices"
    label = "devices"

    def ready(self) -> None:
        """Make the sweeper known."""
        from tejido.ground.devices import tasks  # noqa: F401 - a sweeper
