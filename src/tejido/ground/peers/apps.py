"""Exchange over HTTPS as a Django app."""

from django.apps import AppConfig


class PeersConfig(AppConfig):
    """Partners at addresses, and the door for those who call."""

    name = "tejido.ground.peers"
    label = "peers"
