"""Background work as a Django app."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Tasks, claims, sweepers and the worker."""

    name = "tejido.ground.work"
    label = "work"
