"""Receipts of erasure as a Django app."""

from django.apps import AppConfig


class ErasuresConfig(AppConfig):
    """Who holds no more what was taken back."""

    name = "tejido.ground.erasures"
    label = "erasures"

    def ready(self) -> None:
        """Make the kind, the sweeper and the panel known."""
        from tejido.ground.erasures import tasks  # noqa: F401 - a sweeper
        from tejido.ground.erasures.panels import network_panel
        from tejido.ground.erasures.projector import FAMILY
        from tejido.ground.slots import panel
        from tejido.ground.store.public import register

        register(FAMILY)
        panel("network.one", network_panel, order=10)
