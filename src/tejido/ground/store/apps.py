"""The store as a Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """Events and their folding."""

    name = "tejido.ground.store"
    label = "store"

    def ready(self) -> None:
        """After migrations, make the derived tables; every room has registered its families by then."""
        post_migrate.connect(_ensure_tables, sender=self)


def _ensure_tables(**_: object) -> None:
    from tejido.ground.store import statistics, tables

    tables.ensure()
    statistics.keep_none()
