"""Press as a Django app."""

from django.apps import AppConfig


class PressConfig(AppConfig):
    """Files made of editions: rebuildable, and gone with what they were made of."""

    name = "tejido.practices.relay.press"
    label = "relay_press"

    def ready(self) -> None:
        """Backups leave out what can be made anew; voices and editions are followed."""
        from tejido.ground.blobs import rebuildable
        from tejido.ground.store.public import follow
        from tejido.practices.relay.press import books, hooks, made, tasks
        from tejido.practices.relay.publishing.public import EDITIONS, VOICES

        rebuildable.register(made.blobs_made)
        hooks.register()
        follow(VOICES, tasks.followed)
        follow(EDITIONS, tasks.followed_editions)
        follow(EDITIONS, books.followed)
