"""Sealed originals as a Django app."""

from django.apps import AppConfig


class OriginalsConfig(AppConfig):
    """Whom originals are sealed to."""

    name = "tejido.ground.originals"
    label = "originals"
