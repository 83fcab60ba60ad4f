"""Uploads as a Django app."""

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Resumable uploads (tus 1.0)."""

    name = "tejido.ground.uploads"
    label = "uploads"
