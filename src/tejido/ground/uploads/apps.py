"""Uploads as a Django app."""

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Resumable uploads (tus 1.0)."""

    name = "tejido.ground.uploads"
    label = "uploads"

    def ready(self) -> None:
        """The sweeper; and nothing stays of an account that is removed."""
        from django.db.models.signals import post_delete

        from tejido.ground.people.models import Account
        from tejido.ground.uploads import actions, hooks, registry, tasks  # noqa: F401 - these register themselves

        def removed(instance: Account, **_: object) -> None:
            actions.remove_of(registry.owner_of_account(instance.pk))

        post_delete.connect(removed, sender=Account, weak=False, dispatch_uid="uploads")
