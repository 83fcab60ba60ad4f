"""A throw-away node for benchmarks: a folder, a database, an organisation."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh_node(database: str = "") -> Iterator[Path]:
    """A node folder with Django set up for it; one a process, since Django is set up once."""
    with tempfile.TemporaryDirectory(prefix="tejido-bench-") as name:
        folder = Path(name)
        os.environ["TEJIDO_NODE"] = name
        os.environ["DJANGO_SETTINGS_MODULE"] = "tejido.site.settings"
        from tejido.site import node

        node.save(node.NodeConfig(folder, name="bench", database=database))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield folder
