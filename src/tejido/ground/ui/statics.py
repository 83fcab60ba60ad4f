"""Static files: named by their hash, compressed once, collected into the node's folder when they have changed.

`ensure_static()` runs when the middleware is built, that is, before the first page of a process: a fresh node, a
test and an upgraded node need no command. It takes some tens of milliseconds when there is work, one when there is
none.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names inside ES modules too, since modules import each other by relative address."""

    support_js_module_import_aggregation = True
    keep_only_hashed_files = True


def ensure_static() -> None:
    """Collect the static files unless this very set lies there already. Several processes may start at once."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    stamp, wanted = root.parent / f"{root.name}.stamp", _fingerprint()
    with (root.parent / f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(wanted)
    storage = cast("Any", staticfiles_storage)
    storage.hashed_files, storage.manifest_hash = storage.load_manifest()


def _fingerprint() -> str:
    return hashlib.sha256("\n".join(sorted(_sources())).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            stat = Path(storage.path(path)).stat()
            yield f"{path} {stat.st_size} {stat.st_mtime_ns}"
