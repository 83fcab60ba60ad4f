"""Checkpoints as a Django app."""

from django.apps import AppConfig


class WitnessConfig(AppConfig):
    """Who holds what, by signed statements."""

    name = "tejido.ground.witness"
    label = "witness"
