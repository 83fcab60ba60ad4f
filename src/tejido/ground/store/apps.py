"""The store as a Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Events and their folding."""

    name = "tejido.ground.store"
    label = "store"
