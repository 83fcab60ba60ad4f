"""The face as a Django app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, tags and static files that every room uses."""

    name = "tejido.ground.ui"
    label = "ui"
