"""Getting Django ready for one node."""

import argparse
import fcntl
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tejido.ground.errors import NotFound
from tejido.site import node

if TYPE_CHECKING:
    from tejido.ground.people import Viewer


class NoNode(NotFound):
    """There is no node in this folder. Make one with `tejido --data FOLDER node create NAME`."""

    code = "no-node"


def folder() -> Path:
    """The node's data folder, as `--data` or TEJIDO_NODE give it."""
    return Path(os.environ.get("TEJIDO_NODE", "var/node")).absolute()


def data(parser: argparse.ArgumentParser, what: str) -> None:
    """Let `--data FOLDER` stand after the command as well as before it."""
    parser.add_argument("--data", metavar="FOLDER", default=argparse.SUPPRESS, help=what)


def expect(folder: Path) -> None:
    """Raise `NoNode` where there is none."""
    if not (folder / node.CONFIG).exists():
        raise NoNode(f"There is no node in {folder}. Make one with `tejido --data FOLDER node create NAME`.")


def django(*, create: bool = False) -> None:
    """Set Django up for the node; raises `NoNode` where there is none (unless it is being created)."""
    if not create:
        expect(folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tejido.site.settings")
    import django as framework

    gc.disable()  # modules make many objects and no rubbish: looking for it took a tenth of every command
    framework.setup()
    gc.enable()


def operator() -> "Viewer":
    """Who acts on the command line: whoever can run commands here can read the database (decision 0003)."""
    from tejido.ground.people import OPERATOR

    return OPERATOR


def migrate() -> None:
    """Bring the database to this version; derived tables of another shape are rebuilt. Server and worker start at once: one
    does it, the other waits.
    """
    from django.core.management import call_command

    from tejido.ground.store import rebuilding, tables

    with (folder() / "static.lock").open("a") as lock:  # of whatever a process makes ready before it begins
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0)
        if tables.ensure():
            rebuilding.rebuild_due()
