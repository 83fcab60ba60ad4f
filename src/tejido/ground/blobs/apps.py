"""Blobs as a Django app."""

from django.apps import AppConfig


class BlobsConfig(AppConfig):
    """Files named by the hash of their stored bytes."""

    name = "tejido.ground.blobs"
    label = "blobs"
