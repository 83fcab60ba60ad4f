"""Press as a Django app."""

from django.apps import AppConfig


class PressConfig(AppConfig):
    """Files made of editions: rebuildable, and gone with what they were made of."""

    name = "tejido.practices.relay.press"
    label = "relay_press"

    def ready(self) -> None:
        """Backups leave out what can be made anew."""
        from tejido.ground.blobs import rebuildable
        from tejido.practices.relay.press import made

        rebuildable.register(made.blobs_made)
