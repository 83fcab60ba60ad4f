"""The face as a Django app."""

import contextlib
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from tejido.ground.ui.catalogues import compile_stale


class UiConfig(AppConfig):
    """Templates, tags and static files that every room uses."""

    name = "tejido.ground.ui"
    label = "ui"

    def ready(self) -> None:
        """Compile catalogues that changed; an installation that may not be written to has them compiled already."""
        with contextlib.suppress(OSError):
            for locale in settings.LOCALE_PATHS:
                compile_stale(Path(locale))
