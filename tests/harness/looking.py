"""What a process finds when it starts, as JSON: `python -m tests.harness.looking`. Ends with exit status 3."""

import json
import locale
import os
import random
import signal
import sys
import threading
from pathlib import Path
from typing import Any


def found() -> dict[str, Any]:
    """Everything in which a forked process might differ from one that was started."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tejido.site.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    return {
        "pid": os.getpid(),
        "chance": random.random(),
        "hash": hash("tejido"),
        "words": sys.argv,
        "folder": str(Path.cwd()),
        "path": sys.path,
        "environment": dict(os.environ),
        "given": sys.stdin.read(),
        "encodings": [locale.getpreferredencoding(), sys.stdout.encoding, sys.stderr.errors],
        "files": sorted(one.name for one in Path("/proc/self/fd").iterdir()),
        "threads": threading.active_count(),
        "signals": {
            one.name: str(signal.getsignal(one))
            for one in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)
        },
        "waking": signal.set_wakeup_fd(-1),
        "database": str(connection.settings_dict["NAME"]),
        "settings": {name: repr(getattr(settings, name)) for name in dir(settings) if name.isupper()},
        "main": sys.modules["__main__"].__spec__.name,  # type: ignore[union-attr]
    }


if __name__ == "__main__":
    print(json.dumps(found()))
    print("said", file=sys.stderr)
    sys.exit(3)
