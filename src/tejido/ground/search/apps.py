"""Search as a Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Folded text and its index."""

    name = "tejido.ground.search"
    label = "search"
