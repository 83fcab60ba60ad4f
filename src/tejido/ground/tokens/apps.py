"""Tokens as a Django app."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """Tokens for the API."""

    name = "tejido.ground.tokens"
    label = "tokens"

    def ready(self) -> None:
        """Say what is held about an account, and show a keeper whose programs have access."""
        from tejido.ground.tokens import hooks

        hooks.register()
