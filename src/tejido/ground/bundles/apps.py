"""Bundles as a Django app."""

from django.apps import AppConfig


class BundlesConfig(AppConfig):
    """Exchange by files that travel on any way."""

    name = "tejido.ground.bundles"
    label = "bundles"

    def ready(self) -> None:
        """Let what was erased reach the bundles that were made, and receipts wait for what was not looked at."""
        from tejido.ground.bundles import (
            holding,
            tasks,  # noqa: F401 - a sweeper
        )
        from tejido.ground.erasures.leftovers import no_receipts_after
        from tejido.ground.store.erasing import after_erasing

        after_erasing(holding.erased)
        no_receipts_after(holding.unknown_since)
